import CPeak
import Kernels

/// How many operations a core can do in a second: fused multiply-adds on registers alone.
struct Peak {
  /// The instruction set, as `KernelSet` names it.
  let name: String
  private let set: peak_set

  /// Those of this CPU, the fastest last.
  static let available: [Peak] = [
    Peak(name: "avx2", set: PEAK_AVX2), Peak(name: "avx512", set: PEAK_AVX512),
    Peak(name: "neon", set: PEAK_NEON),
  ].filter { peak_available($0.set) != 0 }

  /// The peak of the instructions that a set of kernels uses.
  static func of(_ kernels: KernelSet) -> Peak? {
    available.first { $0.name == kernels.name }
  }

  private static let rounds = 200_000

  /// Repetitions of a third of a millisecond or so: some fit between two interruptions.
  func durations(repetitions: Int = 60) -> Durations {
    Durations(repetitions: repetitions) { _ = peak_operations(set, Self.rounds) }
  }

  /// Operations of one of those.
  var operations: Double { peak_operations(set, 1) * Double(Self.rounds) }

  /// Operations a second.
  func measure() -> Double { operations / durations().minimum }

  /// Does `work` and gives the larger of the peaks just before and just after: the clock of a core
  /// changes, and a share of a peak that was slowed by something else would flatter.
  func around<Result>(_ work: () throws -> Result) rethrows -> (result: Result, peak: Double) {
    let before = measure()
    let result = try work()
    return (result, max(before, measure()))
  }
}

/// The benchmark `peak`.
func measurePeaks() -> [Measurement] {
  Peak.available.map { peak in
    Measurement(
      benchmark: "peak", subject: peak.name, unit: "GFLOP/s", rateOf: peak.operations / 1e9,
      peak.durations(repetitions: 100))
  }
}
