import Datasets
import Foundation
import SweepModel
import Testing

/// Files for those who submit: what is beneath one directory, and nothing else.
@Suite final class ConfinementTests {
  private let root: String
  private let inside: String

  init() throws {
    root =
      FileManager.default.temporaryDirectory
      .appending(path: "seedsweep-\(UUID().uuidString)").resolvingSymlinksInPath().path
    inside = root + "/data"
    try FileManager.default.createDirectory(
      atPath: inside + "/deep", withIntermediateDirectories: true)
    for path in ["outside.csv", "data/good.csv", "data/deep/good.csv"] {
      try "x,y\n1,2\n".write(toFile: "\(root)/\(path)", atomically: false, encoding: .utf8)
    }
  }

  deinit { try? FileManager.default.removeItem(atPath: root) }

  private func link(_ name: String, to target: String) throws {
    try FileManager.default.createSymbolicLink(
      atPath: "\(inside)/\(name)", withDestinationPath: target)
  }

  /// What is said of a file; nil where it is loaded.
  private func problem(
    _ path: String, in directory: String?, _ arguments: [String: ArgumentValue] = [:]
  ) -> DatasetError? {
    let all: [String: ArgumentValue] = ["path": .text(path), "target": .list([.text("y")])]
    do throws(DatasetError) {
      _ = try Dataset.load(
        Support.complete("csv", all.merging(arguments) { $1 }),
        from: DataFiles(confinedTo: directory))
      return nil
    } catch {
      return error
    }
  }

  @Test func whatIsBeneathTheDirectoryIsRead() throws {
    try link("beside.csv", to: "good.csv")
    try link("up.csv", to: "deep/../good.csv")
    try link("deep/up.csv", to: "../good.csv")
    try link("absolute.csv", to: inside + "/deep/good.csv")
    try link("folder", to: "deep")
    for path in [
      "good.csv", "./deep//good.csv", "beside.csv", "up.csv", "deep/up.csv", "absolute.csv",
      "folder/good.csv", "folder/up.csv",
    ] {
      #expect(problem(path, in: inside) == nil, "\(path)")
    }
    // Also where the directory itself is spelled with a link.
    try FileManager.default.createSymbolicLink(
      atPath: root + "/other", withDestinationPath: "data")
    #expect(problem("absolute.csv", in: root + "/other") == nil)
    // Not confined, any file is read, as those who start a coordinator may do.
    let configuration = Support.complete(
      "csv", ["path": .text(root + "/outside.csv"), "target": .list([.text("y")])])
    #expect(try Dataset.load(configuration, from: DataFiles(directory: inside)).targets == [2])
  }

  @Test func whatIsElsewhereIsRefused() throws {
    try link("out.csv", to: "../outside.csv")
    try link("deep/out.csv", to: "../../outside.csv")
    try link("absolute.csv", to: root + "/outside.csv")
    try link("prefix.csv", to: inside + "-other/good.csv")
    try link("folder", to: "..")
    try link("twice.csv", to: "folder/outside.csv")
    try link("around.csv", to: inside + "/../outside.csv")
    try link("back.csv", to: "../data/good.csv")
    for path in [
      "out.csv", "deep/out.csv", "absolute.csv", "prefix.csv", "folder/outside.csv", "twice.csv",
      "around.csv", "back.csv", "folder/data/good.csv",
    ] {
      let message = problem(path, in: inside)?.message
      #expect(
        message?.hasPrefix("\(path): a link leads out of the coordinator's directory") == true,
        "\(path): \(message ?? "it was read")")
    }
    for (path, words) in [
      (root + "/outside.csv", "an absolute path is refused in a submitted specification"),
      (inside + "/good.csv", "an absolute path is refused in a submitted specification"),
      ("../outside.csv", "`..` is refused in a submitted specification"),
      ("deep/../good.csv", "`..` is refused in a submitted specification"),
    ] {
      #expect(problem(path, in: inside)?.message.contains(words) == true, "\(path)")
    }
    #expect(
      problem("good.csv", in: nil)?.message.contains("start it with `--data DIRECTORY`") == true)
    #expect(problem("good.csv", in: root + "/absent")?.message.contains("`--data`") == true)
  }

  @Test func nothingButRegularFilesIsOpened() throws {
    // Nobody writes to it: to open it as other files are would never end.
    #expect(mkfifo(inside + "/fifo", 0o600) == 0)
    try link("pipe", to: "fifo")
    try link("self", to: "self")
    try link("again", to: ".")
    for (path, words) in [
      ("fifo", "this is no regular file"), ("pipe", "this is no regular file"),
      ("deep", "this is a directory"), (".", "this is a directory"),
      ("again", "this is a directory"), ("absent", "there is no such file"),
      ("good.csv/x", String(cString: strerror(ENOTDIR))),
      ("self", String(cString: strerror(ELOOP))),
      (String(repeating: "again/", count: 41) + "good.csv", String(cString: strerror(ELOOP))),
    ] {
      let message = problem(path, in: inside)?.message
      #expect(message?.contains(words) == true, "\(path): \(message ?? "it was read")")
    }
    #expect(problem("/dev/zero", in: inside)?.message.contains("an absolute path") == true)
    // Where the whole machine is given, a device is a device.
    #expect(problem("dev/zero", in: "/")?.message == "dev/zero: this is no regular file")
  }

  @Test func messagesForOthersQuoteNothing() throws {
    let secret = "hunter2"
    for (text, arguments, place) in [
      ("x,y\n1,\(secret)\n", [:], "line 2, column 2"),
      ("\(secret),y\n,1\n", [:], "line 2, column 1"), ("\(secret),b\n1,2\n", [:], "no column `y`"),
      (
        "x,\(secret),y\n1,2,3\n",
        ["categories": .list([.text("2")]), "inputs": .list([.text("1")])], "neither an input"
      ),
    ] as [(String, [String: ArgumentValue], String)] {
      try text.write(toFile: inside + "/bad.csv", atomically: false, encoding: .utf8)
      let error = try #require(problem("bad.csv", in: inside, arguments))
      #expect(!error.descriptionWithoutContents.contains(secret))
      #expect(error.descriptionWithoutContents.contains(place))
      // The owner of the files is told more.
      #expect(error.description.contains(secret))
    }
  }
}
