import Kernels
import SweepModel

/// Predictions that each stand alone, with a target of 0 or 1; or those of one class among others.
struct BinaryComparison {
  /// Values of one position.
  let width: Int
  /// Positions of a sample.
  let positions: Int
  let isMasked: Bool
  let form: TargetForm
  /// The values of a position that count.
  let columns: Range<Int>

  /// - Parameter classID: the only class that counts.
  /// - Throws: ``ComponentError`` where predictions do not stand alone, or targets are not 0 or 1.
  init(
    _ kind: String, comparison: Comparison, classID: Int? = nil
  ) throws(ComponentError) {
    let predictions = comparison.predictionShape
    width = predictions.last ?? 1
    positions = predictions.dropLast().reduce(1, *)
    isMasked = comparison.maskedPositions != nil
    let isOfClasses =
      width > 1
      && (comparison.endsWithSoftmax || comparison.targetShape != predictions)
    if isOfClasses, classID == nil {
      throw ComponentError(message: Self.advice(kind, width: width, comparison: comparison))
    }
    if let classID, classID >= width {
      throw ComponentError(
        message: "class_id is \(classID), but the classes are 0 to \(width - 1)")
    }
    columns = classID.map { $0..<$0 + 1 } ?? 0..<width
    form = isOfClasses && comparison.targetShape != predictions ? .sparse : .categorical
    if form == .sparse {
      try Classes(kind, comparison: comparison, form: .sparse)
        .checkTargets(of: comparison.data)
    } else {
      _ = try ValueComparison(kind, comparison: comparison)
      try Self.checkTargets(of: comparison.data, for: kind)
    }
  }

  private static func advice(_ kind: String, width: Int, comparison: Comparison) -> String {
    let isSparse = comparison.targetShape != comparison.predictionShape
    let accuracy = isSparse ? "sparse_categorical_accuracy" : "categorical_accuracy"
    let help =
      switch kind {
      case BinaryAccuracy.schema.kind: "use \(accuracy)"
      case AreaUnderCurve.schema.kind: "use \(accuracy) or f1_score"
      default: "choose one with class_id, or use f1_score"
      }
    return "\(kind) judges each prediction alone, but the model tells \(width) classes apart: "
      + help
  }

  private static func checkTargets(
    of data: TrainingData, for kind: String
  ) throws(ComponentError) {
    guard let wrong = data.targets.firstIndex(where: { $0 != 0 && $0 != 1 }) else { return }
    throw ComponentError(value: data.targets[wrong]) { value in
      "\(kind) needs targets 0 or 1, but sample "
        + "\(wrong / data.targetShape.reduce(1, *)) has the target \(value)"
    }
  }

  func shape(_ batch: PredictedBatch) -> RowsShape {
    RowsShape(lanes: batch.lanes, rows: batch.rows * positions, width: width)
  }

  /// One confusion matrix of all columns.
  func tally(thresholds: [Float]) -> Tally {
    Tally(form: form, columns: columns, isMerged: true, thresholds: thresholds)
  }
}

/// The share of predictions that are above a threshold where the target is 1, and not where it is 0.
///
/// Source: Keras, metrics/accuracy_metrics.py, `binary_accuracy`.
struct BinaryAccuracy: MeanMetric {
  static let schema = ConfigurationSchema(
    kind: "binary_accuracy",
    summary: "The share of predictions that are above the threshold where their target is 1, and "
      + "not above it where it is 0.",
    parameters: [
      .optional(
        "threshold", .number(NumberBounds(lower: 0, upper: 1)), default: .number(0.5),
        "Above it a prediction is 1; 0 for logits.")
    ])

  private let comparison: BinaryComparison
  private let threshold: Float
  var positions: Int { comparison.positions }
  var isMasked: Bool { comparison.isMasked }
  var readsProbabilities: Bool { true }

  init(_ configuration: Configuration, comparison: Comparison) throws(ComponentError) {
    self.comparison = try BinaryComparison(configuration.kind, comparison: comparison)
    threshold = Float(configuration.number("threshold"))
  }

  func measure(_ batch: PredictedBatch, values: MutableTensor) {
    batch.kernels.thresholdHits(
      comparison.shape(batch), threshold: threshold, predictions: batch.probabilities,
      targets: batch.targets, values: values)
  }
}
