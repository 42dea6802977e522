extension JSONValue {
  /// Reads JSON text (RFC 8259) in UTF-8; members come in the text's order.
  ///
  /// Strict where other readers are lenient and differ: a member's name must be unique in its object, and
  /// numbers must be finite. A whole number without fraction or exponent that fits is an
  /// ``integer(_:)``, any other number the nearest binary64.
  ///
  /// - Throws: ``JSONError`` where the text is not such JSON, or nests deeper than ``Limits/jsonDepth``.
  public init(parsing bytes: some Sequence<UInt8>) throws(JSONError) {
    var reader = JSONReader(bytes: ContiguousArray(bytes))
    self = try reader.document()
  }
}

/// Text that is not JSON, or more of it than is read.
public struct JSONError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What is wrong.
  public let reason: String
  /// Where, as names and positions from the root on: `config.layers[1].config.units`; empty for the root.
  public let path: String
  /// The line, from 1.
  public let line: Int
  /// The byte in the line, from 1.
  public let column: Int
  /// Whether the text may be JSON, but is over a limit.
  public let isLimit: Bool

  /// The path, the line and the column.
  public var place: String {
    (path.isEmpty ? "" : path + ", ") + "line \(line), column \(column)"
  }

  /// One line for people.
  public var description: String { "\(Quotation.path(place)): \(reason)" }
}

/// Reads one JSON text.
///
/// It recurses once for each level, of which ``Limits/jsonDepth`` bounds the number.
private struct JSONReader {
  private enum Step {
    case name(String)
    case position(Int)
  }

  private static let digits = UInt8(ascii: "0")...UInt8(ascii: "9")

  private let bytes: ContiguousArray<UInt8>
  private var position = 0
  private var path: [Step] = []
  private var values = 0

  init(bytes: ContiguousArray<UInt8>) {
    self.bytes = bytes
    // A mark that some editors put at the beginning.
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
  }

  private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

  mutating func document() throws(JSONError) -> JSONValue {
    skipSpace()
    let value = try value()
    skipSpace()
    guard position == bytes.count else { throw error("there is more after the JSON value") }
    return value
  }

  private mutating func value() throws(JSONError) -> JSONValue {
    guard path.count <= Limits.jsonDepth else {
      throw error("nested deeper than the limit of \(Limits.jsonDepth)", isLimit: true)
    }
    values += 1
    guard values <= Limits.jsonValues else {
      throw error("more values than the limit of \(Limits.jsonValues)", isLimit: true)
    }
    switch next {
    case UInt8(ascii: "{"): return try object()
    case UInt8(ascii: "["): return try array()
    case UInt8(ascii: "\""): return .string(try string())
    case let byte? where byte == UInt8(ascii: "-") || Self.digits.contains(byte):
      return try number()
    default: break
    }
    for (word, value) in [
      ("null", JSONValue.null), ("true", .boolean(true)), ("false", .boolean(false)),
    ]
    where take(word) { return value }
    throw notAValue()
  }

  private mutating func object() throws(JSONError) -> JSONValue {
    position += 1
    var members: [JSONValue.Member] = []
    var names: Set<[UInt8]> = []
    skipSpace()
    if take("}") { return .object([]) }
    while true {
      skipSpace()
      guard next == UInt8(ascii: "\"") else { throw error("a member's name is expected here") }
      let name = try string()
      path.append(.name(name))
      // By bytes: names that only look alike are different.
      guard names.insert(Array(name.utf8)).inserted else {
        throw error("the object has this name twice: which value counts is not clear; remove one")
      }
      skipSpace()
      guard take(":") else { throw error("a colon is expected here") }
      skipSpace()
      members.append(JSONValue.Member(name, try value()))
      path.removeLast()
      skipSpace()
      if take("}") { return .object(members) }
      guard take(",") else { throw error("a comma or } is expected here") }
    }
  }

  private mutating func array() throws(JSONError) -> JSONValue {
    position += 1
    var elements: [JSONValue] = []
    skipSpace()
    if take("]") { return .array([]) }
    while true {
      skipSpace()
      path.append(.position(elements.count))
      elements.append(try value())
      path.removeLast()
      skipSpace()
      if take("]") { return .array(elements) }
      guard take(",") else { throw error("a comma or ] is expected here") }
    }
  }

