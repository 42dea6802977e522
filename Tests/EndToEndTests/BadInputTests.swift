import Foundation
import Testing

/// Whatever is wrong gets one clear line and the right exit status.
@Suite struct BadInputTests {
  private func expectLine(
    _ ended: Ended, status: Int32, _ fragments: String...,
    location: SourceLocation = #_sourceLocation
  ) {
    #expect(ended.status == status, "\(ended.errors)", sourceLocation: location)
    #expect(ended.output.isEmpty, sourceLocation: location)
    #expect(ended.errorLines.count == 1, "\(ended.errors)", sourceLocation: location)
    #expect(ended.errors.hasPrefix("error: "), "\(ended.errors)", sourceLocation: location)
    for fragment in fragments {
      #expect(ended.errors.contains(fragment), "\(ended.errors)", sourceLocation: location)
    }
  }

  private static let valid: String =
    (try? String(contentsOfFile: Program.example, encoding: .utf8)) ?? ""

  struct Change: CustomTestStringConvertible {
    let old: String
    let new: String
    let fragment: String
    var testDescription: String { new }
  }

  @Test(arguments: [
    Change(old: "epochs: 100", new: "epoch: 100", fragment: "epochs"),
    Change(old: "trials: 100", new: "trials: 0", fragment: "trials"),
    Change(old: "batch_size: all", new: "batch_size: 0", fragment: "batch_size"),
    Change(old: "learning_rate: 0.001", new: "learning_rate: .nan", fragment: "learning_rate"),
    Change(old: "units: 10", new: "units: 99999999999", fragment: "units"),
    Change(old: "- dense: {units: 1}", new: "- dense: {units: 2}", fragment: "model"),
    Change(
      old: "- dense: {units: 1}", new: "- dense: {units: 1, activation: softmax}",
      fragment: "a softmax over 1 value"),
    Change(
      old: "epochs: 100", new: "epochs: 100\n  validation_split: 0.95",
      fragment: "leaves none to train on"),
    Change(
      old: "loss: mean_squared_error", new: "loss: categorical_crossentropy",
      fragment: "from_logits: true"),
    Change(old: "kind: sequence", new: "kind: sequences", fragment: "sequence"),
    Change(old: "name: sequence", new: "name: [sequence", fragment: "YAML"),
    Change(old: "name: sequence", new: "name: ../../etc", fragment: "name"),
  ])
  func badSpecificationsAreLocated(change: Change) throws {
    let scratch = try Scratch()
    #expect(Self.valid.contains(change.old), "the example no longer has \(change.old)")
    let path = try scratch.write(
      Self.valid.replacingOccurrences(of: change.old, with: change.new), to: "bad.yaml")
    for command in ["check", "run"] {
      let ended = try Program.run(command, path, in: scratch)
      expectLine(ended, status: 2, change.fragment)
      let location = try Regex("bad\\.yaml:[0-9]+:[0-9]+: ")
      #expect(ended.errors.contains(location), "\(ended.errors)")
    }
    #expect(!FileManager.default.fileExists(atPath: scratch.path("seedsweep.sqlite")))
  }

  @Test func filesThatCannotBeRead() throws {
    let scratch = try Scratch()
    expectLine(try Program.run("run", "missing.yaml", in: scratch), status: 2, "missing.yaml")
    expectLine(try Program.run("run", "/", in: scratch), status: 2, "/")
    try Data([0xff, 0xfe, 0x00]).write(to: scratch.url.appendingPathComponent("binary.yaml"))
    expectLine(try Program.run("run", "binary.yaml", in: scratch), status: 2, "binary.yaml")
    try scratch.write(String(repeating: "[", count: 200_000), to: "deep.yaml")
    expectLine(try Program.run("check", "deep.yaml", in: scratch), status: 2, "deep.yaml")
  }

  @Test(arguments: ["", "xyz", "74298876fc8d804", "74298876fc8d80480", "0x298876fc8d8048"])
  func seedsThatAreNone(seed: String) throws {
    let scratch = try Scratch()
    expectLine(
      try Program.run("rerun", seed, "--spec", Program.example, in: scratch), status: 2, "seed")
  }

  @Test func seedsOfOtherSweepsSayWhichThereAre() throws {
    let scratch = try Scratch()
    expectLine(
      try Program.run("rerun", "0000000000000000", "--spec", Program.example, in: scratch),
      status: 2, "0 to 99")
  }

