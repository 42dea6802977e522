import SweepModel

/// Rules about metrics that say little of what is trained.
extension Lint {
  private static let classMetrics = [
    "categorical_accuracy", "sparse_categorical_accuracy", "top_k_categorical_accuracy",
    "sparse_top_k_categorical_accuracy",
  ]
  private static let quantityMetrics = [
    "mean_squared_error", "root_mean_squared_error", "mean_absolute_error",
    "mean_absolute_percentage_error", "huber", "r2_score",
  ]

  /// Accuracies of quantities, and errors of classes.
  @Sendable static func metricsOfAnotherTask(_ subject: LintSubject) -> [TrainingWarning] {
    subject.variant.metrics.enumerated().compactMap { number, metric in
      let path = "metrics[\(number)]"
      let endsWithClasses =
        subject.lastActivation == Activations.softmax.kind
        || Activations.isSigmoid(subject.lastActivation)
      if subject.isRegression, !endsWithClasses, classMetrics.contains(metric.kind) {
        return TrainingWarning(
          path: path,
          reason: "\(metric.kind) is for classes, but \(subject.loss.kind) trains quantities",
          mending: "use mean_absolute_error or r2_score")
      }
      if subject.isOfClasses, quantityMetrics.contains(metric.kind) {
        let accuracy =
          subject.data.targetShape == subject.predictionShape
          ? "categorical_accuracy" : "sparse_categorical_accuracy"
        return TrainingWarning(
          path: path,
          reason: "\(metric.kind) is for quantities, but \(subject.loss.kind) trains classes",
          mending: "use \(accuracy)")
      }
      return nil
    }
  }

  /// Accuracies with one class.
  @Sendable static func alwaysRight(_ subject: LintSubject) -> [TrainingWarning] {
    guard subject.predictionShape.last == 1 else { return [] }
    return subject.variant.metrics.enumerated().compactMap { number, metric in
      guard classMetrics.contains(metric.kind) else { return nil }
      return TrainingWarning(
        path: "metrics[\(number)]",
        reason: "\(metric.kind) is always 1, for the model predicts one value",
        mending: "use binary_accuracy, or mean_absolute_error for quantities")
    }
  }
}
