import SweepModel
import SweepReport
import TrialStore

extension TrialStore {
  /// The summary of a sweep's trials with an index below `trials`; of all where it is nil.
  ///
  /// - Parameter withHistory: whether the histories are summarised, epoch by epoch.
  /// - Throws: ``RuntimeError`` where the store cannot be read.
  public func summary(
    of stored: StoredSweep, trials: UInt64? = nil, withHistory: Bool = false
  ) throws(RuntimeError) -> SweepSummary {
    let range = TrialRange(0, trials ?? stored.sweep.trials)
    do {
      var variants: [VariantSummary] = []
      for (variant, named) in zip(stored.variants, stored.sweep.variants) {
        var builder = VariantSummary.Builder(
          named, trials: range.count, withHistory: withHistory)
        if withHistory {
          try results(variant.key, in: range, withHistory: true) { try builder.add($0) }
        } else {
          try addMetrics(of: variant.key, in: range, to: &builder)
        }
        let trust = try trustCounts(variant.key, unsupported: [:])
        variants.append(builder.summary(violations: trust.violations))
      }
      return SweepSummary(
        sweep: stored.sweep, trials: range.count, variants: variants, showsHistory: withHistory,
        trust: try trust(of: stored))
    } catch let error as StoreError {
      throw RuntimeError(error)
    } catch let error as RuntimeError {
      throw error
    } catch {
      throw RuntimeError(.input, "\(path): \(error)")
    }
  }

  /// Adds what a summary without histories needs: the metrics, and the trials that it shows.
  private func addMetrics(
    of variant: VariantKey, in range: TrialRange, to builder: inout VariantSummary.Builder
  ) throws {
    try metrics(
      variant, in: range,
      completed: { try builder.add($0, $1, metrics: $2) },
      other: { index, status in
        if try !builder.count(index, status), let result = try result(variant, index: index) {
          try builder.add(result)
        }
      })
  }

  /// Calls `body` with each line of an export, in the order of variants and indices.
  ///
  /// - Throws: ``RuntimeError`` where the store cannot be read, or what `body` throws.
  public func export(
    _ stored: StoredSweep, as format: TrialExport.Format, withHistory: Bool,
    _ body: (String) throws -> Void
  ) throws {
    let export = TrialExport(stored.sweep, as: format, withHistory: withHistory)
    try body(export.header)
    do {
      for (variant, named) in zip(stored.variants, stored.sweep.variants) {
        try results(variant.key, in: stored.sweep.range, withHistory: withHistory) {
          try body(export.lines(of: $0, variant: named))
        }
      }
    } catch let error as StoreError {
      throw RuntimeError(error)
    }
  }
}
