import Foundation
import SweepModel
import Testing
import TrialStore

/// Coordinators that are given work while they run.
@Suite struct ControlTests {
  private func worker(_ endpoint: String, in scratch: Scratch) throws -> RunningProgram {
    try RunningProgram(
      ["worker", "--connect", endpoint, "--slots", "1", "--give-up-after", "120"], in: scratch)
  }

  private func stop(_ programs: RunningProgram...) throws {
    for program in programs { program.send(SIGTERM) }
    for program in programs { _ = try program.end() }
  }

  private func sweeps(_ endpoint: String, in scratch: Scratch) throws -> [JSONValue] {
    let status = try Program.run(
      "status", "--connect", endpoint, "--format", "json", in: scratch)
    #expect(status.status == 0, "\(status.errors)")
    guard case .array(let sweeps)? = try status.json["sweeps"] else { return [] }
    return sweeps
  }

  private func recorded(_ endpoint: String, in scratch: Scratch) throws -> Int64 {
    guard case .integer(let count)? = try sweeps(endpoint, in: scratch).first?["recorded"] else {
      return 0
    }
    return count
  }

  @Test func whatIsSubmittedIsRunAndFoundAgain() throws {
    let scratch = try Scratch()
    let (coordinator, endpoint) = try CoordinatorProgram.start(in: scratch)
    #expect(try sweeps(endpoint, in: scratch).isEmpty)
    let submitted = try Program.run(
      "submit", Program.example, "--connect", endpoint, "--trials", "20", in: scratch)
    #expect(submitted.status == 0)
    #expect(submitted.output == "submitted sweep sequence: 0 of 20 trials recorded, running\n")
    let worker = try worker(endpoint, in: scratch)
    let watched = try Program.run("watch", "--connect", endpoint, in: scratch)
    #expect(watched.status == 0, "\(watched.errors)")
    #expect(watched.output.contains("sequence  finished        20     20"), "\(watched.output)")
    // The same again changes nothing; more trials make it longer.
    let again = try Program.run(
      "submit", Program.example, "--connect", endpoint, "--trials", "20", in: scratch)
    #expect(again.output == "found sweep sequence: 20 of 20 trials recorded, finished\n")
    let longer = try Program.run(
      "submit", Program.example, "--connect", endpoint, "--trials", "50", "--wait", "--format",
      "json", in: scratch)
    #expect(longer.status == 0, "\(longer.errors)")
    #expect(try longer.json["recorded"] == .integer(50))
    try stop(worker, coordinator)
    // What is done is not open for the next coordinator.
    let store = try TrialStore(path: scratch.path("seedsweep.sqlite"), access: .readOnly)
    #expect(try store.openSubmissions().isEmpty)
    // The bits are those of a sweep that was never submitted.
    let other = try Scratch()
    #expect(
      try Program.run("run", Program.example, "--trials", "50", in: other)
        .status == 0)
    let exports = try [scratch, other].map {
      try Export.withoutSeconds(in: $0)
    }
    #expect(exports[0] == exports[1])
  }

  @Test func aSubmittedSweepIsAuditedAsAsked() throws {
    let scratch = try Scratch()
    let (coordinator, endpoint) = try CoordinatorProgram.start(in: scratch)
    let workers = try (0..<2).map { _ in try worker(endpoint, in: scratch) }
    let submitted = try Program.run(
      "submit", Program.example, "--connect", endpoint, "--trials", "20", "--audit", "1", "--wait",
      in: scratch)
    #expect(submitted.status == 0, "\(submitted.errors)")
    // Found finished, it is still one that has ended well.
    let again = try Program.run(
      "submit", Program.example, "--connect", endpoint, "--trials", "20", "--audit", "1",
      in: scratch)
    #expect(again.status == 0, "\(again.errors)")
    coordinator.send(SIGTERM)
    let ended = try coordinator.end()
    #expect(ended.status == 0, "\(ended.errors)")
    for worker in workers { try stop(worker) }
    let report = try Program.run("report", in: scratch)
    #expect(report.output.contains("20 done"), "\(report.output)")
  }

  @Test func aSubmittedSweepSurvivesARestart() throws {
    let scratch = try Scratch()
    let path = try scratch.slowSpecification(epochs: 80_000, trials: 2_400)
    let (first, endpoint) = try CoordinatorProgram.start(in: scratch)
    let worker = try worker(endpoint, in: scratch)
    #expect(try Program.run("submit", path, "--connect", endpoint, in: scratch).status == 0)
    // Whoever watches need not notice.
    let watch = try RunningProgram(
      ["watch", "sequence", "--connect", endpoint, "--timeout", "120"], in: scratch)
    try wait { try recorded(endpoint, in: scratch) > 2 || !first.isRunning }
    first.send(SIGKILL)
    _ = try first.end()
    let (second, _) = try CoordinatorProgram.start(in: scratch, at: endpoint, "--exit-when-done")
    #expect(try second.end().status == 0)
    let watched = try watch.end()
    #expect(watched.status == 0, "\(watched.errors)")
    #expect(watched.output.contains("sequence  finished     2,400  2,400"), "\(watched.output)")
    #expect(try worker.end().status == 0)
    // Nothing is left that a third would take up.
    let third = try Program.run(
      "coordinator", "--listen", "tcp://127.0.0.1:*", "--exit-when-done",
      in: scratch)
    #expect(third.status == 2)
    #expect(third.errors.contains("no submitted sweep"), "\(third.errors)")
  }

  @Test func aCancelledSweepStaysAndGoesOnWhenSubmitted() throws {
    let scratch = try Scratch()
    let (first, endpoint) = try CoordinatorProgram.start(in: scratch)
    let worker = try worker(endpoint, in: scratch)
    let path = try scratch.slowSpecification(epochs: 80_000, trials: 2_400)
    let submit = ["submit", path, "--connect", endpoint]
    #expect(try RunningProgram(submit, in: scratch).end().status == 0)
    try wait { try recorded(endpoint, in: scratch) > 2 || !first.isRunning }
    let cancelled = try Program.run(
      "cancel", "sequence", "--connect", endpoint, "--format", "json", in: scratch)
    #expect(cancelled.status == 0, "\(cancelled.errors)")
    #expect(try cancelled.json["state"] == "cancelled")
    // Twice is as good as once, and whoever watches hears that it was not finished.
    #expect(try Program.run("cancel", "sequence", "--connect", endpoint, in: scratch).status == 0)
    let watch = try Program.run("watch", "sequence", "--connect", endpoint, in: scratch)
    #expect(watch.status == 1)
    try stop(first)
    let kept = try Export.withoutSeconds(in: scratch)
    // A restart does not begin again what was cancelled.
    let (second, address) = try CoordinatorProgram.start(in: scratch)
    #expect(try sweeps(address, in: scratch).isEmpty)
    let other = try self.worker(address, in: scratch)
    let count = kept.split(separator: "\n").count
    let resumed = try Program.run(
      "submit", path, "--connect", address, "--trials", "\(count + 5)", "--wait",
      in: scratch)
    #expect(resumed.status == 0, "\(resumed.errors)")
    try stop(worker, other, second)
    #expect(try Export.withoutSeconds(in: scratch).hasPrefix(kept))
  }

  @Test func whatIsWrongIsSaidInOneLine() throws {
    let scratch = try Scratch()
    let (coordinator, endpoint) = try CoordinatorProgram.start(in: scratch)
    let good = try String(contentsOfFile: Program.example, encoding: .utf8)
    let files = [
      "typo.yaml": good.replacing("trials:", with: "trails:"),
      "data.yaml": good.replacing(
        "{kind: sequence, length: 10}", with: "{kind: csv, path: /no/such, target: y}"),
      "empty.yaml": "",
      "huge.yaml": String(repeating: "#", count: 3 << 20),
    ]
    for name in files.keys.sorted() {
      try scratch.write(files[name] ?? "", to: name)
      let ended = try Program.run("submit", name, "--connect", endpoint, in: scratch)
      #expect(ended.status == 2, "\(name): \(ended.errors)")
      #expect(ended.output.isEmpty)
      #expect(ended.errorLines.count == 1 && ended.errors.contains(name), "\(ended.errors)")
    }
    let commands = [
      ["submit", "nosuch.yaml"], ["cancel", "nosuch"], ["watch", "nosuch"], ["watch", ""],
      ["cancel", String(repeating: "x", count: 65)], ["status", "--timeout", "0"],
      ["submit", Program.example, "--trials", "0"], ["status", "--format", "xml"],
    ]
    for command in commands {
      let ended = try RunningProgram(command + ["--connect", endpoint], in: scratch).end()
      #expect(ended.status == 2, "\(command): \(ended.errors)")
      #expect(ended.errorLines.count == 1, "\(ended.errors)")
    }
    #expect(try sweeps(endpoint, in: scratch).isEmpty)
    try stop(coordinator)
  }

  @Test(arguments: ["status", "watch", "cancel", "submit"])
  func nobodyThereIsSaidInTime(command: String) throws {
    let scratch = try Scratch()
    let arguments =
      switch command {
      case "cancel": [command, "sequence"]
      case "submit": [command, Program.example]
      default: [command]
      }
    // Port 9 is that of `discard`, where nobody listens any more.
    for address in ["tcp://127.0.0.1:9", "ipc://\(scratch.path("none"))"] {
      let ended = try RunningProgram(
        arguments + ["--connect", address, "--timeout", "1"], in: scratch
      ).end()
      #expect(ended.status == 3)
      #expect(ended.errorLines.count == 1 && ended.errors.contains("no coordinator answers"))
    }
  }
}
