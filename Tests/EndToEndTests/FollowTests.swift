import Foundation
import SweepModel
import Testing

/// Trials that are printed as they are stored, and sweeps that share a coordinator.
@Suite struct FollowTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func lines(_ text: String) -> [Substring] { text.split(separator: "\n") }

  @Test(arguments: ["csv", "jsonl"])
  func followingPrintsWhatAPlainExportPrints(format: String) throws {
    let follow = try RunningProgram(
      ["export", "--follow", "--format", format, "--store", "s.sqlite"], in: scratch)
    wait { follow.errors.contains("waiting for the store s.sqlite") || !follow.isRunning }
    let run = try Program.run(
      "run", Program.example, "--store", "s.sqlite", "--workers", "2", in: scratch)
    #expect(run.status == 0, "\(run.errors)")
    let followed = try follow.end()
    #expect(followed.status == 0, "\(followed.errors)")
    let plain = try Program.run(
      "export", "--format", format, "--store", "s.sqlite", in: scratch)
    #expect(lines(followed.output).sorted() == lines(plain.output).sorted())
    #expect(lines(followed.output).count >= 100)
    // Once it is complete, there is nothing to wait for; the history is there too.
    let again = try Program.run(
      "export", "--follow", "--history", "--store", "s.sqlite", in: scratch)
    #expect(again.status == 0 && again.errors.isEmpty)
    let history = try Program.run("export", "--history", "--store", "s.sqlite", in: scratch)
    #expect(lines(again.output).sorted() == lines(history.output).sorted())
  }

  @Test func aSweepThatIsNotThereYetIsWaitedForUntilTheSignal() throws {
    #expect(
      try Program.run("run", Program.example, "--trials", "2", "--store", "s.sqlite", in: scratch)
        .status == 0)
    let follow = try RunningProgram(
      ["export", "nosuch", "--follow", "--store", "s.sqlite"], in: scratch)
    wait { follow.errors.contains("waiting for sweep nosuch") || !follow.isRunning }
    follow.send(SIGINT)
    let ended = try follow.end()
    #expect(ended.status == 130)
    #expect(ended.errorLines.count == 2 && ended.output.isEmpty, "\(ended.errors)")
  }

  @Test func aFileThatIsNoStoreIsAnError() throws {
    try scratch.write("no store at all, and long enough to be told from one", to: "s.sqlite")
    let ended = try Program.run("export", "--follow", "--store", "s.sqlite", in: scratch)
    #expect(ended.status == 2 && ended.errorLines.count == 1, "\(ended.errors)")
  }

  @Test func aReaderThatHasEnoughEndsItQuietly() throws {
    #expect(
      try Program.run("run", Program.example, "--store", "s.sqlite", in: scratch).status == 0)
    // A sweep that will never be complete.
    let path = try scratch.slowSpecification(epochs: 10, trials: 100)
    let (coordinator, endpoint) = try CoordinatorProgram.start(in: scratch, "--store", "s.sqlite")
    let text = try String(contentsOfFile: path, encoding: .utf8)
      .replacingOccurrences(of: "name: sequence", with: "name: other")
    try scratch.write(text, to: "other.yaml")
    #expect(try Program.run("submit", "other.yaml", "--connect", endpoint, in: scratch).status == 0)
    let ended = try RunningProgram(
      ["-c", "'\(Program.path)' export other --follow --store s.sqlite | head -n 1"], in: scratch,
      program: "/bin/bash"
    ).end()
    #expect(ended.status == 0 && ended.errors.isEmpty, "\(ended.errors)")
    #expect(ended.output.hasPrefix("sweep,variant,index"))
    coordinator.send(SIGTERM)
    _ = try coordinator.end()
  }

  @Test func followingASweepThatIsCancelledEndsWithIt() throws {
    let path = try scratch.slowSpecification(epochs: 10_000, trials: 100)
    let (coordinator, endpoint) = try CoordinatorProgram.start(in: scratch, "--store", "s.sqlite")
    #expect(try Program.run("submit", path, "--connect", endpoint, in: scratch).status == 0)
    let follow = try RunningProgram(["export", "--follow", "--store", "s.sqlite"], in: scratch)
    #expect(
      try Program.run("cancel", "sequence", "--connect", endpoint, in: scratch).status == 0)
    let ended = try follow.end()
    #expect(ended.status == 1, "\(ended.errors)")
    #expect(
      ended.errorLines.filter { $0.contains("error:") }.count == 1
        && ended.errors.contains("cancelled with 0 of 100 trials"), "\(ended.errors)")
    coordinator.send(SIGTERM)
    _ = try coordinator.end()
  }

  @Test func aRestartWithAShorterSpecificationKeepsALongerSubmission() throws {
    let text = try String(contentsOfFile: Program.example, encoding: .utf8)
    try scratch.write(
      text.replacingOccurrences(of: "trials: 100", with: "trials: 10"), to: "short.yaml")
    let (coordinator, endpoint) = try CoordinatorProgram.start(in: scratch, "short.yaml")
    let submitted = try Program.run(
      "submit", "short.yaml", "--trials", "30", "--connect", endpoint, in: scratch)
    #expect(submitted.status == 0, "\(submitted.errors)")
    coordinator.send(SIGKILL)
    _ = try coordinator.end()
    let (second, place) = try CoordinatorProgram.start(
      in: scratch, "short.yaml", "--exit-when-done")
    let worker = try RunningProgram(["worker", "--connect", place], in: scratch)
    let ended = try second.end()
    #expect(ended.errors.contains("30 of 30 trials are in"), "\(ended.errors)")
    #expect(try worker.end().status == 0)
  }

  @Test func severalSweepsEndTogetherWithALineEach() throws {
    let text = try String(contentsOfFile: Program.example, encoding: .utf8)
    for name in ["a", "b", "c"] {
      try scratch.write(
        text.replacingOccurrences(of: "name: sequence", with: "name: \(name)")
          .replacingOccurrences(of: "trials: 100", with: "trials: 20"), to: "\(name).yaml")
    }
    let (coordinator, endpoint) = try CoordinatorProgram.start(
      in: scratch, "a.yaml", "b.yaml", "--exit-when-done")
    let submitted = try Program.run(
      "submit", "c.yaml", "--priority", "-5", "--connect", endpoint, in: scratch)
    #expect(submitted.status == 0, "\(submitted.errors)")
    func priority() throws -> JSONValue? {
      let status = try Program.run(
        "status", "--connect", endpoint, "--format", "json", in: scratch)
      guard case .array(let sweeps)? = try status.json["sweeps"] else { return nil }
      return sweeps.first { $0["sweep"] == "c" }?["priority"]
    }
    #expect(try priority() == .integer(-5))
    let table = try Program.run("status", "--connect", endpoint, in: scratch)
    #expect(table.output.contains("priority"))
    // Without one it stays; with another it changes.
    for (arguments, wanted) in [([], -5), (["--priority", "7"], 7)] as [([String], Int64)] {
      let again = try RunningProgram(
        ["submit", "c.yaml", "--connect", endpoint] + arguments, in: scratch
      ).end()
      #expect(again.status == 0)
      #expect(try priority() == .integer(wanted))
    }
    let worker = try RunningProgram(["worker", "--connect", endpoint], in: scratch)
    let ended = try coordinator.end()
    #expect(ended.status == 0, "\(ended.errors)")
    for name in ["a", "b", "c"] {
      #expect(ended.errors.contains("\(name): 20 of 20 trials recorded"), "\(ended.errors)")
    }
    #expect(ended.errors.contains("60 of 60 trials are in seedsweep.sqlite"))
    #expect(try worker.end().status == 0)
  }

  @Test(arguments: ["1001", "-1001", "x"])
  func prioritiesHaveBounds(priority: String) throws {
    let ended = try Program.run(
      "submit", Program.example, "--priority", priority, "--connect", "tcp://127.0.0.1:9",
      in: scratch)
    #expect(ended.status == 2 && ended.errorLines.count == 1, "\(ended.errors)")
  }
}
