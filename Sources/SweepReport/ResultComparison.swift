import SweepModel

/// Finds where two results that do not agree first differ.
struct ResultComparison {
  let recorded: TrialResult
  let rerun: TrialResult
  let variant: ResolvedVariant
  let variableNames: [String]

  /// The history comes first: it alone tells when the runs parted. The status comes second, as the
  /// weights of trials that ended in different epochs differ in every variable.
  ///
  /// - Precondition: the results do not agree.
  var firstDifference: RerunVerdict.FirstDifference {
    inTrial ?? inHistory ?? inStatus ?? inWeights ?? inMetrics ?? inDigest
  }

  private var inTrial: RerunVerdict.FirstDifference? {
    if recorded.index != rerun.index {
      return difference(
        .trial, column: "index", .count(recorded.index.rawValue), .count(rerun.index.rawValue))
    }
    if recorded.seed != rerun.seed {
      return difference(
        .trial, column: "seed", .string(recorded.seed.hex), .string(rerun.seed.hex))
    }
    return nil
  }

  /// Where one history has ended and the other goes on, the value of the one is null.
  private var inHistory: RerunVerdict.FirstDifference? {
    guard let old = recorded.measurements?.history, let new = rerun.measurements?.history,
      !old.isEmpty, !new.isEmpty
    else { return nil }
    func bits(_ history: [Double], _ position: Int) -> UInt64? {
      position < history.count ? history[position].bitPattern : nil
    }
    let positions = 0..<max(old.count, new.count)
    guard let position = positions.first(where: { bits(old, $0) != bits(new, $0) }) else {
      return nil
    }
    let columns = variant.historyColumns
    return difference(
      .history, epoch: position / columns.count + 1, column: columns[position % columns.count],
      .optionalMetric(position < old.count ? old[position] : nil),
      .optionalMetric(position < new.count ? new[position] : nil))
  }

  private var inStatus: RerunVerdict.FirstDifference? {
    if recorded.status != rerun.status {
      return difference(
        .status, column: "status", .string(recorded.status.rawValue),
        .string(rerun.status.rawValue))
    }
    if case .diverged(let old, _) = recorded.outcome, case .diverged(let new, _) = rerun.outcome,
      old != new
    {
      return difference(
        .status, column: "diverged_at_epoch", .integer(Int64(old)), .integer(Int64(new)))
    }
    return nil
  }

  private var inWeights: RerunVerdict.FirstDifference? {
    guard let position = firstVariable, let old = recorded.measurements,
      let new = rerun.measurements
    else { return nil }
    return difference(
      .weights, .string(Hexadecimal.text(old.variableFingerprints[position])),
      .string(Hexadecimal.text(new.variableFingerprints[position])))
  }

  private var inMetrics: RerunVerdict.FirstDifference? {
    guard let old = recorded.measurements?.metrics, let new = rerun.measurements?.metrics,
      let position = Self.firstDifference(old.map(\.bitPattern), new.map(\.bitPattern)),
      position < variant.metricNames.count
    else { return nil }
    return difference(
      .metrics, column: variant.metricNames[position], .metric(old[position]),
      .metric(new[position]))
  }

  private var inDigest: RerunVerdict.FirstDifference {
    let (old, new) = (recorded.measurements, rerun.measurements)
    if old?.weightsDigest != new?.weightsDigest {
      return difference(
        .digest, column: "weights_sha256", .optionalText(old?.weightsDigest.hex),
        .optionalText(new?.weightsDigest.hex))
    }
    return difference(
      .digest, column: "history_sha256", .optionalText(old?.historyDigest.hex),
      .optionalText(new?.historyDigest.hex))
  }

  /// The position of the first variable whose fingerprint differs.
  private var firstVariable: Int? {
    guard let old = recorded.measurements, let new = rerun.measurements else { return nil }
    return Self.firstDifference(old.variableFingerprints, new.variableFingerprints)
  }

  /// Every difference names the first variable that differs, if it can be told.
  private func difference(
    _ place: RerunVerdict.Place, epoch: Int? = nil, column: String? = nil, _ old: JSONValue,
    _ new: JSONValue
  ) -> RerunVerdict.FirstDifference {
    let name = firstVariable.map {
      // A name too few can only come from another model than was recorded.
      $0 < variableNames.count ? variableNames[$0] : "variable \($0 + 1)"
    }
    return RerunVerdict.FirstDifference(
      place: place, epoch: epoch, column: column, variable: name, recorded: old, rerun: new)
  }

  private static func firstDifference(_ old: [UInt64], _ new: [UInt64]) -> Int? {
    zip(old, new).enumerated().first { $0.element.0 != $0.element.1 }?.offset
  }
}
