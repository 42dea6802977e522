import SweepModel

/// What Keras calls `accuracy` and `acc`: one of three metrics, chosen by shapes. Here its name is an
/// error that says which one it is.
///
/// Source: Keras, trainers/compile_utils.py, `get_metric`.
enum AmbiguousAccuracy {
  static let schemas = ["accuracy", "acc"].map { kind in
    ConfigurationSchema(
      kind: kind,
      summary: "No metric: binary_accuracy, categorical_accuracy or sparse_categorical_accuracy.")
  }

  /// Which accuracy fits, and why.
  static func error(_ configuration: Configuration, comparison: Comparison) -> ComponentError {
    ComponentError(
      message: "\(configuration.kind) may be any of three metrics: \(advice(comparison))")
  }

  private static func advice(_ comparison: Comparison) -> String {
    let (predictions, targets) = (comparison.predictionShape, comparison.targetShape)
    let width = predictions.last ?? 1
    let isSparse = targets == predictions.dropLast() || targets == predictions.dropLast() + [1]
    switch (width, targets == predictions, isSparse) {
    case (1, _, true), (1, true, _): return oneValue(comparison)
    case (_, _, true):
      return "write sparse_categorical_accuracy, for the model predicts \(width) classes and each "
        + "target is the number of one"
    case (_, true, _) where Activations.isSigmoid(comparison.lastActivation):
      return "write binary_accuracy, for the model ends with a sigmoid, whose \(width) predictions "
        + "each have a target of their own"
    case (_, true, _) where !comparison.data.areProbabilities(width):
      return "none of them fits, for the targets are neither class numbers nor one-hot vectors; "
        + "write mean_absolute_error or r2_score"
    case (_, true, _):
      return "write categorical_accuracy, for the model predicts \(width) classes and each target "
        + "has a value for every one"
    default:
      return "none of them fits, for the model predicts samples of shape \(predictions) and the "
        + "targets have shape \(targets)"
    }
  }

  /// One prediction, which Keras compares with 0.5 whatever it is.
  private static func oneValue(_ comparison: Comparison) -> String {
    guard comparison.data.targets.allSatisfy({ $0 == 0 || $0 == 1 }) else {
      return "none of them fits, for the model predicts one value and the targets are not all 0 or "
        + "1; write mean_absolute_error or r2_score"
    }
    let name = "binary_accuracy"
    let reason = "for the model predicts one value and the targets are 0 or 1"
    return comparison.lastActivation == "linear"
      ? "write \(name), with threshold: 0 if the predictions are logits, \(reason)"
      : "write \(name), \(reason)"
  }
}

extension TrainingData {
  /// Whether targets of so many values are 0 or more and add up to 1.
  fileprivate func areProbabilities(_ width: Int) -> Bool {
    stride(from: 0, to: targets.count, by: width).allSatisfy { start in
      let own = targets[start..<start + width]
      return own.allSatisfy { $0 >= 0 } && abs(own.reduce(0.0) { $0 + Double($1) } - 1) <= 1e-3
    }
  }
}
