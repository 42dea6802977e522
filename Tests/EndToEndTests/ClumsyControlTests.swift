import Foundation
import Testing

/// Names, paths and addresses that are none: one line each, that does nothing to a terminal.
@Suite struct ClumsyControlTests {
  private func expectRefusal(
    _ arguments: [String], _ words: String, status: Int32 = 2, in scratch: Scratch,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let ended = try RunningProgram(arguments, in: scratch).end()
    let told = Comment("\(arguments): \(ended.status) \(ended.errors)")
    #expect(ended.status == status, told, sourceLocation: sourceLocation)
    #expect(
      ended.output.isEmpty && ended.errorLines.count == 1, told, sourceLocation: sourceLocation)
    #expect(ended.errors.contains(words), told, sourceLocation: sourceLocation)
    let isPlain = ended.errors.dropLast().unicodeScalars.allSatisfy { $0.value >= 0x20 }
    #expect(isPlain && ended.errors.count < 500, told, sourceLocation: sourceLocation)
  }

  @Test func namesOfSweepsAndFiles() throws {
    let scratch = try Scratch()
    let (coordinator, endpoint) = try CoordinatorProgram.start(in: scratch)
    let address = ["--connect", endpoint]
    for name in ["a\nb", "\u{1B}[31m", "a\u{202E}b", "é", "../x"] {
      try expectRefusal(["cancel", name] + address, "no sweep `", in: scratch)
      try expectRefusal(["watch", name] + address, "no sweep `", in: scratch)
    }
    try expectRefusal(["watch", "a\nb"] + address, "`a\\u{a}b`", in: scratch)
    try expectRefusal(["submit", "a\nb"] + address, "there is no such file", in: scratch)
    try expectRefusal(["submit", ""] + address, "this is no file's name", in: scratch)
    // The same text under a name that is in two lines.
    try scratch.write("name: 1\n", to: "two\nlines.yaml")
    try expectRefusal(["submit", "two\nlines.yaml"] + address, "lines.yaml:1:", in: scratch)
    coordinator.send(SIGTERM)
    _ = try coordinator.end()
  }

  @Test func addresses() throws {
    let scratch = try Scratch()
    for (address, words) in [
      ("tcp://:1", "write tcp://HOST:PORT"), ("tcp://127.0.0.1:7733\n", "its port must be"),
      ("tcp://" + String(repeating: "x", count: 5_000) + ":1", "an address of 5008 bytes"),
    ] {
      try expectRefusal(["status", "--connect", address], words, in: scratch)
    }
  }

  @Test func directoriesOfKeys() throws {
    let scratch = try Scratch()
    try scratch.write("", to: "file")
    #expect(try Program.run("keys", "new", "alpha", "--out", "own", in: scratch).status == 0)
    try expectRefusal(
      ["keys", "new", "beta", "--out", "file/x"], "a part of this path is not a directory",
      in: scratch)
    let allow = ["keys", "allow", "own/alpha.public", "--role", "worker", "--keys"]
    // It would be written below the root of the file system, or where no coordinator looks.
    try expectRefusal(allow + [""], "--keys needs a directory", in: scratch)
    try expectRefusal(
      allow + ["nosuch"], "nosuch is not the coordinator's directory of keys", in: scratch)
    #expect(!FileManager.default.fileExists(atPath: scratch.path("nosuch")))
    try expectRefusal(allow + ["file"], "file is not the coordinator's directory", in: scratch)
    try expectRefusal(["keys", "list", "--keys", ""], "--keys needs a directory", in: scratch)
  }
}
