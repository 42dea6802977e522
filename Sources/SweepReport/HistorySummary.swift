import Statistics
import SweepModel

/// The history of a variant by epoch: the mean over its trials of every column, and how sure it is.
///
/// Trials may have histories of different lengths, as one that diverged ends early: each epoch has the
/// mean over the trials that reached it. A value that is not finite is counted and not averaged in.
public struct HistorySummary: Hashable, Sendable {
  /// Trials whose history was kept.
  public let trials: UInt64
  /// The trials that reached each epoch, falling.
  public let reached: [UInt64]
  /// The columns, in the order of the history.
  public let columns: [Column]

  /// One column, by epoch.
  public struct Column: Hashable, Sendable {
    /// The column's name.
    public let name: String
    /// The values of each epoch from the first on; as many as `reached`.
    public let epochs: [RunningStatistics]
  }

  /// Takes in the histories of one variant, one at a time.
  ///
  /// It keeps 24 bytes for each epoch and column, however many trials there are.
  public struct Builder: Sendable {
    private let variant: NamedVariant
    private let columns: [String]
    private var trials: UInt64 = 0
    private var reached: [UInt64] = []
    /// Epochs × columns, row-major.
    private var cells: [RunningStatistics] = []

    /// A builder without results.
    public init(_ variant: NamedVariant) {
      self.variant = variant
      columns = variant.variant.historyColumns
    }

    /// Takes in the history of the next result; nothing of one that has none.
    ///
    /// - Order: ascending in the index: means and deviations are updated in that order, so that the
    ///   order of arrival cannot show in them.
    /// - Throws: ``ReportError`` for a history that cannot be this variant's; it is not taken in.
    public mutating func add(_ result: TrialResult) throws(ReportError) {
      guard let history = result.measurements?.history, !history.isEmpty else { return }
      let epochs = history.count / columns.count
      guard history.count.isMultiple(of: columns.count),
        epochs <= variant.variant.training.epochs
      else {
        throw .historyLength(variant: variant.name, index: result.index, found: history.count)
      }
      trials += 1
      if epochs > reached.count {
        let missing = epochs - reached.count
        reached += Array(repeating: 0, count: missing)
        cells += Array(repeating: RunningStatistics(), count: missing * columns.count)
      }
      for epoch in 0..<epochs { reached[epoch] += 1 }
      for (position, value) in history.enumerated() where value.isFinite {
        cells[position].add(value)
      }
    }

    /// The summary of what was taken in; nil where no history was kept.
    public var summary: HistorySummary? {
      guard trials > 0 else { return nil }
      let summaries = columns.enumerated().map { column, name in
        Column(
          name: name,
          epochs: stride(from: column, to: cells.count, by: columns.count).map { cells[$0] })
      }
      return HistorySummary(trials: trials, reached: reached, columns: summaries)
    }
  }
}

/// The quantiles of Student's t that the epochs of a history need: mostly one.
struct IntervalQuantiles {
  private var known: [UInt64: Double] = [:]

  /// The 95% interval of a mean; nil of fewer than two values.
  mutating func interval(_ statistics: RunningStatistics) -> ClosedRange<Double>? {
    guard statistics.count > 1 else { return nil }
    let quantile =
      known[statistics.count] ?? StudentT.quantile95(degreesOfFreedom: statistics.count - 1)
    known[statistics.count] = quantile
    return statistics.confidenceInterval(quantile: quantile)
  }
}
