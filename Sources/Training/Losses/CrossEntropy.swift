import Kernels
import SweepModel

/// The cross-entropy of targets with the softmax of the predictions, and its gradient by the logits,
/// in one operation.
///
/// Source: Keras, losses/losses.py; TensorFlow's fused operation on the logits, not Keras's own on
/// clipped probabilities.
struct CrossEntropy {
  let classes: Classes
  let smoothing: LabelSmoothing
  /// Whether it is a metric beside a loss that leaves the softmax to the layer.
  let takesProbabilities: Bool

  init(
    _ configuration: Configuration, comparison: Comparison, form: TargetForm
  ) throws(ComponentError) {
    let takesLogits = configuration.boolean("from_logits")
    if takesLogits, comparison.endsWithSoftmax {
      throw ComponentError(
        message: "from_logits says that the model predicts logits, but its last layer ends with a "
          + "softmax: take one of the two out")
    }
    // A loss that takes class numbers includes its softmax.
    takesProbabilities =
      !takesLogits && !comparison.isSoftmax && comparison.endsWithSoftmax && form == .categorical
    if !takesLogits, !comparison.isSoftmax, !takesProbabilities {
      throw ComponentError(
        message: "\(configuration.kind) compares probabilities: give the last layer the activation "
          + "softmax, or set from_logits: true")
    }
    classes = try Classes(configuration.kind, comparison: comparison, form: form)
    guard classes.count > 1 else {
      throw ComponentError(
        message: "a softmax over 1 class is always 1: \(configuration.kind) needs a last layer of "
          + "2 units or more")
    }
    try classes.checkTargets(of: comparison.data)
    smoothing = configuration.labelSmoothing(classes: classes.count)
  }

  func evaluate(_ batch: PredictedBatch, losses: MutableTensor, gradient: MutableTensor) {
    batch.kernels.crossEntropy(
      classes.shape(batch), classes.form, logits: batch.predictions, targets: batch.targets,
      losses: losses, gradient: gradient,
      scale: Float(1 / (Double(batch.rows) * Double(classes.positions))), smoothing: smoothing)
  }
}

extension CrossEntropy {
  /// Writes the cross-entropy of each prediction.
  func measure(_ batch: PredictedBatch, values: MutableTensor) {
    guard takesProbabilities else {
      return evaluate(batch, losses: values, gradient: batch.workspace)
    }
    batch.kernels.valueLoss(
      classes.shape(batch), .classEntropy(smoothing), predictions: batch.predictions,
      targets: batch.targets, losses: values, gradient: nil, scale: 0)
  }
}

/// A loss and metric that is a cross-entropy.
protocol CrossEntropyObjective: Loss, MeanMetric {
  var entropy: CrossEntropy { get }
}

extension CrossEntropyObjective {
  static var fusedActivation: FusedActivation? { .softmax }
  var positions: Int { entropy.classes.positions }
  var isMasked: Bool { entropy.classes.isMasked }

  func evaluate(_ batch: PredictedBatch, losses: MutableTensor, gradient: MutableTensor) {
    entropy.evaluate(batch, losses: losses, gradient: gradient)
  }

  func measure(_ batch: PredictedBatch, values: MutableTensor) {
    entropy.measure(batch, values: values)
  }
}

/// Cross-entropy where each target is the number of a class.
struct SparseCategoricalCrossentropy: CrossEntropyObjective {
  static let schema = ConfigurationSchema(
    kind: "sparse_categorical_crossentropy",
    summary: "The cross-entropy of predicted probabilities with classes, given by their numbers.",
    parameters: [.fromLogits],
    aliases: ["crossentropy", "scce", "sparse_crossentropy", "nll", "softmax_crossentropy"])

  let entropy: CrossEntropy

  init(_ configuration: Configuration, comparison: Comparison) throws(ComponentError) {
    entropy = try CrossEntropy(configuration, comparison: comparison, form: .sparse)
  }
}

/// Cross-entropy where each target is a probability for every class, as in one-hot vectors.
struct CategoricalCrossentropy: CrossEntropyObjective {
  static let schema = ConfigurationSchema(
    kind: "categorical_crossentropy",
    summary: "The cross-entropy of predicted probabilities with one-hot vectors or probabilities.",
    parameters: [.fromLogits, .labelSmoothing],
    aliases: ["crossentropy", "cce", "softmax_crossentropy"])

  let entropy: CrossEntropy

  init(_ configuration: Configuration, comparison: Comparison) throws(ComponentError) {
    entropy = try CrossEntropy(configuration, comparison: comparison, form: .categorical)
  }
}

extension ConfigurationSchema.Parameter {
  /// The argument `from_logits`.
  static let fromLogits = optional(
    "from_logits", .boolean, default: .boolean(false),
    "Whether the model predicts logits, without a softmax or sigmoid of its own.")

  /// The argument `label_smoothing`.
  static let labelSmoothing = optional(
    "label_smoothing", .number(NumberBounds(lower: 0, upper: 1)), default: nil,
    "The share of each target that is spread evenly over all classes.")
}

extension Configuration {
  /// What becomes of targets, by the argument `label_smoothing` where there is one.
  func labelSmoothing(classes: Int) -> LabelSmoothing {
    LabelSmoothing(optionalNumber("label_smoothing") ?? 0, classes: classes)
  }
}
