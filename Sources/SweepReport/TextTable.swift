/// Rows of cells under a header, for a terminal or for Markdown.
struct TextTable {
  /// One column: its title, and whether its cells are figures, which stand to the right.
  struct Column {
    let title: String
    let isFigure: Bool

    static func name(_ title: String) -> Column { Column(title: title, isFigure: false) }
    static func figure(_ title: String) -> Column { Column(title: title, isFigure: true) }
  }

  let columns: [Column]
  let rows: [[String]]

  /// Aligned lines, two spaces between columns and none at the end.
  var alignedLines: [String] {
    let cells = ([columns.map(\.title)] + rows).map { $0.map(HumanText.oneLine) }
    let widths = columns.indices.map { column in cells.map { $0[column].count }.max() ?? 0 }
    return cells.map { row in
      var line = ""
      for (column, cell) in row.enumerated() {
        let padding = String(repeating: " ", count: widths[column] - cell.count)
        line += (column == 0 ? "" : "  ")
        line += columns[column].isFigure ? padding + cell : cell + padding
      }
      while line.last == " " { line.removeLast() }
      return line
    }
  }

  /// Lines of GitHub-flavoured Markdown.
  var markdownLines: [String] {
    let rule = columns.map { $0.isFigure ? "--:" : "---" }
    return [Self.markdownLine(columns.map(\.title)), Self.markdownLine(rule)]
      + rows.map { Self.markdownLine($0.map(HumanText.markdown)) }
  }

  private static func markdownLine(_ cells: [String]) -> String {
    "| " + cells.joined(separator: " | ") + " |"
  }
}
