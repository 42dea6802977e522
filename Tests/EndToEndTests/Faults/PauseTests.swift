import Foundation
import Testing

extension Faults {
  /// Processes that stand still for longer than the others are patient, and then go on.
  @Suite struct PauseTests {
    /// Longer than the silence limit of the bench's timing.
    private static let longPause: UInt32 = 2_600_000

    private func count(_ text: String, in program: RunningProgram) -> Int {
      program.errors.components(separatedBy: text).count - 1
    }

    @Test func workerIsStoppedUntilItCountsAsLost() throws {
      let bench = try FaultBench()
      let coordinator = try bench.coordinator()
      let workers = try (0..<2).map { _ in try bench.worker(at: coordinator.endpoint) }
      wait { count("worker joined", in: coordinator.program) >= 2 }
      for round in 0..<3 where coordinator.program.isRunning {
        let victim = workers[round % 2]
        victim.send(SIGSTOP)
        wait {
          count("worker lost", in: coordinator.program) > round || !coordinator.program.isRunning
        }
        victim.send(SIGCONT)
        wait {
          count("worker joined", in: coordinator.program) > round + 2
            || !coordinator.program.isRunning
        }
      }
      #expect(count("worker lost", in: coordinator.program) > 0)
      let ended = try coordinator.program.end()
      #expect(ended.status == 0, "\(ended.errors)")
      try bench.dismiss(workers)
      try bench.expectUndisturbed()
    }

    /// Its results are of trials that another worker was lent, trained and had acknowledged meanwhile.
    @Test func stoppedWorkerComesBackWhenItsTrialsAreDone() throws {
      let bench = try FaultBench()
      let part = ["--trials", "\(bench.sweep.trials / 2)"]
      let coordinator = try bench.coordinator(arguments: FaultBench.hastyTiming + part)
      let late = try bench.worker(at: coordinator.endpoint)
      wait { bench.recorded > 0 }
      late.send(SIGSTOP)
      wait { count("worker lost", in: coordinator.program) > 0 }
      let other = try bench.worker(at: coordinator.endpoint)
      let ended = try coordinator.program.end()
      #expect(ended.status == 0, "\(ended.errors)")
      try bench.dismiss([other])
      // The successor gets what it has, compares it, and has nobody else for the rest of the sweep.
      let successor = try bench.coordinator(at: coordinator.endpoint)
      late.send(SIGCONT)
      let last = try successor.program.end()
      #expect(last.status == 0, "\(last.errors)")
      try bench.dismiss([late])
      try bench.expectUndisturbed()
    }

    @Test func coordinatorIsStopped() throws {
      let bench = try FaultBench()
      let coordinator = try bench.coordinator()
      let workers = try (0..<2).map { _ in try bench.worker(at: coordinator.endpoint) }
      for _ in 0..<2 {
        let before = bench.recorded
        wait { bench.recorded > before || !coordinator.program.isRunning }
        coordinator.program.send(SIGSTOP)
        usleep(Self.longPause)
        coordinator.program.send(SIGCONT)
      }
      let ended = try coordinator.program.end()
      #expect(ended.status == 0, "\(ended.errors)")
      try bench.dismiss(workers)
      try bench.expectUndisturbed()
    }
  }
}
