import Foundation
import SweepModel
import Testing

extension Faults {
  /// Long trials go on elsewhere, to the bits of a training that nothing interrupted.
  @Suite struct CheckpointTests {
    // About ten seconds of a release build.
    private static let plain = FaultSweep(trials: 1, epochs: 100_000, units: 250)
    private static let sweep = FaultSweep(
      trials: 1, epochs: 100_000, additions: "checkpoint_seconds: 1", units: 250)

    private let bench: FaultBench
    private let folder: String

    init() throws {
      bench = try FaultBench(Self.sweep)
      folder = bench.scratch.path("seedsweep.sqlite-models")
    }

    /// The steps of a worker's log lines that say this, in order.
    private func steps(_ text: String, in program: RunningProgram) -> [Int] {
      program.errors.split(separator: "\n").filter { $0.contains(text) }.compactMap { line in
        line.split(separator: " ").first { $0.hasPrefix("step=") }.flatMap { Int($0.dropFirst(5)) }
      }
    }

    private func handed(_ program: RunningProgram) -> [Int] {
      steps("handed over a checkpoint", in: program)
    }

    private func resumed(_ program: RunningProgram) -> [Int] {
      steps("resumed a trial from a checkpoint", in: program)
    }

    /// The bytes are those of a sweep without checkpoints, none of which is left.
    private func expectUndisturbed() throws {
      let export = try SweepBytes(in: bench.scratch).export
      #expect(try export == Self.plain.undisturbed.export)
      let left = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
      #expect(!left.contains { $0.hasSuffix(".checkpoint") })
      try? FileManager.default.removeItem(atPath: folder)
      bench.expectNothingLeft()
    }

    @Test func aTrialGoesOnWhereItsWorkerWasKilled() throws {
      let coordinator = try bench.coordinator()
      let first = try bench.worker(at: coordinator.endpoint)
      wait { handed(first).count >= 2 || !coordinator.program.isRunning }
      first.send(SIGKILL)
      _ = try first.end()
      let last = try #require(handed(first).last)
      let second = try bench.worker(at: coordinator.endpoint)
      let ended = try coordinator.program.end()
      #expect(ended.status == 0, "\(ended.errors)")
      try bench.dismiss([second])
      // The last checkpoint may have arrived without being told of.
      #expect(try #require(resumed(second).first) >= last, "\(second.errors)")
      try expectUndisturbed()
    }

    @Test func aWorkerThatLeavesHandsOverWhereItIs() throws {
      let coordinator = try bench.coordinator()
      let first = try bench.worker(at: coordinator.endpoint, ["--grace", "8"])
      wait { !handed(first).isEmpty || !coordinator.program.isRunning }
      first.send(SIGTERM)
      let left = try first.end()
      #expect(left.status == 0, "\(left.errors)")
      let last = try #require(handed(first).last)
      let second = try bench.worker(at: coordinator.endpoint)
      let ended = try coordinator.program.end()
      #expect(ended.status == 0, "\(ended.errors)")
      try bench.dismiss([second])
      #expect(resumed(second).first == last, "\(first.errors) \(second.errors)")
      try expectUndisturbed()
    }

    /// The coordinator knows after a restart what it has; what is damaged is not used.
    @Test(arguments: [false, true]) func aCoordinatorThatIsStartedAgain(isDamaged: Bool) throws {
      let coordinator = try bench.coordinator()
      let first = try bench.worker(at: coordinator.endpoint)
      wait { !handed(first).isEmpty || !coordinator.program.isRunning }
      coordinator.program.send(SIGKILL)
      first.send(SIGKILL)
      _ = try coordinator.program.end()
      _ = try first.end()
      if isDamaged {
        let variant = "\(folder)/sequence/base"
        let names = try FileManager.default.contentsOfDirectory(atPath: variant)
        let name = try #require(names.first { $0.hasSuffix(".checkpoint") })
        let url = URL(fileURLWithPath: "\(variant)/\(name)")
        var bytes = try Data(contentsOf: url)
        bytes[bytes.count / 2] ^= 1
        // The file is not its owner's to write.
        try FileManager.default.removeItem(at: url)
        try bytes.write(to: url)
      }
      let again = try bench.coordinator(at: coordinator.endpoint)
      let second = try bench.worker(at: again.endpoint)
      let ended = try again.program.end()
      #expect(ended.status == 0, "\(ended.errors)")
      try bench.dismiss([second])
      #expect(resumed(second).isEmpty == isDamaged, "\(second.errors)")
      #expect(second.errors.contains("the trial begins anew") == isDamaged, "\(second.errors)")
      try expectUndisturbed()
    }
  }
}
