import Foundation
import SweepModel
import Testing

/// Workers that a scheduler will end leave before it does.
@Suite struct TimeLimitTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func worker(_ endpoint: String, _ arguments: String...) throws -> RunningProgram {
    try RunningProgram(
      ["worker", "--connect", endpoint, "--slots", "1"] + arguments, in: scratch)
  }

  /// Waits until a worker trains: it says then how much memory that takes.
  private func waitForTraining(_ endpoint: String) throws {
    try wait {
      let status = try Program.run(
        "status", "--connect", endpoint, "--format", "json", in: scratch)
      guard case .array(let workers)? = try status.json["workers"] else { return false }
      return workers.contains { worker in
        if case .integer? = worker["memory_needed_bytes"] { true } else { false }
      }
    }
  }

  @Test func workerLeavesBeforeItsLimitAndAnotherFinishes() throws {
    // Twice as much as one slot trains within the limit on a fast core.
    let path = try scratch.slowSpecification(epochs: 200_000, trials: 3_600)
    let coordinator = try CoordinatorProgram.start(
      in: scratch, at: "tcp://127.0.0.1:*", path, "--exit-when-done", "--log-level", "info")
    let limited = try worker(coordinator.endpoint, "--time-limit", "00:00:10", "--grace", "4")
    let ended = try limited.end()
    #expect(ended.status == 0, "\(ended.errors)")
    #expect(ended.errors.contains("time limit 10 s (--time-limit)"))
    #expect(ended.errors.contains("the time limit is near"), "\(ended.errors)")
    let other = try worker(coordinator.endpoint, "--give-up-after", "60")
    #expect(try coordinator.program.end().status == 0)
    #expect(try other.end().status == 0)
    #expect(!coordinator.program.errors.contains("worker lost"), "\(coordinator.program.errors)")
    let undisturbed = try Scratch()
    #expect(try Program.run("run", path, in: undisturbed).status == 0)
    #expect(try Export.withoutSeconds(in: scratch) == Export.withoutSeconds(in: undisturbed))
  }

  @Test func gracefulShutdownStopsATrialThatIsTooLong() throws {
    let path = try scratch.slowSpecification(epochs: 1_000_000, trials: 2)
    let coordinator = try CoordinatorProgram.start(
      in: scratch, at: "tcp://127.0.0.1:*", path, "--log-level", "info")
    // Kubernetes does not replace a pod that ends with 0.
    let worker = try worker(coordinator.endpoint, "--grace", "2", "--drained-status", "75")
    try waitForTraining(coordinator.endpoint)
    // As a scheduler and the runtime of a container do that both pass it on.
    for _ in 0..<2 { worker.send(SIGTERM) }
    let ended = try worker.end()
    #expect(ended.status == 75 && !ended.errors.contains("error:"), "\(ended.errors)")
    wait { coordinator.program.errors.contains("worker left") }
    // Returned, and said so, before the goodbye: no trial is charged.
    let log = coordinator.program.errors
    #expect(log.contains("stopped a trial") && !log.contains("worker lost"), "\(log)")
  }

  @Test func endOfASlurmJobIsATimeLimit() throws {
    let end = Int(Date().timeIntervalSince1970) - 5
    let ended = try RunningProgram(
      ["worker", "--connect", "tcp://127.0.0.1:9"], in: scratch,
      environment: ["SLURM_JOB_END_TIME": String(end)]
    ).end()
    #expect(ended.status == 0, "\(ended.errors)")
    #expect(ended.errors.contains("time limit 0 s (SLURM_JOB_END_TIME)"), "\(ended.errors)")
  }

  @Test(arguments: ["0", "-5", "1:2:3:4", "1-2", "5m", "", "99999999999999999999", "9"])
  func timeLimitThatIsNoneIsRefused(text: String) throws {
    let ended = try Program.run(
      "worker", "--connect", "tcp://127.0.0.1:9", "--time-limit=\(text)", in: scratch)
    #expect(ended.status == 2 && ended.errorLines.count == 1, "\(ended.errors)")
    #expect(ended.errors.contains("--time-limit"), "\(ended.errors)")
  }

  @Test(arguments: ["-1", "126", "256", "x"])
  func drainedStatusThatIsNoneIsRefused(text: String) throws {
    let ended = try Program.run(
      "worker", "--connect", "tcp://127.0.0.1:9", "--drained-status=\(text)", in: scratch)
    #expect(ended.status == 2 && ended.errorLines.count == 1, "\(ended.errors)")
  }

  @Test(arguments: ["0", "-1", "nan", "inf", "1e9"])
  func graceThatIsNoneIsRefused(text: String) throws {
    let ended = try Program.run(
      "worker", "--connect", "tcp://127.0.0.1:9", "--grace=\(text)", in: scratch)
    #expect(ended.status == 2 && ended.errorLines.count == 1, "\(ended.errors)")
  }
}
