import Statistics
import SweepModel

extension VariantSummary {
  /// Takes in the results of one variant, one at a time.
  ///
  /// It keeps eight bytes of each metric of a completed trial, and nothing else that grows: a million
  /// trials with three metrics take 24 MB, however long their histories are.
  public struct Builder: Sendable {
    /// How many trials that diverged or failed a summary shows; it counts all of them.
    public static let shownTrials = 10

    private let variant: NamedVariant
    private let trials: UInt64
    private var metrics: [MetricTally]
    private var completed: UInt64 = 0
    private var diverged: UInt64 = 0
    private var failed: UInt64 = 0
    private var notCompleted: [TrialResult] = []
    private var lastIndex: TrialIndex?
    private var history: HistorySummary.Builder?

    /// A builder without results, of a variant of which `trials` trials were asked for.
    ///
    /// - Parameter withHistory: whether histories are summarised; 24 bytes for each epoch and column.
    public init(_ variant: NamedVariant, trials: UInt64, withHistory: Bool = false) {
      history = withHistory ? HistorySummary.Builder(variant) : nil
      self.variant = variant
      self.trials = trials
      metrics = variant.variant.metricNames.map(MetricTally.init)
    }

    /// Takes in the next result.
    ///
    /// - Order: ascending in the index, so that no trial can count twice.
    /// - Throws: ``ReportError`` for a result that cannot be this variant's; it is not taken in.
    public mutating func add(_ result: TrialResult) throws(ReportError) {
      try check(result.index)
      try history?.add(result)
      switch result.outcome {
      case .completed(let measurements):
        try take(measurements.metrics, of: TrialReference(result.index, result.seed))
      case .diverged:
        diverged += 1
        keep(result)
      case .failed:
        failed += 1
        keep(result)
      }
      lastIndex = result.index
    }

    /// Takes in a trial that was trained to its end, by its metrics alone.
    ///
    /// - Precondition: histories are not summarised.
    /// - Order: as of whole results.
    public mutating func add(_ index: TrialIndex, _ seed: TrialSeed, metrics values: [Double])
      throws(ReportError)
    {
      precondition(history == nil, "a summary of histories needs whole results")
      try check(index)
      try take(values, of: TrialReference(index, seed))
      lastIndex = index
    }

    /// Counts a trial that diverged or failed, unless its result is to be shown: then it returns false,
    /// and the whole result has to be added.
    ///
    /// - Order: as of whole results.
    public mutating func count(_ index: TrialIndex, _ status: TrialStatus) throws(ReportError)
      -> Bool
    {
      guard notCompleted.count >= Self.shownTrials else { return false }
      try check(index)
      switch status {
      case .completed: return false
      case .diverged: diverged += 1
      case .failed: failed += 1
      }
      lastIndex = index
      return true
    }

    /// The summary of what was taken in.
    ///
    /// - Parameter violations: the results that differ from another run of their trial.
    public func summary(violations: UInt64) -> VariantSummary {
      VariantSummary(
        name: variant.name, digest: variant.variant.digest, trials: trials, completed: completed,
        diverged: diverged, failed: failed, determinismViolations: violations,
        metrics: metrics.map(\.summary), notCompleted: notCompleted, history: history?.summary)
    }

    private func check(_ index: TrialIndex) throws(ReportError) {
      if let lastIndex, index <= lastIndex {
        throw .notInOrder(variant: variant.name, index: index, after: lastIndex)
      }
      guard index.rawValue < trials else {
        throw .outsideSweep(variant: variant.name, index: index, trials: trials)
      }
    }

    private mutating func take(_ values: [Double], of trial: TrialReference) throws(ReportError) {
      try check(values, of: trial.index)
      for position in metrics.indices { metrics[position].add(values[position], of: trial) }
      completed += 1
    }

    private func check(_ values: [Double], of index: TrialIndex) throws(ReportError) {
      guard values.count == metrics.count else {
        throw .metricCount(
          variant: variant.name, index: index, expected: metrics.count, found: values.count)
      }
      for (value, metric) in zip(values, metrics) where !value.isFinite {
        throw .metricNotFinite(variant: variant.name, index: index, metric: metric.name)
      }
    }

    private mutating func keep(_ result: TrialResult) {
      guard notCompleted.count < Self.shownTrials else { return }
      var kept = result
      if case .diverged(let epoch, var measurements) = result.outcome {
        measurements.history = []
        kept.outcome = .diverged(atEpoch: epoch, measurements)
      }
      // The summary does not depend on the time that trials took.
      kept.seconds = 0
      notCompleted.append(kept)
    }
  }
}

/// The values of one metric so far, and the trials that have the smallest and the largest.
private struct MetricTally: Sendable {
  let name: String
  private var values: [Double] = []
  private var extremes: (minimum: Extreme, maximum: Extreme)?

  private typealias Extreme = (value: Double, trial: TrialReference)

  init(name: String) { self.name = name }

  mutating func add(_ value: Double, of trial: TrialReference) {
    values.append(value)
    let extreme = (value: value, trial: trial)
    guard let (minimum, maximum) = extremes else {
      extremes = (extreme, extreme)
      return
    }
    // The total order tells −0 from +0, as SampleStatistics does; of equal bits the first stays.
    if !minimum.value.isTotallyOrdered(belowOrEqualTo: value) { extremes?.minimum = extreme }
    if !value.isTotallyOrdered(belowOrEqualTo: maximum.value) { extremes?.maximum = extreme }
  }

  var summary: MetricSummary {
    guard let statistics = SampleStatistics(values), let extremes else {
      return MetricSummary(name: name, figures: nil)
    }
    return MetricSummary(
      name: name,
      figures: MetricSummary.Figures(
        statistics: statistics, minimum: extremes.minimum.trial, maximum: extremes.maximum.trial))
  }
}
