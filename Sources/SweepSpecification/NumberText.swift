/// A text that is a decimal number in YAML 1.2's core schema, and its parts.
///
/// `[-+]? ( [0-9]+ ( . [0-9]* )? | . [0-9]+ ) ( [eE] [-+]? [0-9]+ )?`; the core schema's hexadecimal
/// and octal forms, infinities and NaN are not among them.
struct NumberText {
  private let text: String
  /// The digits before the point.
  private let whole: Substring.UTF8View
  /// The digits behind the point.
  private let fraction: Substring.UTF8View
  /// Whether there is neither point nor exponent.
  let isInteger: Bool

  /// Takes `text` apart; nil where it is no decimal number.
  init?(_ text: String) {
    var rest = Substring(text).utf8
    func takeDigits() -> Substring.UTF8View {
      let digits = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
      rest = rest.dropFirst(digits.count)
      return digits
    }
    func take(_ characters: Unicode.Scalar...) -> Bool {
      guard let first = rest.first, characters.contains(Unicode.Scalar(first)) else { return false }
      rest = rest.dropFirst()
      return true
    }
    _ = take("+", "-")
    let whole = takeDigits()
    let hasPoint = take(".")
    let fraction = hasPoint ? takeDigits() : Substring().utf8
    guard !whole.isEmpty || !fraction.isEmpty else { return nil }
    let hasExponent = take("e", "E")
    if hasExponent {
      _ = take("+", "-")
      guard !takeDigits().isEmpty else { return nil }
    }
    guard rest.isEmpty else { return nil }
    self.text = text
    self.whole = whole
    self.fraction = fraction
    isInteger = !hasPoint && !hasExponent
  }

  /// Whether it begins as an octal number does in other languages, and in YAML 1.1.
  var hasLeadingZero: Bool { whole.count > 1 && whole.first == UInt8(ascii: "0") }

  /// Whether no digit but 0 stands before the exponent.
  var isZero: Bool { whole.allSatisfy(Self.isZero) && fraction.allSatisfy(Self.isZero) }

  /// The nearest binary64 number; infinite where there is none.
  var value: Double { Double(text) ?? .nan }

  /// The same whole number, without point and exponent; nil where it has a fraction or is too large
  /// for binary64 to hold every whole number.
  var wholeValue: Int64? {
    value.magnitude < 0x1p53 ? Int64(exactly: value) : nil
  }

  private static func isZero(_ digit: UInt8) -> Bool { digit == UInt8(ascii: "0") }
}
