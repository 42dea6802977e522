import Kernels
import SweepModel

/// What training minimises: a value for each sample and its gradient by the predictions.
protocol Loss: Sendable {
  /// Its name and arguments as users write them.
  static var schema: ConfigurationSchema { get }

  /// Whether it takes the logits of the model's last softmax and computes that itself.
  static var includesSoftmax: Bool { get }

  /// A loss between these predictions and targets.
  ///
  /// - Throws: ``ComponentError`` where they cannot be compared.
  init(_ configuration: Configuration, comparison: Comparison) throws(ComponentError)

  /// Writes the loss of each sample, and the gradient of their mean by the predictions.
  func evaluate(_ batch: PredictedBatch, losses: MutableTensor, gradient: MutableTensor)
}

extension Loss {
  static var includesSoftmax: Bool { false }
}

/// What is reported of a model: the mean, over samples, of a value for each.
protocol Metric: Sendable {
  /// Its name and arguments as users write them.
  static var schema: ConfigurationSchema { get }

  /// A metric between these predictions and targets.
  ///
  /// - Throws: ``ComponentError`` where they cannot be compared.
  init(_ configuration: Configuration, comparison: Comparison) throws(ComponentError)

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
  /// As large as the predictions: for a metric to write what it likes to.
  let workspace: MutableTensor
}
