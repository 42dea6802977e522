import Foundation
import Testing

extension Faults {
  /// `kill -9` of workers and coordinators at random moments: at least 200 in all.
  @Suite struct KillTests {
    private static let kills = 105
    /// So many kills without a wait for a result in between.
    private static let killsInARow = 10

    /// `run` replaces the workers that die; when it dies itself, its workers must follow.
    @Test func runAndItsWorkers() throws {
      var choices = FaultChoices(of: "runAndItsWorkers")
      var kills = 0
      var sweeps: UInt64 = 0
      while kills < Self.kills {
        let bench = try FaultBench()
        sweeps += 1
        var run = try bench.start(["run", bench.specification, "--workers", "3"])
        var recorded: UInt64 = 0
        strikes: while run.isRunning {
          for _ in 0..<Self.killsInARow {
            choices.pause(milliseconds: 2..<100)
            if choices.below(6) == 0 {
              run.send(SIGKILL)
              _ = try run.end()
              run = try bench.start(["run", bench.specification, "--workers", "3"])
            } else {
              let workers = run.children
              guard !workers.isEmpty else { continue }
              kill(workers[choices.below(workers.count)], SIGKILL)
            }
            kills += 1
          }
          // Something must get done between deaths, or `run` rightly gives its machine up.
          wait {
            guard run.isRunning else { return true }
            let now = bench.recorded
            defer { recorded = now }
            return now > recorded
          }
          if kills >= Self.kills { break strikes }
        }
        let ended = try run.end()
        if ended.status != 0 { #expect(ended.status == -SIGKILL, "\(ended.errors)") }
        let last = try bench.start(["run", bench.specification]).end()
        #expect(last.status == 0, "seed \(choices.seed), sweep \(sweeps): \(last.errors)")
        try bench.expectUndisturbed("seed \(choices.seed), sweep \(sweeps)")
      }
      print("faults: \(kills) kills during \(sweeps) sweeps")
    }

    /// Coordinator and workers apart: whoever dies is started again, under its old address.
    @Test func coordinatorAndWorkers() throws {
      var choices = FaultChoices(of: "coordinatorAndWorkers")
      var kills = 0
      var sweeps: UInt64 = 0
      while kills < Self.kills {
        let bench = try FaultBench()
        sweeps += 1
        var coordinator = try bench.coordinator()
        let endpoint = coordinator.endpoint
        var workers = try (0..<3).map { _ in try bench.worker(at: endpoint) }
        while coordinator.program.isRunning, kills < Self.kills {
          choices.pause(milliseconds: 2..<120)
          if choices.below(4) == 0 {
            coordinator.program.send(SIGKILL)
            let ended = try coordinator.program.end()
            if ended.status == 0 { break }
            coordinator = try bench.coordinator(at: endpoint)
          } else {
            let victim = choices.below(workers.count)
            workers[victim].send(SIGKILL)
            _ = try workers[victim].end()
            workers[victim] = try bench.worker(at: endpoint)
          }
          kills += 1
        }
        let ended = try coordinator.program.end()
        #expect(ended.status == 0, "seed \(choices.seed), sweep \(sweeps): \(ended.errors)")
        try bench.dismiss(workers)
        try bench.expectUndisturbed("seed \(choices.seed), sweep \(sweeps)")
      }
      print("faults: \(kills) kills during \(sweeps) sweeps")
    }
  }
}
