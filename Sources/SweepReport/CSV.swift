/// Comma-separated values with the quoting of RFC 4180; lines end with a line feed alone, as other
/// tools of a Unix shell expect.
enum CSV {
  /// One line with its line feed.
  static func line(_ cells: [String]) -> String {
    cells.map(quoted).joined(separator: ",") + "\n"
  }

  /// The shortest text that reads back to the same bits; `nan`, `inf` and `-inf`; empty for nil.
  static func number(_ value: Double?) -> String { value?.description ?? "" }

  /// What a cell cannot have without quotes.
  private static let special = Array(",\"\r\n".utf8)

  // Scalars and bytes, not characters: Swift takes a line break's "\r\n", or a quote with an accent
  // after it, for one character that is neither of the two.
  private static func quoted(_ cell: String) -> String {
    guard cell.utf8.contains(where: special.contains) else { return cell }
    var quoted = "\""
    for scalar in cell.unicodeScalars {
      if scalar == "\"" { quoted += "\"" }
      quoted.unicodeScalars.append(scalar)
    }
    return quoted + "\""
  }
}
