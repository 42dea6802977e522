import Foundation
import SweepModel
import Testing

@testable import Datasets

/// Which files a dataset is read from is noted where they are read.
@Suite struct RecordingTests {
  private let directory = NSTemporaryDirectory() + "recording-\(UUID().uuidString)"

  init() throws {
    try FileManager.default.createDirectory(
      atPath: directory, withIntermediateDirectories: true)
    try write("x,y\n1,2\n2,4\n", to: "a.csv")
    try write("x,y\n3,6\n", to: "b.csv")
  }

  private func write(_ text: String, to name: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: "\(directory)/\(name)"))
  }

  private func load(_ files: DataFiles, test: String = "b.csv") throws {
    _ = try Dataset.load(
      Support.complete(
        "csv",
        [
          "path": .text("a.csv"), "target": .list([.text("y")]), "test_path": .text(test),
        ]), from: files)
  }

  @Test func filesAreNotedWithTheDigestOfWhatWasRead() throws {
    defer { try? FileManager.default.removeItem(atPath: directory) }
    let recorder = DataFileRecorder()
    let files = DataFiles(directory: directory).recording(by: recorder)
    try load(files)
    try load(files)
    #expect(recorder.entries.map(\.file.path) == ["a.csv", "b.csv"])
    #expect(recorder.entries.map(\.file.size) == [12, 8])
    #expect(recorder.entries[1].file.digest == FileDigest(hashing: "x,y\n3,6\n".utf8))
    let descriptor = try files.open("a.csv")
    defer { close(descriptor) }
    #expect(FileIdentity(descriptor: descriptor) == recorder.entries[0].identity)
    #expect(recorder.missing.isEmpty)
    // Another content of one path within one sweep would be two files of one name.
    try write("x,y\n7,8\n", to: "b.csv")
    #expect(throws: DatasetError.self) { try load(files) }
  }

  @Test func whatIsNotThereIsNotedToo() throws {
    defer { try? FileManager.default.removeItem(atPath: directory) }
    let recorder = DataFileRecorder()
    #expect(throws: DatasetError.self) {
      try load(DataFiles(directory: directory).recording(by: recorder), test: "c.csv")
    }
    #expect(recorder.missing == ["c.csv"])
  }

  @Test func aSourceGivesTheBytesAndNoPathIsOpened() throws {
    defer { try? FileManager.default.removeItem(atPath: directory) }
    struct Source: DataFileSource {
      func bytes(of path: String) throws(DataFileFailure) -> [UInt8] {
        guard path == "/etc/passwd" else { throw DataFileFailure("no such file here") }
        return Array("x,y\n1,2\n".utf8)
      }
    }
    let files = DataFiles(from: Source())
    #expect(files.areConfined)
    let data = try Dataset.load(
      Support.complete("csv", ["path": .text("/etc/passwd"), "target": .list([.text("y")])]),
      from: files)
    #expect(data.targets == [2])
    let error = #expect(throws: DatasetError.self) {
      try Dataset.load(
        Support.complete("csv", ["path": .text("a.csv"), "target": .list([.text("y")])]),
        from: files)
    }
    #expect(error?.description.contains("no such file here") == true)
    #expect(throws: DataFileFailure.self) { try files.open("/etc/passwd") }
  }

  @Test func filesAreFoundByTheArgumentsThatNameThem() {
    let files = ["a.csv", "b.csv", "csv"].map {
      DataFile(path: $0, size: 1, digest: FileDigest(hashing: $0.utf8))
    }
    let configuration = Configuration(
      kind: "csv", arguments: ["path": .text("b.csv"), "more": .list([.text("a.csv")])])
    #expect(configuration.named(among: files).map(\.path) == ["a.csv", "b.csv"])
  }
}
