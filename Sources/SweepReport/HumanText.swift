import Foundation

/// Numbers and foreign text as people read them.
///
/// Rounded figures are for tables only. Whatever a program may read has all digits instead.
enum HumanText {
  /// What stands where there is no figure.
  static let none = "–"

  private static let digits = 4

  /// A whole number in groups of three digits.
  static func count(_ value: UInt64) -> String {
    var text = ""
    for (position, digit) in String(value).reversed().enumerated() {
      if position > 0, position.isMultiple(of: 3) { text.append(",") }
      text.append(digit)
    }
    return String(text.reversed())
  }

  /// Four significant digits; the scientific form for what is very large or very small.
  static func figure(_ value: Double) -> String {
    guard value.isFinite, value != 0 else { return special(value) }
    let exponent = decimalExponent(of: value, digits: digits)
    guard (-4..<6).contains(exponent) else { return scientific(value) }
    return fixed(value, decimals: max(0, digits - 1 - exponent))
  }

  /// A mean and its interval, with as many decimals as give half the interval's width two
  /// significant digits: more would be noise.
  ///
  /// - Source: JCGM 100:2008 (GUM), 7.2.6.
  static func figures(
    mean: Double, interval: ClosedRange<Double>?
  ) -> (mean: String, interval: String) {
    guard let interval else { return (figure(mean), none) }
    let values = [mean, interval.lowerBound, interval.upperBound]
    let halfWidth = interval.upperBound / 2 - interval.lowerBound / 2
    let texts: [String]
    if halfWidth > 0, values.allSatisfy(\.isFinite) {
      let decimals = max(0, 1 - decimalExponent(of: halfWidth, digits: 2))
      let isReadable = decimals <= 6 && values.allSatisfy { $0.magnitude < 1e9 }
      texts = values.map { isReadable ? fixed($0, decimals: decimals) : scientific($0) }
    } else {
      texts = values.map(figure)
    }
    return (texts[0], "[\(texts[1]), \(texts[2])]")
  }

  /// A number of things, such as "1 trial" and "2 trials".
  static func count(_ value: UInt64, _ singular: String) -> String {
    count(value) + " " + singular + (value == 1 ? "" : "s")
  }

  /// Text from elsewhere on one line, without what a terminal would take for a command.
  static func oneLine(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator: result.append(" ")
      default: result.append(scalar)
      }
    }
    return String(result)
  }

  /// Text from elsewhere as one cell of a Markdown table.
  static func markdown(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    for scalar in oneLine(text).unicodeScalars {
      if "\\|<`*".unicodeScalars.contains(scalar) { result.append("\\") }
      result.append(scalar)
    }
    return String(result)
  }

  private static func fixed(_ value: Double, decimals: Int) -> String {
    let text = String(format: "%.\(decimals)f", value)
    // "-0.00" is only zero that looks odd.
    return text.contains { ("1"..."9").contains($0) } ? text : text.replacing("-", with: "")
  }

  private static func scientific(_ value: Double) -> String {
    value == 0 ? "0" : String(format: "%.\(digits - 1)e", value)
  }

  private static func special(_ value: Double) -> String {
    if value == 0 { return "0" }
    return value.isNaN ? "nan" : value < 0 ? "-inf" : "inf"
  }

  /// The exponent that the scientific form with so many digits has, after rounding.
  private static func decimalExponent(of value: Double, digits: Int) -> Int {
    let text = String(format: "%.\(digits - 1)e", value)
    return text.split(separator: "e").last.flatMap { Int($0) } ?? 0
  }
}
