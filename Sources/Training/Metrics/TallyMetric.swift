import Kernels
import SweepModel

/// A metric of confusion matrices: a function of the numbers of predictions in their cells.
protocol TallyMetric: Metric {
  /// How predictions are counted.
  var tally: Tally { get }

  /// Positions × values of a batch.
  func shape(_ batch: PredictedBatch) -> RowsShape

  /// The metric of these counts.
  func value(_ counts: TallyCounts) -> Double
}

extension TallyMetric {
  var sumCount: Int { tally.sumCount }
  var readsProbabilities: Bool { true }

  func measure(_ batch: PredictedBatch, sums: MetricSums) {
    batch.kernels.tally(
      shape(batch), tally, predictions: batch.probabilities, targets: batch.targets,
      mask: batch.mask, sums: sums[0])
  }

  func value(_ sums: MetricSums, lane: Int, samples: Int) -> Double {
    value(TallyCounts(tally: tally, sums: sums, lane: lane))
  }
}

/// The counts of one lane.
struct TallyCounts {
  let tally: Tally
  let sums: MetricSums
  let lane: Int

  /// Predictions of a matrix at a place whose target is 1 (`isMeant`) or 0.
  func count(_ matrix: Int, place: Int, isMeant: Bool) -> Double {
    sums[(matrix * tally.placeCount + place) * 2 + (isMeant ? 1 : 0)][lane]
  }

  /// Predictions of a matrix that are above the threshold with this number, by their targets.
  func above(_ threshold: Int, matrix: Int, isMeant: Bool) -> Double {
    (threshold + 1..<tally.placeCount).reduce(0) {
      $0 + count(matrix, place: $1, isMeant: isMeant)
    }
  }
}

extension Double {
  /// 0 where the divisor is 0.
  func dividedOrZero(by divisor: Double) -> Double { divisor == 0 ? 0 : self / divisor }
}
