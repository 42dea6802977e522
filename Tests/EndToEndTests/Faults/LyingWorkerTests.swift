import Foundation
import SweepModel
import Testing

extension Faults {
  /// Another program that speaks the protocol (`Tests/LyingWorker`), beside two honest workers.
  @Suite struct LyingWorkerTests {
    private static let sweep = FaultSweep(trials: 600, epochs: 6_000)
    private static let audited = FaultSweep(trials: 600, epochs: 6_000, additions: "audit: 0.5")
    /// Of the 600 trials the liar gives so many at most, so that it cannot end the sweep alone; of the
    /// lies among them at least two are found out but with a probability of one in billions.
    private static let mostLies: UInt64 = 300

    private func liar(
      _ lie: String, at endpoint: String, in bench: FaultBench, _ arguments: [String] = []
    ) throws -> RunningProgram {
      try bench.start([endpoint, lie] + arguments, program: Program.lyingWorker)
    }

    private func count(_ text: String, in program: RunningProgram) -> Int {
      program.errors.components(separatedBy: text).count - 1
    }

    /// What cannot be is turned away at once, and nothing of it is used.
    @Test(arguments: ["seed", "metrics"]) func impossibleResults(lie: String) throws {
      let bench = try FaultBench(Self.sweep)
      let coordinator = try bench.coordinator()
      let liar = try liar(lie, at: coordinator.endpoint, in: bench)
      let told = try liar.end()
      #expect(told.status == 1)
      #expect(told.output.contains("refused"), "\(told.output) \(told.errors)")
      let workers = try (0..<2).map { _ in try bench.worker(at: coordinator.endpoint) }
      let ended = try coordinator.program.end()
      #expect(ended.status == 0, "\(ended.errors)")
      #expect(ended.errors.contains("turned away"))
      try bench.dismiss(workers)
      try bench.expectUndisturbed("\(lie)")
    }

    /// A liar that could be right is outvoted, quarantined, and all that it did is done again.
    @Test(arguments: ["ulp", "sometimes", "foreign"]) func plausibleResults(lie: String) throws {
      let bench = try FaultBench(Self.audited)
      let coordinator = try bench.coordinator()
      let liar = try liar(
        lie, at: coordinator.endpoint, in: bench, ["--rest-after", "\(Self.mostLies)"])
      wait { bench.recorded >= Self.mostLies || !liar.isRunning }
      let workers = try (0..<2).map { _ in try bench.worker(at: coordinator.endpoint) }
      let ended = try coordinator.program.end()
      // Somebody must look at what happened here, though the results are right.
      #expect(ended.status == 1, "\(ended.errors)")
      #expect(ended.errors.contains("worker quarantined"), "\(ended.errors)")
      try bench.dismiss(workers + [liar])
      try bench.expectUndisturbedExport("\(lie)")
      let report = try Program.run("report", in: bench.scratch)
      #expect(report.output.lowercased().contains("determinism"), "\(report.output)")
    }

    /// Results that never come are waited for no longer than their lease lasts.
    @Test func resultsThatAreLeftOut() throws {
      let bench = try FaultBench(Self.sweep)
      let coordinator = try bench.coordinator()
      let liar = try liar("forget", at: coordinator.endpoint, in: bench)
      wait { count("worker joined", in: coordinator.program) >= 1 || !liar.isRunning }
      let workers = try (0..<2).map { _ in try bench.worker(at: coordinator.endpoint) }
      let ended = try coordinator.program.end()
      #expect(ended.status == 0, "\(ended.errors)")
      try bench.dismiss(workers + [liar])
      try bench.expectUndisturbed()
    }

    /// One trial that kills whoever begins it is failed, with its reason, and the sweep goes on; a
    /// machine on which it does not crash puts that right.
    @Test func trialThatCrashesItsWorkers() throws {
      let bench = try FaultBench(Self.sweep)
      let coordinator = try bench.coordinator()
      // The first lease is of this trial alone; that leases are halved is for the simulation to show.
      let culprit = 0
      var crashes = 0
      while count("trial failed", in: coordinator.program) == 0, crashes < 8 {
        let crashing = try liar(
          "crash", at: coordinator.endpoint, in: bench, ["--trial", "\(culprit)"])
        wait { !crashing.isRunning || count("trial failed", in: coordinator.program) > 0 }
        if !crashing.isRunning { crashes += 1 }
        crashing.send(SIGKILL)
        _ = try crashing.end()
      }
      // One that ends before its beginning is told is charged to no trial.
      #expect(crashes >= 5)
      let workers = try (0..<2).map { _ in try bench.worker(at: coordinator.endpoint) }
      let ended = try coordinator.program.end()
      #expect(ended.status == 1, "\(ended.errors)")
      try bench.dismiss(workers)
      let export = try Export.withoutSeconds(in: bench.scratch).split(separator: "\n")
      let expected = try bench.sweep.undisturbed.export.split(separator: "\n")
      let different = zip(export, expected).filter { $0 != $1 }.map(\.0)
      #expect(export.count == expected.count && different.count == 1, "\(different)")
      let failed = try JSONValue(parsing: try #require(different.first).utf8)
      #expect(failed["index"] == .integer(Int64(culprit)))
      #expect(failed["status"] == "failed")
      guard case .string(let reason)? = failed["reason"] else {
        Issue.record("no reason: \(failed)")
        return
      }
      #expect(reason.hasPrefix("5 times its worker ended without a word"), "\(reason)")
      bench.expectNothingLeft()
    }

    /// Its heartbeats go on, but nothing gets done.
    @Test func trainerThatHangs() throws {
      let bench = try FaultBench(Self.sweep)
      let coordinator = try bench.coordinator()
      let hanging = try liar("hang", at: coordinator.endpoint, in: bench, ["--trial", "3"])
      wait { count("worker joined", in: coordinator.program) >= 1 || !hanging.isRunning }
      // Only it can have the trial, until it is given up.
      wait { coordinator.program.errors.contains("progress") || !hanging.isRunning }
      let workers = try (0..<2).map { _ in try bench.worker(at: coordinator.endpoint) }
      let ended = try coordinator.program.end()
      #expect(ended.status == 0, "\(ended.errors)")
      // It will never be done: nobody waits for it.
      hanging.send(SIGKILL)
      try bench.dismiss(workers + [hanging])
      try bench.expectUndisturbed()
    }
  }
}