  @Test func unusableArguments() throws {
    let scratch = try Scratch()
    let example = Program.example
    expectLine(try Program.run("run", in: scratch), status: 2)
    expectLine(try Program.run("fly", in: scratch), status: 2)
    expectLine(try Program.run("run", example, "--workers", "0", in: scratch), status: 2, "workers")
    expectLine(try Program.run("run", example, "--trials", "0", in: scratch), status: 2, "trials")
    expectLine(try Program.run("run", example, "--trials", "-1", in: scratch), status: 2, "-1")
    expectLine(
      try Program.run("run", example, "--trials", "99999999999999999", in: scratch), status: 2)
    expectLine(try Program.run("run", example, "--master-seed", "1.5", in: scratch), status: 2)
    expectLine(try Program.run("run", example, "--format", "pdf", in: scratch), status: 2)
    expectLine(
      try Program.run(
        "rerun", "74298876fc8d8048", "--spec", example, "--variant", "none", in: scratch),
      status: 2, "base")
    expectLine(
      try Program.run(
        "rerun", "74298876fc8d8048", "--spec", example, in: scratch,
        environment: ["SEEDSWEEP_ISA": "mmx"]), status: 2, "reference")
  }

  @Test func storesThatAreNot() throws {
    let scratch = try Scratch()
    expectLine(try Program.run("report", in: scratch), status: 2, "seedsweep.sqlite")
    expectLine(try Program.run("export", in: scratch), status: 2, "seedsweep.sqlite")
    let text = try scratch.write("not a database, but long enough to look at\n", to: "text.sqlite")
    let before = try Data(contentsOf: URL(fileURLWithPath: text))
    for command in [["report"], ["export"], ["run", Program.example]] {
      let program = try RunningProgram(command + ["--store", "text.sqlite"], in: scratch)
      expectLine(try program.end(), status: 2, "text.sqlite")
    }
    #expect(try Data(contentsOf: URL(fileURLWithPath: text)) == before)
    expectLine(
      try Program.run("run", Program.example, "--store", "none/at/all.sqlite", in: scratch),
      status: 2, "none/at")
    expectLine(try Program.run("run", Program.example, "--store", "/", in: scratch), status: 2)
  }

  @Test func otherSpecificationOfTheSameNameIsRefused() throws {
    let scratch = try Scratch()
    #expect(try Program.run("run", Program.example, "--trials", "3", in: scratch).status == 0)
    let before = try Program.run("export", in: scratch).output
    let path = try scratch.write(
      Self.valid.replacingOccurrences(of: "epochs: 100", with: "epochs: 50"), to: "other.yaml")
    expectLine(try Program.run("run", path, in: scratch), status: 2, "epochs", "100", "50")
    expectLine(
      try Program.run("run", Program.example, "--master-seed", "2", in: scratch), status: 2, "seed")
    #expect(try Program.run("export", in: scratch).output == before)
  }

  @Test func addressesThatCannotBeHad() throws {
    let scratch = try Scratch()
    func listen(_ address: String) throws -> Ended {
      try Program.run("coordinator", Program.example, "--listen", address, in: scratch)
    }
    expectLine(try listen("nonsense"), status: 2, "tcp://")
    expectLine(try listen("tcp://127.0.0.1:99999"), status: 2, "port")
    expectLine(try listen("tcp://0.0.0.0:0"), status: 2, "--insecure")
    expectLine(
      try Program.run("worker", "--connect", "tcp://example.org:7733", in: scratch), status: 2,
      "--insecure")
    let other = try Scratch()
    let first = try Coordinator(Program.example, in: other)
    expectLine(try listen(first.endpoint), status: 3, first.endpoint)
    first.program.send(SIGTERM)
    #expect(try first.program.end().status == 128 + SIGTERM)
  }

  @Test func secondWriterIsRefused() throws {
    let scratch = try Scratch()
    let first = try Coordinator(Program.example, in: scratch)
    let second = try Program.run("run", Program.example, in: scratch)
    expectLine(second, status: 3, "\(first.program.identifier)")
    first.program.send(SIGTERM)
    _ = try first.program.end()
  }

  @Test func standardOutputThatIsFull() throws {
    let scratch = try Scratch()
    #expect(try Program.run("run", Program.example, "--trials", "3", in: scratch).status == 0)
    let shell = try RunningProgram(
      ["-c", "'\(Program.path)' export > /dev/full"], in: scratch, program: "/bin/sh")
    expectLine(try shell.end(), status: 3, "standard output")
  }

  /// A closed descriptor must not become the store, nor a reader that leaves end the sweep.
  @Test func descriptorsThatAreClosed() throws {
    let scratch = try Scratch()
    for redirection in [">&-", "<&-", "2>&-", ">&- 2>&- <&-"] {
      let command = "'\(Program.path)' run '\(Program.example)' --trials 3 \(redirection)"
      let ended = try RunningProgram(["-c", command], in: scratch, program: "/bin/sh").end()
      let isOutputClosed = redirection.hasPrefix(">")
      #expect(ended.status == (isOutputClosed ? 3 : 0), "\(redirection): \(ended.errors)")
      #expect(try Program.run("export", in: scratch).output.split(separator: "\n").count == 4)
    }
  }

  @Test func kernelsThatAreNotThereStopARunBeforeItsWorkers() throws {
    let scratch = try Scratch()
    expectLine(
      try Program.run(
        "run", Program.example, in: scratch, environment: ["SEEDSWEEP_ISA": "mmx"]), status: 2,
      "reference")
  }
}
