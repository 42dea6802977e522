import Kernels
import SweepModel

/// The share of the predictions above the threshold whose target is 1.
///
/// Source: Keras, metrics/confusion_metrics.py, `Precision`.
struct Precision: TallyMetric {
  static let schema = ConfigurationSchema(
    kind: "precision",
    summary: "The share of the predictions above the threshold whose target is 1.",
    parameters: ConfigurationSchema.Parameter.oneThreshold)

  private let comparison: BinaryComparison
  let tally: Tally

  init(_ configuration: Configuration, comparison: Comparison) throws(ComponentError) {
    (self.comparison, tally) = try configuration.oneThreshold(comparison)
  }

  func shape(_ batch: PredictedBatch) -> RowsShape { comparison.shape(batch) }

  func value(_ counts: TallyCounts) -> Double {
    let hits = counts.count(0, place: 1, isMeant: true)
    return hits.dividedOrZero(by: hits + counts.count(0, place: 1, isMeant: false))
  }
}

/// The share of the targets that are 1 whose prediction is above the threshold.
///
/// Source: Keras, metrics/confusion_metrics.py, `Recall`.
struct Recall: TallyMetric {
  static let schema = ConfigurationSchema(
    kind: "recall",
    summary: "The share of the targets that are 1 whose prediction is above the threshold.",
    parameters: ConfigurationSchema.Parameter.oneThreshold,
    aliases: ["sensitivity", "true_positive_rate"])

  private let comparison: BinaryComparison
  let tally: Tally

  init(_ configuration: Configuration, comparison: Comparison) throws(ComponentError) {
    (self.comparison, tally) = try configuration.oneThreshold(comparison)
  }

  func shape(_ batch: PredictedBatch) -> RowsShape { comparison.shape(batch) }

  func value(_ counts: TallyCounts) -> Double {
    let hits = counts.count(0, place: 1, isMeant: true)
    return hits.dividedOrZero(by: hits + counts.count(0, place: 0, isMeant: true))
  }
}

extension ConfigurationSchema.Parameter {
  fileprivate static let oneThreshold = [
    optional(
      "thresholds", .number(NumberBounds(lower: 0, upper: 1)), default: .number(0.5),
      "Above it a prediction is 1; 0 for logits."),
    optional(
      "class_id", .integer(0...Limits.units), default: nil, "The only class that counts."),
  ]
}

extension Configuration {
  fileprivate func oneThreshold(
    _ comparison: Comparison
  ) throws(ComponentError) -> (BinaryComparison, Tally) {
    let binary = try BinaryComparison(
      kind, comparison: comparison, classID: optionalInteger("class_id"))
    return (binary, binary.tally(thresholds: [Float(number("thresholds"))]))
  }
}
