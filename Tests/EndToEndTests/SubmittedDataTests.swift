import Foundation
import SweepModel
import SweepProtocol
import Testing

/// Whoever may submit may not thereby read what the coordinator's user may.
@Suite struct SubmittedDataTests {
  private func specification(path: String) -> String {
    """
    name: table
    trials: 3
    data: {kind: csv, path: "\(path)", target: y}
    model: [dense: {units: 1}]
    training: {loss: mean_squared_error, optimizer: adam, epochs: 1}

    """
  }

  /// What the coordinator says to a client that sends no file.
  private func refusal(of path: String, at endpoint: String) throws -> String {
    let submission = Submission(
      file: "s.yaml", specification: Array(specification(path: path).utf8))
    guard case .refused(let refusal) = try RawClient.ask(.submit(submission), at: endpoint) else {
      Issue.record("\(path) is taken")
      return ""
    }
    #expect(refusal.code == .input)
    #expect(refusal.text.contains("s.yaml:3:25: data.csv.path: \(path): "), "\(refusal.text)")
    #expect(!refusal.text.contains("hunter2"), "\(refusal.text)")
    return refusal.text
  }

  @Test func filesThatTheClientLacksAreBeneathTheDirectoryOfData() throws {
    let (scratch, client) = (try Scratch(), try Scratch())
    try FileManager.default.createDirectory(
      atPath: scratch.path("data"), withIntermediateDirectories: false)
    try scratch.write("name\nhunter2\n", to: "secret.csv")
    try scratch.write("x,y\n1,2\n2,4\n", to: "data/good.csv")
    try scratch.write("x,y\n1,hunter2\n", to: "data/bad.csv")
    try FileManager.default.createSymbolicLink(
      atPath: scratch.path("data/link.csv"), withDestinationPath: "../secret.csv")
    #expect(mkfifo(scratch.path("data/fifo"), 0o600) == 0)
    let (coordinator, endpoint) = try CoordinatorProgram.start(in: scratch, "--data", "data")
    let secret = scratch.path("secret.csv")
    #expect(try refusal(of: secret, at: endpoint).contains("an absolute path is refused"))
    #expect(try refusal(of: "../secret.csv", at: endpoint).contains("`..` is refused"))
    #expect(try refusal(of: "link.csv", at: endpoint).contains("a link leads out of"))
    #expect(try refusal(of: "fifo", at: endpoint).contains("this is no regular file"))
    #expect(
      try refusal(of: "bad.csv", at: endpoint)
        .contains("line 2, column 2 (…): … is no finite number"))
    // Nor is a value that could be read and does not fit the model.
    try scratch.write("x,y\n1,0\n2,4242\n", to: "data/class.csv")
    let classes = specification(path: "class.csv")
      .replacingOccurrences(of: "units: 1", with: "units: 2, activation: softmax")
      .replacingOccurrences(of: "mean_squared_error", with: "sparse_categorical_crossentropy")
    try client.write(classes, to: "s.yaml")
    let wrong = try Program.run("submit", "s.yaml", "--connect", endpoint, in: client)
    #expect(
      wrong.errors.contains("sample 1 has the target …, which is no class"), "\(wrong.errors)")
    #expect(wrong.errors.contains("this client has no file class.csv"))
    try scratch.write(classes, to: "s.yaml")
    #expect(
      try Program.run("check", "s.yaml", "--data", "data", in: scratch).errors.contains("4242"))
    try client.write(specification(path: "good.csv"), to: "s.yaml")
    let good = try Program.run("submit", "s.yaml", "--connect", endpoint, in: client)
    #expect(good.status == 0, "\(good.errors)")
    #expect(!FileManager.default.fileExists(atPath: scratch.path("seedsweep.sqlite-data")))
    coordinator.send(SIGTERM)
    _ = try coordinator.end()
  }

  @Test func withoutADirectoryNoFileIsRead() throws {
    let scratch = try Scratch()
    try scratch.write("x,y\n1,2\n2,4\n", to: "good.csv")
    let (coordinator, endpoint) = try CoordinatorProgram.start(in: scratch)
    #expect(
      try refusal(of: "good.csv", at: endpoint).contains("start it with `--data DIRECTORY`"))
    // What needs no file is welcome, and so is what stands on the coordinator's own command line.
    let example = try Program.run("submit", Program.example, "--connect", endpoint, in: scratch)
    #expect(example.status == 0, "\(example.errors)")
    coordinator.send(SIGTERM)
    _ = try coordinator.end()
    let path = try scratch.write(specification(path: scratch.path("good.csv")), to: "own.yaml")
    let (own, _) = try CoordinatorProgram.start(in: scratch, path)
    own.send(SIGTERM)
    _ = try own.end()
  }

  @Test func aFileThatIsNamedByItsDigestAloneIsNotTold() throws {
    let (scratch, client) = (try Scratch(), try Scratch())
    let (coordinator, endpoint) = try CoordinatorProgram.start(in: scratch, "--data", ".")
    let content = "x,y\n1,2\n3,hunter2\n"
    let digest = FileDigest(hashing: content.utf8)
    func submission(_ path: String) -> ControlCommand {
      .submit(
        Submission(
          file: "s.yaml", specification: Array(specification(path: "a.csv").utf8),
          dataFiles: [DataFile(path: path, size: content.utf8.count, digest: digest)]))
    }
    #expect(
      try RawClient.ask(submission("a.csv"), at: endpoint)
        == .filesWanted([WantedFile(file: digest, position: 0)]))
    // Bytes that are others than announced are not kept.
    let wrong = Upload(
      file: digest, size: content.utf8.count, offset: 0,
      content: [UInt8](repeating: 0, count: content.utf8.count))
    guard case .refused = try RawClient.ask(.upload(wrong), at: endpoint) else {
      Issue.record("other bytes are kept")
      return
    }
    var right = wrong
    right.content = Array(content.utf8)
    #expect(
      try RawClient.ask(.upload(right), at: endpoint) == .uploaded(position: content.utf8.count))
    guard case .refused(let refusal) = try RawClient.ask(submission("a.csv"), at: endpoint) else {
      Issue.record("a table with a word is taken")
      return
    }
    #expect(refusal.text.contains("line 3, column 2") && !refusal.text.contains("hunter2"))
    // A path that the client did not name is looked for nowhere, though the coordinator has such a file.
    try scratch.write("x,y\n1,2\n", to: "a.csv")
    guard case .refused(let other) = try RawClient.ask(submission("b.csv"), at: endpoint) else {
      Issue.record("the coordinator's own file is read")
      return
    }
    #expect(other.text.contains("the client has sent no such file"))
    _ = client
    coordinator.send(SIGTERM)
    _ = try coordinator.end()
  }
}
