import Kernels
import SweepModel

/// The area under the curve of true over false positive rates, or of precision over recall, in
/// steps between thresholds.
///
/// Source: Keras, metrics/confusion_metrics.py, `AUC`; each prediction is compared with every
/// threshold, where Keras computes its place from the distance of even ones.
struct AreaUnderCurve: TallyMetric {
  static let schema = ConfigurationSchema(
    kind: "auc",
    summary: "The area under the ROC curve, or that of precision over recall.",
    parameters: [
      .optional(
        "num_thresholds", .integer(2...10_000), default: .integer(200),
        "Thresholds, at equal distances from 0 to 1."),
      .optional(
        "curve", .choice(["ROC", "PR"]), default: .text("ROC"),
        "ROC, or PR for precision over recall."),
      .optional(
        "summation_method", .choice(["interpolation", "minoring", "majoring"]),
        default: .text("interpolation"),
        "The heights of steps: the mean of both ends, or the "
          + "smaller, or the larger."),
      .optional(
        "from_logits", .boolean, default: .boolean(false),
        "Whether the sigmoid of the predictions is taken first."),
    ],
    aliases: ["roc_auc", "auroc", "roc", "auc_roc", "area_under_curve", "pr_auc"])

  private let comparison: BinaryComparison
  private let isROC: Bool
  private let method: String
  private let takesLogits: Bool
  let tally: Tally

  init(_ configuration: Configuration, comparison: Comparison) throws(ComponentError) {
    isROC = configuration.text("curve") == "ROC"
    method = configuration.text("summation_method")
    takesLogits = configuration.boolean("from_logits")
    if !isROC, method == "interpolation" {
      throw ComponentError(
        message: "the interpolation of a PR curve takes logarithms in binary64, which the numeric "
          + "contract has not: set summation_method to minoring or majoring")
    }
    if takesLogits, let activation = comparison.lastActivation,
      FusedActivation(rawValue: activation) != nil
    {
      throw ComponentError(
        message: "from_logits says that the model predicts logits, but its last layer ends with a "
          + "\(activation): take one of the two out")
    }
    self.comparison = try BinaryComparison(configuration.kind, comparison: comparison)
    tally = self.comparison.tally(
      thresholds: Self.thresholds(configuration.integer("num_thresholds")))
  }

  /// −10⁻⁷, then i ÷ (count − 1), and 1 + 10⁻⁷ at the end.
  private static func thresholds(_ count: Int) -> [Float] {
    let inner = (0..<count - 2).map { Float(Double($0 + 1) / Double(count - 1)) }
    return [Float(0 - 1e-7)] + inner + [Float(1 + 1e-7)]
  }

  func shape(_ batch: PredictedBatch) -> RowsShape { comparison.shape(batch) }

  func measure(_ batch: PredictedBatch, sums: MetricSums) {
    let shape = shape(batch)
    var predictions = batch.probabilities
    if takesLogits {
      let count = shape.lanes * shape.rows * shape.width
      batch.workspace.update(from: predictions, count: count)
      batch.kernels.activate(.sigmoid, count: count, values: batch.workspace)
      predictions = Tensor(batch.workspace)
    }
    batch.kernels.tally(
      shape, tally, predictions: predictions, targets: batch.targets, mask: batch.mask,
      sums: sums[0])
  }

  func value(_ counts: TallyCounts) -> Double {
    let meant = counts.above(-1, matrix: 0, isMeant: true)
    let others = counts.above(-1, matrix: 0, isMeant: false)
    // From the lowest threshold on: what is not above it leaves the counts.
    var (hits, alarms) = (meant, others)
    var area = 0.0
    var last: (x: Double, y: Double)?
    for place in 0..<tally.thresholds.count {
      hits -= counts.count(0, place: place, isMeant: true)
      alarms -= counts.count(0, place: place, isMeant: false)
      let recall = hits.dividedOrZero(by: meant)
      let point =
        isROC
        ? (x: alarms.dividedOrZero(by: others), y: recall)
        : (x: recall, y: hits.dividedOrZero(by: hits + alarms))
      if let last { area += (last.x - point.x) * height(last.y, point.y) }
      last = point
    }
    return area
  }

  private func height(_ left: Double, _ right: Double) -> Double {
    switch method {
    case "minoring": min(left, right)
    case "majoring": max(left, right)
    default: (left + right) / 2
    }
  }
}
