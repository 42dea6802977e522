import Foundation
import Testing

/// Sweeps whose processes are killed: every trial is there once, with the bits of an undisturbed sweep.
@Suite(.serialized) struct DisturbanceTests {
  /// Slow enough in either build that a kill falls into the middle.
  private static let epochs = 100_000
  private static let trials = 1_280

  /// The trials that the store has, as a reader beside the writer sees them.
  private func recorded(in scratch: Scratch) throws -> Int {
    let export = try Program.run("export", "--format", "jsonl", in: scratch)
    return export.status == 0 ? export.output.split(separator: "\n").count : 0
  }

  private func specification(in scratch: Scratch) throws -> String {
    try scratch.slowSpecification(epochs: Self.epochs, trials: Self.trials)
  }

  /// The export of the same sweep that nothing disturbs; trained once for all tests.
  private static let undisturbed = Result {
    let scratch = try Scratch()
    let path = try scratch.slowSpecification(epochs: epochs, trials: trials)
    let run = try Program.run("run", path, in: scratch)
    #expect(run.status == 0, "\(run.errors)")
    return try Export.withoutSeconds(in: scratch)
  }

  @Test func killedWorkersAndCoordinatorLoseNothing() throws {
    let expected = try Self.undisturbed.get()
    let scratch = try Scratch()
    let path = try specification(in: scratch)

    let first = try RunningProgram(["run", path, "--workers", "2"], in: scratch)
    try wait { try recorded(in: scratch) > 3 || !first.isRunning }
    let victim = try #require(first.children.first)
    kill(victim, SIGKILL)
    let atKill = try recorded(in: scratch)
    try wait { try recorded(in: scratch) > atKill + 3 || !first.isRunning }
    #expect(first.isRunning, "the sweep should not be over yet: \(first.errors)")
    let workers = first.children
    #expect(workers.count == 2)
    first.send(SIGKILL)
    #expect(try first.end().status == -SIGKILL)
    // Workers end by themselves when whoever started them is gone.
    wait { workers.allSatisfy { kill($0, 0) != 0 } }

    let kept = try recorded(in: scratch)
    #expect(kept > atKill)
    #expect(kept < Self.trials)
    let second = try Program.run("run", path, in: scratch)
    #expect(second.status == 0, "\(second.errors)")
    #expect(try Export.withoutSeconds(in: scratch) == expected)
  }

  @Test func interruptedSweepSaysHowToContinueAndContinues() throws {
    let expected = try Self.undisturbed.get()
    let scratch = try Scratch()
    let path = try specification(in: scratch)
    let first = try RunningProgram(["run", path, "--workers", "2"], in: scratch)
    try wait { try recorded(in: scratch) > 3 || !first.isRunning }
    first.send(SIGINT)
    let ended = try first.end()
    #expect(ended.status == 130)
    #expect(ended.errorLines.count == 1)
    #expect(ended.errors.contains("the same command continues"))
    #expect(try Program.run("run", path, in: scratch).status == 0)
    #expect(try Export.withoutSeconds(in: scratch) == expected)
  }

  @Test func workersOutliveTheirCoordinator() throws {
    let expected = try Self.undisturbed.get()
    let scratch = try Scratch()
    let path = try specification(in: scratch)
    let first = try Coordinator(path, in: scratch)
    let workers = try (0..<2).map { _ in
      try RunningProgram(
        ["worker", "--connect", first.endpoint, "--slots", "1", "--give-up-after", "60"],
        in: scratch)
    }
    try wait { try recorded(in: scratch) > 3 || !first.program.isRunning }
    first.program.send(SIGKILL)
    _ = try first.program.end()
    for worker in workers { #expect(worker.isRunning) }
    let second = try Coordinator(path, in: scratch, at: first.endpoint)
    #expect(try second.program.end().status == 0)
    for worker in workers { #expect(try worker.end().status == 0) }
    #expect(try Export.withoutSeconds(in: scratch) == expected)
  }

  @Test func drainedWorkerHandsBackAndLeaves() throws {
    let scratch = try Scratch()
    let coordinator = try Coordinator(try specification(in: scratch), in: scratch)
    let worker = try RunningProgram(
      ["worker", "--connect", coordinator.endpoint, "--slots", "1", "--give-up-after", "60"],
      in: scratch)
    try wait { try recorded(in: scratch) > 1 || !worker.isRunning }
    worker.send(SIGTERM)
    let ended = try worker.end()
    #expect(ended.status == 0, "\(ended.errors)")
    #expect(coordinator.program.isRunning)
    let other = try RunningProgram(
      ["worker", "--connect", coordinator.endpoint, "--give-up-after", "60"], in: scratch)
    #expect(try coordinator.program.end().status == 0)
    #expect(try other.end().status == 0)
  }

  /// The end of a sweep must reach workers that were idle, busy or about to say hello.
  @Test(arguments: 0..<8) func everyWorkerHearsOfTheEnd(round: Int) throws {
    let scratch = try Scratch()
    let coordinator = try Coordinator(Program.example, in: scratch)
    let workers = try (0..<4).map { _ in
      try RunningProgram(
        ["worker", "--connect", coordinator.endpoint, "--slots", "1", "--log-level", "info"],
        in: scratch)
    }
    // A worker that comes too late would rightly wait for another coordinator.
    #expect(try coordinator.program.end().status == 0)
    let joined = coordinator.program.errors.components(separatedBy: "worker joined").count - 1
    var ended = 0
    wait {
      ended = workers.count { !$0.isRunning }
      return ended >= joined
    }
    for worker in workers where worker.isRunning { worker.send(SIGTERM) }
    for worker in workers { #expect(try worker.end().status == 0) }
  }
}
