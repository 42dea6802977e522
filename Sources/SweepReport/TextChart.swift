/// Curves as text, for a terminal: up to two over the same epochs, such as training and validation.
struct TextChart {
  /// One curve.
  struct Curve {
    let name: String
    /// What it is drawn with.
    let mark: Character
    /// A value for each epoch; nil where there is none.
    let values: [Double?]
  }

  let curves: [Curve]
  /// What stands where two curves meet.
  private static let both: Character = "#"
  private static let widest = 60
  private static let height = 10

  /// The lines: a legend, the plot with the values of its top, middle and bottom, and the epochs.
  ///
  /// Long histories are drawn by the last epoch of each of as many equal spans as there is room for. The
  /// axis is logarithmic where the values are positive and the largest is a hundred times the smallest.
  /// Empty where there is nothing to draw.
  var lines: [String] {
    let count = curves.map(\.values.count).max() ?? 0
    let drawn = curves.flatMap(\.values).compactMap { $0 }.filter(\.isFinite)
    guard let lowest = drawn.min(), let highest = drawn.max(), count > 0 else { return [] }
    let isLogarithmic = lowest > 0 && highest / lowest >= 100
    // Straight between powers of two: near enough for a chart, and the same without any libm.
    func scaled(_ value: Double) -> Double {
      isLogarithmic ? Double(value.exponent) + value.significand : value
    }
    let (bottom, top) = (scaled(lowest), scaled(highest))
    let width = min(Self.widest, count)
    var rows = [[Character]](
      repeating: [Character](repeating: " ", count: width), count: Self.height)
    for curve in curves {
      for column in 0..<width {
        let epoch = (column + 1) * count / width - 1
        guard epoch < curve.values.count, let value = curve.values[epoch], value.isFinite else {
          continue
        }
        // Halves, so that the span of doubles does not overflow.
        let share =
          top > bottom ? (scaled(value) / 2 - bottom / 2) / (top / 2 - bottom / 2) : 0.5
        let row = Self.height - 1 - Int((share * Double(Self.height - 1)).rounded())
        let old = rows[row][column]
        rows[row][column] = old == " " || old == curve.mark ? curve.mark : Self.both
      }
    }
    return framed(rows, labels: labels(lowest, highest), epochs: count)
      + [legend(isLogarithmic)]
  }

  private func labels(_ lowest: Double, _ highest: Double) -> [String] {
    var labels = [String](repeating: "", count: Self.height)
    labels[0] = HumanText.figure(highest)
    if highest > lowest { labels[Self.height - 1] = HumanText.figure(lowest) }
    return labels
  }

  private func framed(_ rows: [[Character]], labels: [String], epochs: Int) -> [String] {
    let margin = labels.map(\.count).max() ?? 0
    func padded(_ label: String) -> String {
      String(repeating: " ", count: margin - label.count) + label
    }
    var lines = zip(labels, rows).map { label, row in
      var line = padded(label) + " │" + String(row)
      while line.last == " " { line.removeLast() }
      return line
    }
    let width = rows[0].count
    lines.append(padded("") + " └" + String(repeating: "─", count: width))
    let last = "epoch \(epochs)"
    let gap = width - 1 - last.count
    let axis = gap > 0 ? "1" + String(repeating: " ", count: gap) + last : "1 to \(last)"
    lines.append(padded("") + "  " + axis)
    return lines
  }

  private func legend(_ isLogarithmic: Bool) -> String {
    var parts = curves.map { "\($0.mark) \($0.name)" }
    if curves.count > 1 { parts.append("\(Self.both) both") }
    if isLogarithmic { parts.append("logarithmic axis") }
    return parts.joined(separator: "   ")
  }
}
