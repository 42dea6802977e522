import Kernels
import SweepModel

/// What both cross-entropies do: the softmax of the predictions, its cross-entropy with the targets
/// and the gradient by the logits, in one operation.
///
/// Source: Keras, losses/losses.py; TensorFlow's fused operation on the logits, not Keras's own on
/// clipped probabilities.
struct CrossEntropy {
  let classes: Classes

  init(
    _ configuration: Configuration, comparison: Comparison, form: TargetForm
  ) throws(ComponentError) {
    let takesLogits = configuration.boolean("from_logits")
    if takesLogits, comparison.isSoftmax {
      throw ComponentError(
        message: "from_logits says that the model predicts logits, but its last layer ends with a "
          + "softmax: take one of the two out")
    }
    if !takesLogits, !comparison.isSoftmax {
      throw ComponentError(
        message: "\(configuration.kind) compares probabilities: give the last layer the activation "
          + "softmax and the model a cross-entropy as loss, or set from_logits: true")
    }
    classes = try Classes(configuration.kind, comparison: comparison, form: form)
    guard classes.count > 1 else {
      throw ComponentError(
        message: "a softmax over 1 class is always 1: \(configuration.kind) needs a last layer of "
          + "2 units or more")
    }
    try classes.checkTargets(of: comparison.data)
  }

  func evaluate(_ batch: PredictedBatch, losses: MutableTensor, gradient: MutableTensor) {
    batch.kernels.crossEntropy(
      classes.shape(batch), classes.form, logits: batch.predictions, targets: batch.targets,
      losses: losses, gradient: gradient,
      scale: Float(1 / (Double(batch.rows) * Double(classes.positions))))
  }
}

/// Cross-entropy where each target is the number of a class.
struct SparseCategoricalCrossentropy: Loss, MeanMetric {
  static let schema = ConfigurationSchema(
    kind: "sparse_categorical_crossentropy",
    summary: "The cross-entropy of predicted probabilities with classes, given by their numbers.",
    parameters: [.fromLogits])
  static let includesSoftmax = true

  private let entropy: CrossEntropy
  var positions: Int { entropy.classes.positions }
  var isMasked: Bool { entropy.classes.isMasked }

  init(_ configuration: Configuration, comparison: Comparison) throws(ComponentError) {
    entropy = try CrossEntropy(configuration, comparison: comparison, form: .sparse)
  }

  func evaluate(_ batch: PredictedBatch, losses: MutableTensor, gradient: MutableTensor) {
    entropy.evaluate(batch, losses: losses, gradient: gradient)
  }

  func measure(_ batch: PredictedBatch, values: MutableTensor) {
    entropy.evaluate(batch, losses: values, gradient: batch.workspace)
  }
}

/// Cross-entropy where each target is a probability for every class, as in one-hot vectors.
struct CategoricalCrossentropy: Loss, MeanMetric {
  static let schema = ConfigurationSchema(
    kind: "categorical_crossentropy",
    summary: "The cross-entropy of predicted probabilities with one-hot vectors or probabilities.",
    parameters: [.fromLogits])
  static let includesSoftmax = true

  private let entropy: CrossEntropy
  var positions: Int { entropy.classes.positions }
  var isMasked: Bool { entropy.classes.isMasked }

  init(_ configuration: Configuration, comparison: Comparison) throws(ComponentError) {
    entropy = try CrossEntropy(configuration, comparison: comparison, form: .categorical)
  }

  func evaluate(_ batch: PredictedBatch, losses: MutableTensor, gradient: MutableTensor) {
    entropy.evaluate(batch, losses: losses, gradient: gradient)
  }

  func measure(_ batch: PredictedBatch, values: MutableTensor) {
    entropy.evaluate(batch, losses: values, gradient: batch.workspace)
  }
}

extension ConfigurationSchema.Parameter {
  /// The argument `from_logits`.
  fileprivate static let fromLogits = optional(
    "from_logits", .boolean, default: .boolean(false),
    "Whether the model predicts logits, without a softmax of its own.")
}
