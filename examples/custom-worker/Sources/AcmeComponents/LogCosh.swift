import SeedSweep

/// The mean, over the values of a position, of log cosh of the difference from the target: about half
/// its square near 0, and a line of slope 1 far away.
public struct LogCosh: CustomLoss {
  public static let name = "acme_log_cosh"
  public static let version = 1
  public static let module = "AcmeComponents"
  public static let summary = "The mean of log cosh of the differences from the targets."
  public static let parameters: [ConfigurationSchema.Parameter] = [
    .optional(
      "width", .number(.positive), default: .number(1), "The difference where the line begins.")
  ]

  private let inverse: Float
  private let width: Float

  public init(
    _ configuration: Configuration, comparison: ComparedShapes
  ) throws(ComponentError) {
    guard comparison.predictionShape == comparison.targetShape else {
      throw ComponentError(
        message:
          "acme_log_cosh compares values one by one, but the model predicts samples of shape "
          + "\(comparison.predictionShape) and the targets have shape \(comparison.targetShape)")
    }
    width = Float(configuration.number("width"))
    inverse = 1 / width
  }

  public func evaluate(
    predictions: Values, targets: Values, gradient: MutableValues
  ) -> Float {
    let share = 1 / Float(predictions.count)
    var sum: Float = 0
    for place in predictions.indices {
      let difference = (predictions[place] - targets[place]) * inverse
      // log cosh d = |d| + log((1 + e^(−2|d|)) ÷ 2), which no difference overflows.
      let tail = 1 + Elementary.exp(-2 * difference.magnitude)
      sum += (difference.magnitude + Elementary.log(tail * 0.5)) * width
      gradient[place] = Elementary.tanh(difference) * share
    }
    return sum * share
  }
}
