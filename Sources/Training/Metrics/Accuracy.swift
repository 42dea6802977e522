import Kernels
import SweepModel

/// The share of samples whose first largest prediction is that of the class given by its number.
///
/// Source: Keras, metrics/accuracy_metrics.py, `sparse_categorical_accuracy`.
struct SparseCategoricalAccuracy: MeanMetric {
  static let schema = ConfigurationSchema(
    kind: "sparse_categorical_accuracy",
    summary: "The share of samples whose largest prediction is that of the class given by number.")

  private let classes: Classes
  var positions: Int { classes.positions }
  var isMasked: Bool { classes.isMasked }

  init(_ configuration: Configuration, comparison: Comparison) throws(ComponentError) {
    classes = try Classes(configuration.kind, comparison: comparison, form: .sparse)
    try classes.checkTargets(of: comparison.data)
  }

  func measure(_ batch: PredictedBatch, values: MutableTensor) {
    classes.measureAccuracy(batch, values: values)
  }
}

/// The share of samples whose first largest prediction is where the target's is.
///
/// Source: Keras, metrics/accuracy_metrics.py, `categorical_accuracy`.
struct CategoricalAccuracy: MeanMetric {
  static let schema = ConfigurationSchema(
    kind: "categorical_accuracy",
    summary: "The share of samples whose largest prediction is where the target's largest value is."
  )

  private let classes: Classes
  var positions: Int { classes.positions }
  var isMasked: Bool { classes.isMasked }

  init(_ configuration: Configuration, comparison: Comparison) throws(ComponentError) {
    classes = try Classes(configuration.kind, comparison: comparison, form: .categorical)
  }

  func measure(_ batch: PredictedBatch, values: MutableTensor) {
    classes.measureAccuracy(batch, values: values)
  }
}

extension Classes {
  fileprivate func measureAccuracy(_ batch: PredictedBatch, values: MutableTensor) {
    batch.kernels.accuracy(
      shape(batch), form, predictions: batch.predictions, targets: batch.targets, values: values)
  }
}
