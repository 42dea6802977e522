import SeedSweep

/// The share of values that are no further from the target than a tolerance.
public struct Within: CustomMetric {
  public static let name = "acme_within_accuracy"
  public static let version = 1
  public static let module = "AcmeComponents"
  public static let summary = "The share of values no further from the target than the tolerance."
  public static let parameters: [ConfigurationSchema.Parameter] = [
    .optional(
      "tolerance", .number(.nonNegative), default: .number(0.1), "The largest difference.")
  ]

  private let tolerance: Float

  public init(
    _ configuration: Configuration, comparison: ComparedShapes
  ) throws(ComponentError) {
    guard comparison.predictionWidth == comparison.targetWidth else {
      throw ComponentError(
        message:
          "acme_within_accuracy compares values one by one, but the model predicts samples of "
          + "shape \(comparison.predictionShape) and the targets have shape "
          + "\(comparison.targetShape)")
    }
    tolerance = Float(configuration.number("tolerance"))
  }

  public func add(predictions: Values, targets: Values, to sums: MetricAccumulator) {
    var hits = 0
    for place in predictions.indices
    where (predictions[place] - targets[place]).magnitude <= tolerance { hits += 1 }
    sums[0] += Double(hits) / Double(predictions.count)
  }
}
