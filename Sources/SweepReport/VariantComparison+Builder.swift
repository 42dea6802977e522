import Statistics
import SweepModel

extension VariantComparison {
  /// Takes in the results of the first variant, then those of the second, and joins them by index.
  ///
  /// It keeps of each trial of the first variant 17 bytes, and 8 for each compared metric, and of each
  /// pair 16 for each metric.
  public struct Builder: Sendable {
    private let sweep: Sweep
    private let trials: UInt64
    private var a: Side
    private var b: Side
    private let names: [String]
    private let positionsA: [Int]
    private let positionsB: [Int]
    private let metricsOfOne: [String]
    private let allMetrics: (a: [String], b: [String])

    /// The first variant's trials, ascending, and the values of those that completed.
    private var rows: [Row] = []
    private var rowValues: [Double] = []
    /// The first row that no result of the second variant has passed, and the first of its values.
    private var nextRow = 0
    private var nextValue = 0
    private var lastA: TrialIndex?
    private var lastB: TrialIndex?

    /// For each metric the values of the pairs.
    private var valuesA: [[Double]]
    private var valuesB: [[Double]]
    private var pairs: UInt64 = 0
    private var leftOut: [LeftOutTrial] = []

    private struct Row {
      let trial: TrialReference
      let status: TrialStatus
    }

    /// A builder without results.
    ///
    /// - Parameters:
    ///   - metrics: the metrics to compare, which both variants have; all of these where it is empty.
    ///   - violations: the determinism violations of each variant.
    public init(
      _ sweep: Sweep, trials: UInt64, a: NamedVariant, b: NamedVariant, metrics: [String] = [],
      violations: (a: UInt64, b: UInt64) = (0, 0)
    ) {
      self.sweep = sweep
      self.trials = trials
      self.a = Side(a, trials: trials, violations: violations.a)
      self.b = Side(b, trials: trials, violations: violations.b)
      let (allA, allB) = (a.variant.metricNames, b.variant.metricNames)
      names = Self.shared(a, b).filter { metrics.isEmpty || metrics.contains($0) }
      positionsA = names.compactMap { allA.firstIndex(of: $0) }
      positionsB = names.compactMap { allB.firstIndex(of: $0) }
      metricsOfOne =
        allA.filter { !allB.contains($0) } + allB.filter { !allA.contains($0) }
      allMetrics = (allA, allB)
      valuesA = names.map { _ in [] }
      valuesB = valuesA
    }

    /// The metrics that both variants have, in the order of the first.
    public static func shared(_ a: NamedVariant, _ b: NamedVariant) -> [String] {
      a.variant.metricNames.filter(b.variant.metricNames.contains)
    }

    /// Takes in the next result of the first variant.
    ///
    /// - Order: ascending in the index; all of them before any of the second variant.
    /// - Throws: ``ReportError`` for a result that cannot be this variant's.
    public mutating func addA(_ result: TrialResult) throws(ReportError) {
      let values = try check(result, of: a.name, after: &lastA, metrics: allMetrics.a)
      a.count(result.status)
      rows.append(Row(trial: TrialReference(result.index, result.seed), status: result.status))
      if let values { rowValues += positionsA.map { values[$0] } }
    }

    /// Takes in the next result of the second variant; so is its order, and what it throws.
    public mutating func addB(_ result: TrialResult) throws(ReportError) {
      let values = try check(result, of: b.name, after: &lastB, metrics: allMetrics.b)
      b.count(result.status)
      passRows(below: result.index)
      guard nextRow < rows.count, rows[nextRow].trial.index == result.index else {
        leaveOut(TrialReference(result.index, result.seed), nil, result.status)
        return
      }
      let row = rows[nextRow]
      guard row.status == .completed, let values else {
        leaveOut(row.trial, row.status, result.status)
        passRow()
        return
      }
      guard pairs < Limits.comparedPairs else { throw .tooManyPairs }
      for (metric, position) in positionsB.enumerated() {
        valuesA[metric].append(rowValues[nextValue + metric])
        valuesB[metric].append(values[position])
      }
      pairs += 1
      passRow()
    }

    /// The comparison of what was taken in; nil where there are fewer than two pairs.
    public func comparison() -> VariantComparison? {
      var ended = self
      ended.passRows(below: TrialIndex(.max))
      var metrics: [MetricComparison] = []
      for (metric, name) in names.enumerated() {
        guard
          let figures = PairedComparison(
            valuesA[metric], valuesB[metric], key: sweep.masterSeed.rawValue)
        else { return nil }
        metrics.append(MetricComparison(name: name, figures: figures))
      }
      guard pairs >= 2 else { return nil }
      return VariantComparison(
        sweep: sweep.name, masterSeed: sweep.masterSeed, trials: trials, a: a, b: b, pairs: pairs,
        shownLeftOut: ended.leftOut, metrics: metrics, metricsOfOne: metricsOfOne)
    }

    /// Why there is no comparison: how many pairs there are, and what became of the other trials.
    public var shortage: String {
      "\(a.name) and \(b.name) have \(HumanText.count(pairs, "pair")) of completed trials, and a "
        + "comparison needs 2 (\(a.fate); \(b.fate)); run more trials"
    }

    private func check(
      _ result: TrialResult, of variant: String, after last: inout TrialIndex?, metrics: [String]
    ) throws(ReportError) -> [Double]? {
      if let last, result.index <= last {
        throw .notInOrder(variant: variant, index: result.index, after: last)
      }
      guard result.index.rawValue < trials else {
        throw .outsideSweep(variant: variant, index: result.index, trials: trials)
      }
      last = result.index
      guard case .completed(let measurements) = result.outcome else { return nil }
      let values = measurements.metrics
      guard values.count == metrics.count else {
        throw .metricCount(
          variant: variant, index: result.index, expected: metrics.count, found: values.count)
      }
      for (value, metric) in zip(values, metrics) where !value.isFinite {
        throw .metricNotFinite(variant: variant, index: result.index, metric: metric)
      }
      return values
    }

    /// What the second variant has no result of.
    private mutating func passRows(below index: TrialIndex) {
      while nextRow < rows.count, rows[nextRow].trial.index < index {
        leaveOut(rows[nextRow].trial, rows[nextRow].status, nil)
        passRow()
      }
    }

    private mutating func passRow() {
      if rows[nextRow].status == .completed { nextValue += names.count }
      nextRow += 1
    }

    private mutating func leaveOut(
      _ trial: TrialReference, _ a: TrialStatus?, _ b: TrialStatus?
    ) {
      guard leftOut.count < VariantSummary.Builder.shownTrials else { return }
      leftOut.append(LeftOutTrial(trial: trial, a: a, b: b))
    }
  }
}

extension VariantComparison.Side {
  /// Such as "slow: 3 completed, 1 diverged, 2 not run".
  var fate: String {
    let others = [(diverged, "diverged"), (failed, "failed"), (notRun, "not run")]
    return "\(name): "
      + ([(completed, "completed")] + others.filter { $0.0 > 0 })
      .map { "\(HumanText.count($0.0)) \($0.1)" }.joined(separator: ", ")
  }
}
