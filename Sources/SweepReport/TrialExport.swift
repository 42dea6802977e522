import SweepModel

/// Every trial of a sweep as lines of text, in the order of variants and indices.
public struct TrialExport: Hashable, Sendable {
  /// The forms in which trials can be had.
  public enum Format: String, Hashable, Sendable, CaseIterable {
    /// A row for each trial; with the history a row for each epoch and column instead.
    case csv
    /// A JSON document for each trial, one on each line.
    case jsonl
  }

  private let sweep: Sweep
  private let format: Format
  private let withHistory: Bool
  /// The metrics of all variants, each once, in the order in which they first appear.
  private let metrics: [String]

  /// An export of `sweep`.
  public init(_ sweep: Sweep, as format: Format, withHistory: Bool) {
    self.sweep = sweep
    self.format = format
    self.withHistory = withHistory
    var metrics: [String] = []
    for name in sweep.variants.flatMap(\.variant.metricNames) where !metrics.contains(name) {
      metrics.append(name)
    }
    self.metrics = metrics
  }

  /// The line that comes before all others, where there is one.
  public var header: String {
    switch (format, withHistory) {
    case (.jsonl, _): ""
    case (.csv, false): CSV.line(TrialDocument.columns(metrics: metrics))
    case (.csv, true):
      CSV.line(["sweep", "variant", "index", "seed", "epoch", "quantity", "value"])
    }
  }

  /// The lines of one result of `variant`.
  public func lines(of result: TrialResult, variant: NamedVariant) -> String {
    let document = TrialDocument(sweep: sweep.name, variant: variant, result: result)
    switch (format, withHistory) {
    case (.jsonl, _):
      return JSONValue.object(document.members(withHistory: withHistory)).text + "\n"
    case (.csv, false): return CSV.line(document.cells(metrics: metrics))
    case (.csv, true): return document.historyLines().joined()
    }
  }
}