  private mutating func skipSpace() {
    while let byte = next, [0x20, 0x09, 0x0A, 0x0D].contains(byte) { position += 1 }
  }

  private mutating func take(_ word: String) -> Bool {
    guard bytes[position...].starts(with: word.utf8) else { return false }
    position += word.utf8.count
    return true
  }

  private mutating func notAValue() -> JSONError {
    for word in ["NaN", "Infinity"] where take(word) {
      position -= word.utf8.count
      return error("\(word), as Python writes it, is not JSON: write a finite number")
    }
    return error(next == nil ? "the text ends too early" : "a value is expected here")
  }

  private func error(_ reason: String, isLimit: Bool = false) -> JSONError {
    let before = bytes[..<position]
    let lineStart = before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
    var text = ""
    for step in path {
      switch step {
      case .name(let name):
        let shown = String(String.UnicodeScalarView(name.unicodeScalars.prefix(64)))
        text += (text.isEmpty ? "" : ".") + shown
      case .position(let position): text += "[\(position)]"
      }
    }
    return JSONError(
      reason: reason, path: text, line: before.count { $0 == 0x0A } + 1,
      column: position - lineStart + 1, isLimit: isLimit)
  }
}

/// Numbers and strings.
extension JSONReader {
  private mutating func number() throws(JSONError) -> JSONValue {
    let start = position
    _ = take("-")
    if next == UInt8(ascii: "I") { throw notAValue() }
    // A number does not begin with a zero that another digit follows.
    if !take("0") { try digits() }
    var isWhole = true
    if take(".") {
      isWhole = false
      try digits()
    }
    if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
      isWhole = false
      position += 1
      if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { position += 1 }
      try digits()
    }
    guard position - start <= Limits.jsonNumberDigits else {
      throw error("a number of more than \(Limits.jsonNumberDigits) digits", isLimit: true)
    }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    if isWhole, let whole = Int64(text) { return .integer(whole) }
    guard let value = Double(text), value.isFinite else {
      position = start
      throw error("this number is larger than any that is kept (binary64)")
    }
    return .number(value)
  }

  private mutating func digits() throws(JSONError) {
    let start = position
    while let byte = next, Self.digits.contains(byte) { position += 1 }
    guard position > start else { throw error("a digit is expected here") }
  }

  private mutating func string() throws(JSONError) -> String {
    position += 1
    var content: [UInt8] = []
    while let byte = next {
      switch byte {
      case UInt8(ascii: "\""):
        guard let text = String(validating: content, as: UTF8.self) else {
          throw error("this text is not UTF-8")
        }
        position += 1
        return text
      case UInt8(ascii: "\\"):
        position += 1
        content += try escaped()
      case 0..<0x20: throw error("a control character stands in a text; JSON writes it \\u00…")
      default:
        content.append(byte)
        position += 1
      }
    }
    throw error("a text does not end")
  }

  /// What an escape stands for, after its backslash.
  private mutating func escaped() throws(JSONError) -> [UInt8] {
    guard let letter = next else { throw error("a text does not end") }
    position += 1
    switch letter {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [letter]
    case UInt8(ascii: "b"): return [0x08]
    case UInt8(ascii: "f"): return [0x0C]
    case UInt8(ascii: "n"): return [0x0A]
    case UInt8(ascii: "r"): return [0x0D]
    case UInt8(ascii: "t"): return [0x09]
    case UInt8(ascii: "u"): break
    default: throw error("no such escape in JSON")
    }
    var code = try fourDigits()
    // A pair of surrogates is one character.
    if (0xD800..<0xDC00).contains(code), take("\\u") {
      let low = try fourDigits()
      guard (0xDC00..<0xE000).contains(low) else { throw error("half of a pair of surrogates") }
      code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00)
    }
    guard let scalar = Unicode.Scalar(code) else { throw error("half of a pair of surrogates") }
    return Array(String(Character(scalar)).utf8)
  }

  private mutating func fourDigits() throws(JSONError) -> UInt32 {
    guard bytes.count - position >= 4,
      let value = Hexadecimal.bytes(String(decoding: bytes[position..<position + 4], as: UTF8.self))
    else { throw error("four hexadecimal digits are expected here") }
    position += 4
    return UInt32(value[0]) << 8 | UInt32(value[1])
  }
}
