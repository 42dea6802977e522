/// Columns of text, aligned for a terminal: the first two to the left, the others to the right.
struct TextTable {
  let header: [String]
  let rows: [[String]]

  var lines: [String] {
    let all = [header] + rows
    let widths = header.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
    return all.map { row in
      let cells = row.enumerated().map { column, cell in
        let padding = String(repeating: " ", count: widths[column] - cell.count)
        return column < 2 ? cell + padding : padding + cell
      }
      let line = cells.joined(separator: "  ")
      return String(line.reversed().drop { $0 == " " }.reversed())
    }
  }
}

/// Numbers for people.
enum Figure {
  /// Six significant digits, trailing zeros kept out.
  static func text(_ value: Double) -> String {
    guard value.isFinite else { return value.isNaN ? "nan" : value < 0 ? "-inf" : "inf" }
    if value == 0 { return "0" }
    var digits = value
    // The shortest text among those with six digits or fewer that round alike.
    let exponent = Self.decimalExponent(of: value)
    let scale = Self.powerOfTen(5 - exponent)
    if scale.isFinite, scale > 0, (value * scale).isFinite {
      digits = (value * scale).rounded() / scale
    }
    return digits.description
  }

  /// ⌊log₁₀ |value|⌋, from the shortest decimal text.
  private static func decimalExponent(of value: Double) -> Int {
    let text = value.magnitude.description
    if let position = text.firstIndex(of: "e") {
      return Int(text[text.index(after: position)...]) ?? 0
    }
    let whole = text.prefix { $0 != "." }
    if whole != "0" { return whole.count - 1 }
    return -(text.dropFirst(2).prefix { $0 == "0" }.count + 1)
  }

  private static func powerOfTen(_ exponent: Int) -> Double {
    Double("1e\(exponent)") ?? 1
  }
}
