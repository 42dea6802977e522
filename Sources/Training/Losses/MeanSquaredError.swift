import Kernels
import SweepModel

/// The mean, over a sample's values, of the squared difference from the target.
///
/// Source: Keras, losses/losses.py, `mean_squared_error`.
struct MeanSquaredError: Loss, MeanMetric {
  static let schema = ConfigurationSchema(
    kind: "mean_squared_error",
    summary: "The mean of the squared differences between predictions and targets.",
    aliases: ["mse", "l2", "squared_error"])

  /// Values of one position.
  private let width: Int
  /// Where nothing is masked a sample is one position, whatever its shape.
  let positions: Int
  let isMasked: Bool
  var readsProbabilities: Bool { true }

  init(_ configuration: Configuration, comparison: Comparison) throws(ComponentError) {
    _ = try ValueComparison(configuration.kind, comparison: comparison)
    positions = comparison.maskedPositions ?? 1
    isMasked = comparison.maskedPositions != nil
    width = comparison.predictionShape.reduce(1, *) / positions
  }

  func evaluate(_ batch: PredictedBatch, losses: MutableTensor, gradient: MutableTensor) {
    let scale = Float(2 / (Double(batch.rows) * Double(width * positions)))
    batch.kernels.squaredError(
      shape(batch), predictions: batch.predictions, targets: batch.targets, losses: losses,
      gradient: gradient, scale: scale)
  }

  func measure(_ batch: PredictedBatch, values: MutableTensor) {
    batch.kernels.squaredError(
      shape(batch), predictions: batch.probabilities, targets: batch.targets, losses: values,
      gradient: nil, scale: 0)
  }

  private func shape(_ batch: PredictedBatch) -> RowsShape {
    RowsShape(lanes: batch.lanes, rows: batch.rows * positions, width: width)
  }
}
