import SweepModel

extension SourceNode {
  /// A whole number, written in decimal without point or exponent.
  ///
  /// - Throws: `SpecificationError` where it is not one within `bounds`; so for the other readers.
  func integer(in bounds: ClosedRange<Int64>, path: String) throws(SpecificationError) -> Int64 {
    let range = "from \(bounds.lowerBound) to \(bounds.upperBound)"
    guard case .plain(let text) = content, let number = NumberText(text), number.isInteger,
      !number.hasLeadingZero
    else { throw mismatch(path, "a whole number \(range)") }
    // A whole number that does not fit 64 bits is out of bounds as well.
    guard let value = Int64(text), bounds.contains(value) else {
      throw SpecificationError("`\(path)` must be \(range), not \(found)", at: position)
    }
    return value
  }

  /// A finite binary64 number, rounded once from its decimal text; zero is +0.
  func number(in bounds: NumberBounds, path: String) throws(SpecificationError) -> Double {
    guard case .plain(let text) = content, let number = NumberText(text), !number.hasLeadingZero
    else { throw mismatch(path, "a finite number") }
    let value = number.value
    guard value.isFinite, value != 0 || number.isZero else {
      let size = value.isFinite ? "small" : "large"
      throw SpecificationError("`\(path)` is too \(size) for binary64: \(found)", at: position)
    }
    guard bounds.allow(value) else {
      throw SpecificationError("`\(path)` must be \(bounds), not \(found)", at: position)
    }
    // Canonical JSON writes -0 as 0, so that the two must not differ in anything else.
    return value == 0 ? 0 : value
  }

  /// `true` or `false`.
  func boolean(path: String) throws(SpecificationError) -> Bool {
    switch content {
    case .plain("true"): return true
    case .plain("false"): return false
    default: throw mismatch(path, "true or false")
    }
  }

  /// A name of a sweep, layer or the like.
  func name(path: String) throws(SpecificationError) -> String {
    guard let text else { throw mismatch(path, "a name") }
    if case .plain = content, Self.meansNoText(text) {
      throw SpecificationError(
        "`\(path)` must be a text, which \(found) is not for YAML; write it in quotes",
        at: position)
    }
    try Self.checkName(text, what: "`\(path)`", at: position)
    return text
  }

  /// A file's path, a column's name or the like. What YAML takes for a number or a switch must be in
  /// quotes, as for ``name(path:)``.
  func argumentText(path: String) throws(SpecificationError) -> String {
    guard let text else { throw mismatch(path, "a text") }
    if case .plain = content, Self.meansNoText(text) {
      throw SpecificationError(
        "`\(path)` must be a text, which \(found) is not for YAML; write it in quotes",
        at: position)
    }
    guard Vocabulary.isText(text) else {
      throw SpecificationError(
        "`\(path)` must be a text of 1 to \(Limits.textBytes) bytes without control characters",
        at: position)
    }
    return text
  }

  /// One of these words.
  func choice(of words: [String], path: String) throws(SpecificationError) -> String {
    guard let text, words.contains(text) else {
      guard let text else { throw mismatch(path, "one of \(words.listed)") }
      let help = Suggestion.text(for: text, among: words, called: "values")
      throw SpecificationError("`\(path)` cannot be \(found); \(help)", at: position)
    }
    return text
  }

  /// A number of 64 bits in decimal, or in hexadecimal after `0x`.
  func masterSeed(path: String) throws(SpecificationError) -> MasterSeed {
    guard case .plain(let text) = content, NumberText(text)?.hasLeadingZero != true,
      let seed = MasterSeed(text: text)
    else {
      throw mismatch(
        path, "a whole number from 0 to \(UInt64.max), in decimal or in hexadecimal after 0x")
    }
    return seed
  }

  /// Checks that `name` can name a sweep or a variant in files, tables and commands.
  static func checkName(_ name: String, what: String, at position: SourcePosition)
    throws(SpecificationError)
  {
    let allowed = "letters (a to z), digits, `_`, `-` and `.`"
    if name.isEmpty { throw SpecificationError("\(what) is empty", at: position) }
    if name.utf8.count > Limits.nameLength {
      throw SpecificationError(
        "\(what) is longer than \(Limits.nameLength) characters: \(name.quoted)", at: position)
    }
    if let other = name.unicodeScalars.first(where: { !$0.isAllowedInNames }) {
      throw SpecificationError(
        "\(what) may have only \(allowed), not \(String(other).quoted)", at: position)
    }
    if name.hasPrefix("-") || name.hasPrefix(".") {
      throw SpecificationError(
        "\(what) must not begin with `-` or `.`: \(name.quoted)", at: position)
    }
  }

  /// The error that something else stands here than `expected`, with the correction where it can be
  /// told.
  func mismatch(_ path: String, _ expected: String) -> SpecificationError {
    let correction = self.correction.map { "; \($0)" } ?? ""
    return SpecificationError(
      "`\(path)` must be \(expected), not \(found)\(correction)", at: position)
  }

  /// How to write the number or switch that was probably meant.
  private var correction: String? {
    switch content {
    case .quoted(let text):
      let isNumber = NumberText(text) != nil || MasterSeed(text: text) != nil
      return isNumber || text == "true" || text == "false" ? "write it without quotes" : nil
    case .plain(let text) where text.utf8.count <= Self.correctedLength:
      let meant: String? =
        switch text.lowercased() {
        case "true", "yes", "on": "true"
        case "false", "no", "off": "false"
        default: Self.plainNumber(text)
        }
      // What was written as it should be is wrong for another reason.
      return meant.flatMap { $0 == text ? nil : "write \($0)" }
    case .plain, .list, .mapping: return nil
    }
  }

  /// Bytes of the longest text that is tried for a correction.
  private static let correctedLength = 32

  /// A number without underscores, base, leading zeros, point and exponent.
  private static func plainNumber(_ text: String) -> String? {
    let digits = text.filter { $0 != "_" }
    let bases = ["0x": 16, "0o": 8, "0b": 2]
    if let radix = bases[digits.prefix(2).lowercased()] {
      return UInt64(digits.dropFirst(2), radix: radix).map { String($0) }
    }
    guard let number = NumberText(digits), number.value.isFinite else { return nil }
    if let whole = number.wholeValue { return String(whole) }
    // Only an underscore or a leading zero can be wrong with it where it is long or has a fraction.
    return digits != text ? digits : nil
  }

  /// Whether plain `text` is a number or a switch in YAML 1.2's core schema.
  private static func meansNoText(_ text: String) -> Bool {
    let words = ["true", "false", ".nan", ".inf", "-.inf", "+.inf"]
    let isBased = text.hasPrefix("0x") || text.hasPrefix("0o")
    return words.contains(text.lowercased()) || NumberText(text) != nil
      || isBased && UInt64(text.dropFirst(2), radix: text.hasPrefix("0x") ? 16 : 8) != nil
  }
}

extension Unicode.Scalar {
  /// Whether it may stand in the name of a sweep or a variant.
  var isAllowedInNames: Bool {
    switch self {
    case "a"..."z", "A"..."Z", "0"..."9", "_", "-", ".": true
    default: false
    }
  }
}
