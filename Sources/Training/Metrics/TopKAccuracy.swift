import Kernels
import SweepModel

/// The share of samples whose class is among the k with the largest predictions.
///
/// Source: Keras, metrics/accuracy_metrics.py, and its `in_top_k`.
protocol TopKAccuracy: MeanMetric {
  var classes: Classes { get }
  var k: Int { get }
}

extension TopKAccuracy {
  var positions: Int { classes.positions }
  var isMasked: Bool { classes.isMasked }

  func measure(_ batch: PredictedBatch, values: MutableTensor) {
    batch.kernels.topKHits(
      classes.shape(batch), classes.form, k: k, predictions: batch.predictions,
      targets: batch.targets, values: values)
  }
}

/// That where each target is the number of a class.
struct SparseTopKCategoricalAccuracy: TopKAccuracy {
  static let schema = ConfigurationSchema(
    kind: "sparse_top_k_categorical_accuracy",
    summary: "The share of samples whose class, given by number, is among the k largest "
      + "predictions.",
    parameters: [.k], aliases: ["top_k_accuracy", "top_5_accuracy", "sparse_top_k_accuracy"])

  let classes: Classes
  let k: Int

  init(_ configuration: Configuration, comparison: Comparison) throws(ComponentError) {
    classes = try Classes(configuration.kind, comparison: comparison, form: .sparse)
    try classes.checkTargets(of: comparison.data)
    k = try configuration.k(of: classes)
  }
}

/// That where each target is a probability for every class, as in one-hot vectors.
struct TopKCategoricalAccuracy: TopKAccuracy {
  static let schema = ConfigurationSchema(
    kind: "top_k_categorical_accuracy",
    summary: "The share of samples whose class, the target's largest, is among the k largest "
      + "predictions.",
    parameters: [.k], aliases: ["top_k_accuracy", "top_5_accuracy"])

  let classes: Classes
  let k: Int

  init(_ configuration: Configuration, comparison: Comparison) throws(ComponentError) {
    classes = try Classes(configuration.kind, comparison: comparison, form: .categorical)
    k = try configuration.k(of: classes)
  }
}

extension ConfigurationSchema.Parameter {
  fileprivate static let k = optional(
    "k", .integer(1...Limits.units), default: .integer(5), "How many predictions count.")
}

extension Configuration {
  /// The argument `k`.
  ///
  /// - Throws: ``ComponentError`` where all classes are among so many.
  fileprivate func k(of classes: Classes) throws(ComponentError) -> Int {
    let k = integer("k")
    guard k < classes.count else {
      throw ComponentError(
        message: "\(kind) is always 1, for every class is among the \(k) largest of "
          + "\(classes.count): make k smaller")
    }
    return k
  }
}
