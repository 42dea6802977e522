/// The forms in which a summary can be had.
public enum SummaryFormat: String, Hashable, Sendable, CaseIterable {
  /// Aligned columns for a terminal, with the digits that the interval supports.
  case table
  /// The same as tables of GitHub-flavoured Markdown.
  case markdown
  /// One row for each variant and metric, with all digits.
  case csv
  /// One document, with all digits (docs/json.md).
  case json
}

extension SweepSummary {
  /// The summary in a form, ending with a line feed.
  public func text(as format: SummaryFormat) -> String {
    switch format {
    case .table: table
    case .markdown: markdown
    case .csv: csv
    case .json: json.indentedText + "\n"
    }
  }
}
