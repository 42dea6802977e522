import SweepModel

/// How many values results of a variant can have: whoever sends others is not training it.
///
/// A history may be there or not: a sweep can be asked for again with `keep_history` the other way, while
/// workers hold results.
struct ResultSizes: Hashable, Sendable {
  /// The metrics of each result.
  let metrics: Int
  /// The values in each epoch's row of a history.
  let historyColumns: Int
  /// The most epochs that a trial is trained.
  let epochs: Int
  /// The most variables that the model can have. How many it has is known only with the data's shape.
  let mostVariables: Int

  /// The sizes of a variant's results.
  init(_ variant: ResolvedVariant) {
    metrics = variant.metricNames.count
    historyColumns = variant.historyColumns.count
    epochs = variant.training.epochs
    mostVariables = Limits.layerVariables * max(1, variant.layers.count)
  }

  /// Whether an outcome can be one of the variant's.
  ///
  /// The cases with measurements stand apart, as a pattern that joins them copies what it binds.
  @inline(__always)
  func fit(_ outcome: borrowing TrialResult.Outcome) -> Bool {
    switch outcome {
    case .completed(let measurements): fit(measurements)
    case .diverged(let epoch, let measurements): (1...epochs).contains(epoch) && fit(measurements)
    case .failed(let reason):
      reason.utf8.count <= Limits.reasonLength || reason.count <= Limits.reasonLength
    }
  }

  @inline(__always)
  private func fit(_ measurements: borrowing TrialResult.Measurements) -> Bool {
    measurements.metrics.count == metrics
      && measurements.variableFingerprints.count <= mostVariables
      && measurements.history.count.isMultiple(of: historyColumns)
      && measurements.history.count <= epochs * historyColumns
  }

  /// What an outcome has that does not fit, as a part of a sentence.
  func misfit(_ outcome: TrialResult.Outcome) -> String {
    let measurements: TrialResult.Measurements
    switch outcome {
    case .failed(let reason): return "failed for a reason of \(reason.count) characters"
    case .diverged(let epoch, _) where !(1...epochs).contains(epoch):
      return "diverged in epoch \(epoch) of \(epochs)"
    case .diverged(_, let values), .completed(let values): measurements = values
    }
    if measurements.metrics.count != metrics {
      return "\(measurements.metrics.count) metrics, not \(metrics)"
    }
    if measurements.variableFingerprints.count > mostVariables {
      return "\(measurements.variableFingerprints.count) variables, more than \(mostVariables)"
    }
    return "a history of \(measurements.history.count) values for at most \(epochs) epochs of "
      + "\(historyColumns)"
  }
}
