extension JSONValue {
  /// The text on one line, members in the order given.
  public var text: String {
    var output = ""
    write(to: &output, indentation: nil, sorted: false)
    return output
  }

  /// The text with two spaces of indentation, members in the order given.
  public var indentedText: String {
    var output = ""
    write(to: &output, indentation: 0, sorted: false)
    return output
  }

  /// The canonical text of RFC 8785 (JSON Canonicalization Scheme): no spaces, members sorted by
  /// their UTF-16 code units, numbers as ECMAScript prints them. This is what digests are made of.
  public var canonicalText: String {
    var output = ""
    write(to: &output, indentation: nil, sorted: true)
    return output
  }

  private func write(to output: inout String, indentation: Int?, sorted: Bool) {
    switch self {
    case .null: output += "null"
    case .boolean(let value): output += value ? "true" : "false"
    case .integer(let value): output += String(value)
    case .number(let value): output += sorted ? Self.ecmaScriptText(value) : Self.shortText(value)
    case .string(let value): Self.writeString(value, to: &output)
    case .array(let values):
      Self.writeList(values, brackets: ("[", "]"), to: &output, indentation: indentation) {
        $0.write(to: &$1, indentation: $2, sorted: sorted)
      }
    case .object(let members):
      let ordered =
        sorted
        ? members.sorted { $0.name.utf16.lexicographicallyPrecedes($1.name.utf16) } : members
      Self.writeList(ordered, brackets: ("{", "}"), to: &output, indentation: indentation) {
        Self.writeString($0.name, to: &$1)
        $1 += $2 == nil ? ":" : ": "
        $0.value.write(to: &$1, indentation: $2, sorted: sorted)
      }
    }
  }

  private static func writeList<Element>(
    _ elements: [Element], brackets: (open: String, close: String), to output: inout String,
    indentation: Int?, write: (Element, inout String, Int?) -> Void
  ) {
    output += brackets.open
    for (position, element) in elements.enumerated() {
      if position > 0 { output += "," }
      if let indentation {
        output += "\n" + String(repeating: "  ", count: indentation + 1)
      }
      write(element, &output, indentation.map { $0 + 1 })
    }
    if let indentation, !elements.isEmpty {
      output += "\n" + String(repeating: "  ", count: indentation)
    }
    output += brackets.close
  }

  private static func writeString(_ value: String, to output: inout String) {
    output += "\""
    for scalar in value.unicodeScalars {
      switch scalar {
      case "\"": output += "\\\""
      case "\\": output += "\\\\"
      case "\n": output += "\\n"
      case "\r": output += "\\r"
      case "\t": output += "\\t"
      case "\u{8}": output += "\\b"
      case "\u{c}": output += "\\f"
      case "\u{0}"..."\u{1f}":
        output += "\\u00" + Hexadecimal.text(CollectionOfOne(UInt8(scalar.value)))
      default: output.unicodeScalars.append(scalar)
      }
    }
    output += "\""
  }

  /// The shortest text that reads back to the same bits.
  private static func shortText(_ value: Double) -> String {
    precondition(value.isFinite, "JSON has no number for \(value)")
    return value.description
  }

  /// The same digits, laid out as ECMAScript's Number::toString (ECMA-262, 6.1.6.1.20) has them.
  static func ecmaScriptText(_ value: Double) -> String {
    precondition(value.isFinite, "JSON has no number for \(value)")
    if value == 0 { return "0" }
    let (digits, exponent) = decimalDigits(value.magnitude)
    let count = digits.count
    let text: String
    switch exponent {
    case count...21: text = digits + String(repeating: "0", count: exponent - count)
    case 1...21: text = "\(digits.prefix(exponent)).\(digits.dropFirst(exponent))"
    case -5...0: text = "0." + String(repeating: "0", count: -exponent) + digits
    default:
      let fraction = count > 1 ? ".\(digits.dropFirst())" : ""
      text = "\(digits.prefix(1))\(fraction)e\(exponent > 0 ? "+" : "-")\(abs(exponent - 1))"
    }
    return (value < 0 ? "-" : "") + text
  }

  /// The shortest digits d₁d₂… and the exponent n with value = 0.d₁d₂… × 10ⁿ.
  private static func decimalDigits(_ value: Double) -> (digits: String, exponent: Int) {
    let parts = value.description.lowercased().split(separator: "e")
    let mantissa = parts[0].split(separator: ".", omittingEmptySubsequences: false)
    let whole = String(mantissa[0])
    let fraction = mantissa.count > 1 ? String(mantissa[1]) : ""
    let all = whole + fraction
    let leadingZeros = all.prefix { $0 == "0" }.count
    var digits = String(all.dropFirst(leadingZeros))
    while digits.last == "0" { digits.removeLast() }
    let written = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
    return (digits, whole.count - leadingZeros + written)
  }
}
