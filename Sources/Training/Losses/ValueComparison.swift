import Kernels
import SweepModel

/// Predictions and targets of one shape, whose values are compared one by one.
struct ValueComparison {
  /// Values of one position.
  let width: Int
  /// The positions of a sample: those of the axes before the last, or of the mask.
  let positions: Int
  let isMasked: Bool

  /// - Throws: ``ComponentError`` where the shapes differ.
  init(_ kind: String, comparison: Comparison) throws(ComponentError) {
    let (predictionShape, targetShape) = (comparison.predictionShape, comparison.targetShape)
    guard predictionShape == targetShape else {
      throw ComponentError(
        message: "\(kind) compares values one by one, but the model predicts samples of "
          + "shape \(predictionShape) and the targets have shape \(targetShape): "
          + "make the last layer's output match")
    }
    positions = comparison.maskedPositions ?? predictionShape.dropLast().reduce(1, *)
    isMasked = comparison.maskedPositions != nil
    width = predictionShape.reduce(1, *) / positions
  }

  func shape(_ batch: PredictedBatch) -> RowsShape {
    RowsShape(lanes: batch.lanes, rows: batch.rows * positions, width: width)
  }
}

/// A loss and metric that is a term for each value.
protocol ValueObjective: Loss, MeanMetric {
  var comparison: ValueComparison { get }
  /// The operation; as a loss and as a metric it may read different predictions.
  var operation: ValueLoss { get }
  /// Whether it reads the predictions before the activation that the loss includes.
  var readsLogits: Bool { get }
}

extension ValueObjective {
  var positions: Int { comparison.positions }
  var isMasked: Bool { comparison.isMasked }
  var readsLogits: Bool { false }
  var readsProbabilities: Bool { !readsLogits }

  func evaluate(_ batch: PredictedBatch, losses: MutableTensor, gradient: MutableTensor) {
    let terms = operation == .divergence ? 1 : comparison.width
    batch.kernels.valueLoss(
      comparison.shape(batch), operation, predictions: batch.predictions, targets: batch.targets,
      losses: losses, gradient: gradient,
      scale: Float(1 / (Double(batch.rows) * Double(terms * positions))))
  }

  func measure(_ batch: PredictedBatch, values: MutableTensor) {
    batch.kernels.valueLoss(
      comparison.shape(batch), operation,
      predictions: readsLogits ? batch.predictions : batch.probabilities, targets: batch.targets,
      losses: values, gradient: nil, scale: 0)
  }
}
