import Kernels
import SweepModel

/// The harmonic mean of precision and recall, of each class and then of all.
///
/// Keras's default is a number for each class, which is no metric here: the default is their mean.
/// The two are the same for one class. Targets may also be class numbers.
///
/// Source: Keras, metrics/f_score_metrics.py, `F1Score`.
struct F1Score: TallyMetric {
  static let schema = ConfigurationSchema(
    kind: "f1_score",
    summary: "The harmonic mean of precision and recall, averaged over the classes.",
    parameters: [
      .optional(
        "average", .choice(["micro", "macro", "weighted"]), default: .text("macro"),
        "How classes make one number: counted together, alike, or by their samples."),
      .optional(
        "threshold", .number(NumberBounds(lower: 0, upper: 1)), default: nil,
        "Above it a prediction is 1; without one only the largest of a sample is."),
    ],
    aliases: ["f1", "f_score", "fbeta_score"])

  /// What Keras adds to divisors.
  private static let epsilon = 1e-7

  private let isWeighted: Bool
  /// Positions of a sample.
  private let rows: Int
  private let width: Int
  let tally: Tally

  init(_ configuration: Configuration, comparison: Comparison) throws(ComponentError) {
    let threshold = configuration.optionalNumber("threshold")
    width = comparison.predictionShape.last ?? 1
    rows = comparison.predictionShape.dropLast().reduce(1, *)
    if width == 1, threshold == nil {
      throw ComponentError(
        message: "f1_score without a threshold takes the largest of a sample's predictions, but "
          + "there is only one, which always is: set threshold: 0.5")
    }
    let isSparse = width > 1 && comparison.targetShape != comparison.predictionShape
    if isSparse {
      try Classes(configuration.kind, comparison: comparison, form: .sparse)
        .checkTargets(of: comparison.data)
    } else {
      _ = try ValueComparison(configuration.kind, comparison: comparison)
      try comparison.data.checkShares(for: configuration.kind)
    }
    let average = configuration.text("average")
    isWeighted = average == "weighted"
    tally = Tally(
      form: isSparse ? .sparse : .categorical, columns: 0..<width, isMerged: average == "micro",
      thresholds: threshold.map { [Float($0)] } ?? [])
  }

  func shape(_ batch: PredictedBatch) -> RowsShape {
    RowsShape(lanes: batch.lanes, rows: batch.rows * rows, width: width)
  }

  func value(_ counts: TallyCounts) -> Double {
    let supports = (0..<tally.matrixCount).reduce(0.0) { $0 + support($1, counts) }
    var sum = 0.0
    for matrix in 0..<tally.matrixCount {
      let score = score(matrix, counts)
      sum += isWeighted ? score * (support(matrix, counts) / (supports + Self.epsilon)) : score
    }
    return isWeighted ? sum : sum / Double(tally.matrixCount)
  }

  /// Targets of the class.
  private func support(_ matrix: Int, _ counts: TallyCounts) -> Double {
    counts.count(matrix, place: 1, isMeant: true) + counts.count(matrix, place: 0, isMeant: true)
  }

  private func score(_ matrix: Int, _ counts: TallyCounts) -> Double {
    let hits = counts.count(matrix, place: 1, isMeant: true)
    let alarms = counts.count(matrix, place: 1, isMeant: false)
    let misses = counts.count(matrix, place: 0, isMeant: true)
    let precision = hits / (hits + alarms + Self.epsilon)
    let recall = hits / (hits + misses + Self.epsilon)
    return precision * recall / (precision + recall + Self.epsilon) * 2
  }
}
