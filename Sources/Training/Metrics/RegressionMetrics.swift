import Kernels
import SweepModel

/// The root of the mean of the squared differences between predictions and targets.
///
/// Source: Keras, metrics/regression_metrics.py, `RootMeanSquaredError`.
struct RootMeanSquaredError: MeanMetric {
  static let schema = ConfigurationSchema(
    kind: "root_mean_squared_error",
    summary: "The root of the mean of the squared differences between predictions and targets.",
    aliases: ["rmse"])

  private let squares: MeanSquaredError
  var positions: Int { squares.positions }
  var isMasked: Bool { squares.isMasked }
  var readsProbabilities: Bool { true }

  init(_ configuration: Configuration, comparison: Comparison) throws(ComponentError) {
    squares = try MeanSquaredError(configuration, comparison: comparison)
  }

  func measure(_ batch: PredictedBatch, values: MutableTensor) {
    squares.measure(batch, values: values)
  }

  func value(_ sums: MetricSums, lane: Int, samples: Int) -> Double {
    squares.value(sums, lane: lane, samples: samples).squareRoot()
  }
}

/// The share of the targets' variance that the predictions explain.
///
/// Sums are of differences from the first sample's target, so that targets far from 0 lose nothing.
///
/// Source: Keras, metrics/regression_metrics.py, `R2Score`, without `num_regressors`.
struct R2Score: Metric {
  static let schema = ConfigurationSchema(
    kind: "r2_score",
    summary: "The share of the targets' variance that the predictions explain.",
    parameters: [
      .optional(
        "class_aggregation", .choice(["uniform_average", "variance_weighted_average"]),
        default: .text("uniform_average"),
        "How the values of a sample make one number: alike, or by their variance.")
    ],
    aliases: ["r2", "r_squared", "coefficient_of_determination"])

  private let width: Int
  private let isWeighted: Bool
  /// The first sample's target, at its first position.
  private let origin: [Float]
  /// Positions of a sample.
  private let rows: Int
  var sumCount: Int { 3 * width + 1 }
  var readsProbabilities: Bool { true }

  init(_ configuration: Configuration, comparison: Comparison) throws(ComponentError) {
    _ = try ValueComparison(configuration.kind, comparison: comparison)
    let width = comparison.predictionShape.last ?? 1
    rows = comparison.predictionShape.dropLast().reduce(1, *)
    origin = Array(comparison.data.targets.prefix(width))
    isWeighted = configuration.text("class_aggregation") == "variance_weighted_average"
    self.width = width
  }

  func measure(_ batch: PredictedBatch, sums: MetricSums) {
    origin.withUnsafeBufferPointer { origin in
      guard let origin = origin.baseAddress else { return }
      batch.kernels.regressionSums(
        RowsShape(lanes: batch.lanes, rows: batch.rows * rows, width: width), origin: origin,
        predictions: batch.probabilities, targets: batch.targets, mask: batch.mask, sums: sums[0])
    }
  }

  func value(_ sums: MetricSums, lane: Int, samples: Int) -> Double {
    let count = sums[3 * width][lane]
    var (scores, weights) = (0.0, 0.0)
    for column in 0..<width {
      let sum = sums[3 * column][lane]
      let variation = sums[3 * column + 1][lane] - sum * sum.dividedOrZero(by: count)
      let score = variation == 0 ? 0 : 1 - sums[3 * column + 2][lane] / variation
      scores += isWeighted ? variation * score : score
      weights += isWeighted ? variation : 1
    }
    return scores.dividedOrZero(by: weights)
  }
}
