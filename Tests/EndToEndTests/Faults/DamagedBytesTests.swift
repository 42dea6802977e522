import Foundation
import Testing

extension Faults {
  /// Workers whose bytes are flipped, lost, repeated and held up on their way, both ways.
  @Suite struct DamagedBytesTests {
    private static let damages = 150

    @Test func noDamagedByteBecomesAResult() throws {
      let choices = FaultChoices(of: "noDamagedByteBecomesAResult")
      let bench = try FaultBench()
      let coordinator = try bench.coordinator()
      let proxy = try DamagingProxy(
        to: coordinator.endpoint, budget: Self.damages, seed: choices.seed)
      defer { proxy.close() }
      let workers = try (0..<3).map { _ in try bench.worker(at: proxy.endpoint) }
      let ended = try coordinator.program.end()
      #expect(ended.status == 0, "seed \(choices.seed): \(ended.errors)")
      try bench.dismiss(workers)
      let counts = proxy.counts
      // As many as the sweep was long enough for: enough to be one.
      #expect(counts[DamagingProxy.Damage.bitFlipped.rawValue] >= 20, "\(counts)")
      try bench.expectUndisturbed("seed \(choices.seed), damages \(counts)")
    }
  }
}
