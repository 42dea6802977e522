import Kernels
import SweepModel

/// What training minimises: a value for each sample and its gradient by the predictions.
protocol Loss: Sendable {
  /// Its name and arguments as users write them.
  static var schema: ConfigurationSchema { get }

  /// A loss between predictions and targets of these shapes.
  ///
  /// - Throws: ``ComponentError`` where they cannot be compared.
  init(_ configuration: Configuration, predictionShape: [Int], targetShape: [Int])
    throws(ComponentError)

  /// Writes the loss of each sample, and the gradient of their mean by the predictions.
  func evaluate(_ batch: PredictedBatch, losses: MutableTensor, gradient: MutableTensor)
}

/// What is reported of a model: the mean, over samples, of a value for each.
protocol Metric: Sendable {
  /// Its name and arguments as users write them.
  static var schema: ConfigurationSchema { get }

  /// A metric between predictions and targets of these shapes.
  ///
  /// - Throws: ``ComponentError`` where they cannot be compared.
  init(_ configuration: Configuration, predictionShape: [Int], targetShape: [Int])
    throws(ComponentError)

  /// Writes the value of each sample.
  func measure(_ batch: PredictedBatch, values: MutableTensor)
}

/// A batch whose predictions are made.
struct PredictedBatch {
  let kernels: KernelSet
  let lanes: Int
  /// Samples.
  let rows: Int
  let predictions: Tensor
  let targets: Tensor
}
