import Randomness
import Scheduling
import SweepModel

/// What this worker does instead of its duty; `main.swift` says what each means.
enum Lie: String {
  case ulp, sometimes, seed, metrics, forget, foreign, crash, hang, none
  case model, swap

  /// Every so many trials are lied about by ``sometimes``.
  private static let period: UInt64 = 7

  /// What is returned instead of the results of an assignment.
  func told(of results: [TrialResult]) -> [TrialResult] {
    switch self {
    case .none, .crash, .hang, .model: results
    case .ulp, .swap: results.map(Self.anUlpOff)
    case .sometimes:
      results.map { $0.index.rawValue % Self.period == 3 ? Self.anUlpOff($0) : $0 }
    case .seed:
      results.map { result in
        var result = result
        result.seed = TrialSeed(result.seed.rawValue ^ 1)
        return result
      }
    case .metrics: results.map { Self.changed($0) { $0.metrics.append(0) } }
    case .forget: results.enumerated().filter { $0.offset.isMultiple(of: 2) }.map(\.element)
    case .foreign:
      // Those of them that it was not lent, in this assignment at least.
      results
        + results.map(Self.neighbour).filter { other in
          !results.contains { $0.index == other.index }
        }
    }
  }

  private static func anUlpOff(_ result: TrialResult) -> TrialResult {
    changed(result) { measurements in
      measurements.metrics[0] = measurements.metrics[0].nextUp
      // That of the weights that would have given it; the same whenever the trial is asked for.
      measurements.weightsDigest = WeightsDigest(hashing: measurements.weightsDigest.bytes)
    }
  }

  /// A result of the trial beside, which nobody asked for, with the seed that it rightly has.
  private static func neighbour(_ result: TrialResult) -> TrialResult {
    // That of the example which the tests train.
    let masterSeed = MasterSeed(1)
    var other = anUlpOff(result)
    other.index = TrialIndex(result.index.rawValue ^ 1)
    other.seed = masterSeed.trialSeed(at: other.index)
    return other
  }

  private static func changed(
    _ result: TrialResult, _ change: (inout TrialResult.Measurements) -> Void
  ) -> TrialResult {
    var result = result
    switch result.outcome {
    case .completed(var measurements):
      change(&measurements)
      result.outcome = .completed(measurements)
    case .diverged(let epoch, var measurements):
      change(&measurements)
      result.outcome = .diverged(atEpoch: epoch, measurements)
    case .failed: break
    }
    return result
  }
}
