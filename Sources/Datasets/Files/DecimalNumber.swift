/// Reads decimal numbers: the binary64 number that is nearest to the text.
enum DecimalNumber {
  /// Powers of ten that binary64 has exactly.
  private static let powers: [Double] = (0...22).reduce(into: []) { powers, _ in
    powers.append(powers.last.map { $0 * 10 } ?? 1)
  }

  /// The number that `text` is, spaces around it apart; nil where it is none, or is not finite.
  static func value(_ text: ArraySlice<UInt8>) -> Double? {
    let text = trimmed(text)
    var position = text.startIndex
    func isDigit(_ place: Int) -> Bool {
      place < text.endIndex && (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(text[place])
    }
    let isNegative = position < text.endIndex && text[position] == UInt8(ascii: "-")
    if isNegative || position < text.endIndex && text[position] == UInt8(ascii: "+") {
      position += 1
    }
    var (digits, significand, exponent) = (0, UInt64(0), 0)
    while isDigit(position) {
      // Beyond 19 digits only the slow way is taken.
      if digits < 19 { significand = significand * 10 + UInt64(text[position] - 48) }
      digits += 1
      position += 1
    }
    if position < text.endIndex, text[position] == UInt8(ascii: ".") {
      position += 1
      while isDigit(position) {
        if digits < 19 { significand = significand * 10 + UInt64(text[position] - 48) }
        digits += 1
        exponent -= 1
        position += 1
      }
    }
    guard digits > 0 else { return nil }
    if position < text.endIndex, text[position] | 0x20 == UInt8(ascii: "e") {
      position += 1
      let isBelow = position < text.endIndex && text[position] == UInt8(ascii: "-")
      if isBelow || position < text.endIndex && text[position] == UInt8(ascii: "+") {
        position += 1
      }
      guard isDigit(position) else { return nil }
      var written = 0
      while isDigit(position) {
        written = min(written * 10 + Int(text[position] - 48), 1_000_000)
        position += 1
      }
      exponent += isBelow ? -written : written
    }
    guard position == text.endIndex else { return nil }
    // Both factors are exact, so that one rounding gives the nearest (W. D. Clinger, 1990).
    if digits <= 19, significand < 1 << 53, (-22...22).contains(exponent) {
      let whole = Double(significand)
      let value = exponent < 0 ? whole / powers[-exponent] : whole * powers[exponent]
      return isNegative ? -value : value
    }
    guard let value = Double(String(decoding: text, as: UTF8.self)), value.isFinite else {
      return nil
    }
    return value
  }

  /// The text without the spaces and tabs around it.
  static func trimmed(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    let start = text.firstIndex { $0 != 0x20 && $0 != 0x09 } ?? text.endIndex
    let last = text.lastIndex { $0 != 0x20 && $0 != 0x09 } ?? start - 1
    return text[start..<max(start, last + 1)]
  }
}
