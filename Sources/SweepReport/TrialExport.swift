import SweepModel

/// Every trial of a sweep as lines of text, one result at a time.
///
/// Given the results in the order of variants and indices, the text is a function of the set of
/// results, but for `seconds`, which stands last in each line so that it is easily cut off.
public struct TrialExport: Hashable, Sendable {
  /// The forms in which trials can be had.
  public enum Format: String, Hashable, Sendable, CaseIterable {
    /// One row for each trial; with the history, one row for each epoch of each trial instead.
    case csv
    /// One JSON document for each trial, each on a line (docs/json.md).
    case jsonl
  }

  private let sweep: String
  private let format: Format
  private let withHistory: Bool
  /// The metrics of all variants, each once, in the order in which they first appear.
  private let metrics: [String]
  /// The columns of all variants' histories, likewise.
  private let historyColumns: [String]

  /// An export of `sweep`.
  public init(_ sweep: Sweep, as format: Format, withHistory: Bool) {
    self.sweep = sweep.name
    self.format = format
    self.withHistory = withHistory
    metrics = Self.union(sweep.variants.map(\.variant.metricNames))
    historyColumns = Self.union(sweep.variants.map(\.variant.historyColumns))
  }

  /// The line that comes before all others; empty for JSON lines.
  ///
  /// Columns of metrics and of the history have a prefix, as `metrics.accuracy`, so that no metric's
  /// name can be that of another column.
  public var header: String {
    switch (format, withHistory) {
    case (.jsonl, _): ""
    case (.csv, false):
      CSV.line(
        ["sweep", "variant", "index", "seed", "status", "diverged_at_epoch", "reason"]
          + metrics.map { "metrics." + $0 } + ["weights_sha256", "history_sha256", "seconds"])
    case (.csv, true):
      CSV.line(
        ["sweep", "variant", "index", "seed", "status", "epoch"]
          + historyColumns.map { "history." + $0 })
    }
  }

  /// The lines of one result of `variant`, each with its line feed.
  public func lines(of result: TrialResult, variant: NamedVariant) -> String {
    switch (format, withHistory) {
    case (.jsonl, _):
      let document = TrialDocument(sweep: sweep, variant: variant, result: result)
      let extras: TrialDocument.Extras = withHistory ? [.history, .seconds] : .seconds
      return JSONValue.object(document.members(including: extras)).text + "\n"
    case (.csv, false): return trialLine(result, variant)
    case (.csv, true): return historyLines(result, variant)
    }
  }

  private func trialLine(_ result: TrialResult, _ variant: NamedVariant) -> String {
    let measurements = result.measurements
    let (epoch, reason) =
      switch result.outcome {
      case .completed: ("", "")
      case .diverged(let epoch, _): (String(epoch), "")
      case .failed(let reason): ("", reason)
      }
    return CSV.line(
      head(result, variant) + [epoch, reason]
        + cells(measurements?.metrics ?? [], named: variant.variant.metricNames, under: metrics)
        + [
          measurements?.weightsDigest.hex ?? "", measurements?.historyDigest.hex ?? "",
          CSV.number(result.seconds),
        ])
  }

  /// A trial without a history has one row, without epoch and values: it is not left out in silence.
  private func historyLines(_ result: TrialResult, _ variant: NamedVariant) -> String {
    let head = head(result, variant)
    let values = result.measurements?.history ?? []
    let columns = variant.variant.historyColumns
    if values.isEmpty { return CSV.line(head + [""] + historyColumns.map { _ in "" }) }
    var text = ""
    for start in stride(from: 0, to: values.count, by: columns.count) {
      let row = Array(values[start..<min(start + columns.count, values.count)])
      text += CSV.line(
        head + [String(start / columns.count + 1)]
          + cells(row, named: columns, under: historyColumns))
    }
    return text
  }

  private func head(_ result: TrialResult, _ variant: NamedVariant) -> [String] {
    [sweep, variant.name, result.index.description, result.seed.hex, result.status.rawValue]
  }

  /// The values of a variant under the columns of all variants; empty where it has no such value.
  private func cells(
    _ values: [Double], named names: [String], under columns: [String]
  ) -> [String] {
    columns.map { column in
      let position = names.firstIndex(of: column)
      return CSV.number(position.flatMap { $0 < values.count ? values[$0] : nil })
    }
  }

  private static func union(_ lists: [[String]]) -> [String] {
    var seen: Set<String> = []
    return lists.joined().filter { seen.insert($0).inserted }
  }
}
