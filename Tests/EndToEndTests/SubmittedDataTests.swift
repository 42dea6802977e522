import Foundation
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

  private func refusal(
    of path: String, at endpoint: String, in scratch: Scratch
  ) throws -> String {
    try scratch.write(specification(path: path), to: "s.yaml")
    let ended = try Program.run("submit", "s.yaml", "--connect", endpoint, in: scratch)
    #expect(ended.status == 2, "\(path): \(ended.output)")
    #expect(ended.errorLines.count == 1)
    #expect(ended.errors.contains("s.yaml:3:25: data.csv.path: \(path): "), "\(ended.errors)")
    #expect(!ended.errors.contains("hunter2"), "\(ended.errors)")
    return ended.errors
  }

  @Test func submittedFilesAreBeneathTheDirectoryOfData() throws {
    let scratch = try Scratch()
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
    #expect(
      try refusal(of: secret, at: endpoint, in: scratch).contains("an absolute path is refused"))
    #expect(
      try refusal(of: "../secret.csv", at: endpoint, in: scratch).contains("`..` is refused"))
    #expect(
      try refusal(of: "link.csv", at: endpoint, in: scratch).contains("a link leads out of"))
    #expect(
      try refusal(of: "fifo", at: endpoint, in: scratch).contains("this is no regular file"))
    #expect(
      try refusal(of: "bad.csv", at: endpoint, in: scratch)
        .contains("line 2, column 2 (…): … is no finite number"))
    // Nor is a value that could be read and does not fit the model.
    try scratch.write("x,y\n1,0\n2,4242\n", to: "data/class.csv")
    let classes = specification(path: "class.csv")
      .replacingOccurrences(of: "units: 1", with: "units: 2, activation: softmax")
      .replacingOccurrences(of: "mean_squared_error", with: "sparse_categorical_crossentropy")
    try scratch.write(classes, to: "s.yaml")
    let wrong = try Program.run("submit", "s.yaml", "--connect", endpoint, in: scratch)
    #expect(
      wrong.errors.contains("sample 1 has the target …, which is no class"), "\(wrong.errors)")
    #expect(
      try Program.run("check", "s.yaml", "--data", "data", in: scratch).errors.contains("4242"))
    try scratch.write(specification(path: "good.csv"), to: "s.yaml")
    let good = try Program.run("submit", "s.yaml", "--connect", endpoint, in: scratch)
    #expect(good.status == 0, "\(good.errors)")
    coordinator.send(SIGTERM)
    _ = try coordinator.end()
  }

  @Test func withoutADirectoryNoFileIsRead() throws {
    let scratch = try Scratch()
    try scratch.write("x,y\n1,2\n2,4\n", to: "good.csv")
    let (coordinator, endpoint) = try CoordinatorProgram.start(in: scratch)
    #expect(
      try refusal(of: "good.csv", at: endpoint, in: scratch)
        .contains("start it with `--data DIRECTORY`"))
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
}
