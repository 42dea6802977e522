import Kernels
import SweepModel

/// The mean, over the last axis, of the absolute difference from the target.
///
/// Source: Keras, losses/losses.py, `mean_absolute_error`.
struct MeanAbsoluteError: ValueObjective {
  static let schema = ConfigurationSchema(
    kind: "mean_absolute_error",
    summary: "The mean of the absolute differences between predictions and targets.",
    aliases: ["mae", "l1", "absolute_error"])

  let comparison: ValueComparison
  var operation: ValueLoss { .absoluteError }

  init(_ configuration: Configuration, comparison: Comparison) throws(ComponentError) {
    self.comparison = try ValueComparison(configuration.kind, comparison: comparison)
  }
}

/// The mean, over the last axis, of the absolute difference in percent of the target.
///
/// Source: Keras, losses/losses.py, `mean_absolute_percentage_error`.
struct MeanAbsolutePercentageError: ValueObjective {
  static let schema = ConfigurationSchema(
    kind: "mean_absolute_percentage_error",
    summary: "The mean of the absolute differences in percent of the targets.",
    aliases: ["mape"])

  let comparison: ValueComparison
  var operation: ValueLoss { .percentageError }

  init(_ configuration: Configuration, comparison: Comparison) throws(ComponentError) {
    self.comparison = try ValueComparison(configuration.kind, comparison: comparison)
  }
}

/// The mean, over the last axis, of squares near the target and of lines beyond.
///
/// Source: Keras, losses/losses.py, `huber`.
struct Huber: ValueObjective {
  static let schema = ConfigurationSchema(
    kind: "huber",
    summary: "Half the squared difference up to delta, and a line of slope delta beyond.",
    parameters: [
      .optional(
        "delta", .number(.positive), default: .number(1), "The difference where the line begins.")
    ],
    aliases: ["smooth_l1", "huber_loss"])

  let comparison: ValueComparison
  let operation: ValueLoss

  init(_ configuration: Configuration, comparison: Comparison) throws(ComponentError) {
    self.comparison = try ValueComparison(configuration.kind, comparison: comparison)
    operation = .huber(delta: configuration.number("delta"))
  }
}

/// The sum, over the last axis, of the divergence of predicted probabilities from the targets.
///
/// Source: Keras, losses/losses.py, `kl_divergence`.
struct KullbackLeiblerDivergence: ValueObjective {
  static let schema = ConfigurationSchema(
    kind: "kl_divergence",
    summary: "The Kullback-Leibler divergence of predicted probabilities from the targets'.",
    aliases: ["kld", "kullback_leibler_divergence", "kl"])

  let comparison: ValueComparison
  var operation: ValueLoss { .divergence }

  init(_ configuration: Configuration, comparison: Comparison) throws(ComponentError) {
    let values = try ValueComparison(configuration.kind, comparison: comparison)
    guard values.width == comparison.predictionShape.last ?? 1 else {
      throw ComponentError(
        message: "\(configuration.kind) with a mask needs predictions of two axes, positions and "
          + "probabilities, but they have shape \(comparison.predictionShape)")
    }
    try comparison.data.checkShares(for: configuration.kind)
    self.comparison = values
  }
}

/// The mean, over the last axis, of the cross-entropy of probabilities that each stand alone.
///
/// Where the model ends with a sigmoid, that and the loss are one operation on the logits, as in
/// TensorFlow; otherwise predictions are clipped as in Keras.
///
/// Source: Keras, losses/losses.py, `binary_crossentropy`.
struct BinaryCrossentropy: ValueObjective {
  static let schema = ConfigurationSchema(
    kind: "binary_crossentropy",
    summary: "The cross-entropy of probabilities that each stand alone with targets from 0 to 1.",
    parameters: [.fromLogits, .labelSmoothing],
    aliases: ["bce", "crossentropy", "log_loss", "sigmoid_crossentropy"])
  static var fusedActivation: FusedActivation? { .sigmoid }

  let comparison: ValueComparison
  let operation: ValueLoss
  let readsLogits: Bool

  init(_ configuration: Configuration, comparison: Comparison) throws(ComponentError) {
    let takesLogits = configuration.boolean("from_logits")
    if takesLogits, let activation = comparison.lastActivation,
      FusedActivation(rawValue: activation) != nil
    {
      throw ComponentError(
        message: "from_logits says that the model predicts logits, but its last layer ends with a "
          + "\(activation): take one of the two out")
    }
    self.comparison = try ValueComparison(configuration.kind, comparison: comparison)
    try comparison.data.checkShares(for: configuration.kind)
    // Keras moves every target towards ½, whatever the width is.
    let smoothing = configuration.labelSmoothing(classes: 2)
    readsLogits = takesLogits || comparison.fused == .sigmoid
    operation = readsLogits ? .binaryEntropyOfLogits(smoothing) : .binaryEntropy(smoothing)
  }
}

extension TrainingData {
  /// Checks that every target is from 0 to 1.
  ///
  /// - Throws: ``ComponentError`` that names the first sample, from 0, with another.
  func checkShares(for kind: String) throws(ComponentError) {
    // Written so that NaN is refused.
    guard let wrong = targets.firstIndex(where: { !($0 >= 0 && $0 <= 1) }) else { return }
    throw ComponentError(value: targets[wrong]) { value in
      "\(kind) needs targets from 0 to 1, but sample "
        + "\(wrong / targetShape.reduce(1, *)) has the target \(value)"
    }
  }
}
