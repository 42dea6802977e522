/// Comma-separated values of RFC 4180, but for line feeds instead of carriage returns before them.
enum CSV {
  /// One line with its line feed.
  static func line(_ cells: [String]) -> String {
    cells.map(quoted).joined(separator: ",") + "\n"
  }

  /// The shortest text that reads back to the same bits; nan, inf and -inf as such.
  static func number(_ value: Double) -> String { value.description }

  private static func quoted(_ cell: String) -> String {
    guard cell.contains(where: { ",\"\r\n".contains($0) }) else { return cell }
    return "\"" + cell.replacing("\"", with: "\"\"") + "\""
  }
}
