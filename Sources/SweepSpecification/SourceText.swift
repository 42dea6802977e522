import SweepModel

/// A specification's text, checked, and made harmless for the YAML parser.
///
/// The parser below composes a tree of everything, and two things in YAML make that expensive: aliases
/// (ten lines of ten aliases each are 10¹⁰ nodes) and keys that are themselves lists or mappings, which
/// it hashes, and hashes again for each level that encloses them. A specification has no use for the
/// second and little for the first. To find either beforehand one would have to tell quotes, comments
/// and plain text apart exactly as the parser does. So the indicators are *disguised*: `*`, `?` and a
/// `:` behind a bracket become noncharacters, one for one, which the parser takes for letters. Columns
/// stay right, comments stay comments, ``restored(_:)`` gives back what the user wrote, and an alias
/// arrives as a plain scalar that begins with a disguised `*`, to be expanded under a limit.
struct SourceText {
  /// The disguised text.
  let yaml: String
  /// The place behind the last scalar.
  private let end: SourcePosition

  /// What stands for `*`.
  static let disguisedAsterisk: Unicode.Scalar = "\u{10FFFE}"
  /// What stands for `?`.
  static let disguisedQuestionMark: Unicode.Scalar = "\u{10FFFF}"
  /// What stands for `:` behind a `]` or `}`, from the second in a line on: one level of such keys
  /// costs nothing, and gets a better message when it is left to the parser.
  static let disguisedColon: Unicode.Scalar = "\u{1FFFE}"

  /// Checks that `bytes` are UTF-8 text without characters that YAML forbids or that would make a
  /// position ambiguous.
  ///
  /// - Throws: `SpecificationError` at the first that is not.
  init(_ bytes: [UInt8]) throws(SpecificationError) {
    guard bytes.count <= Limits.specificationBytes else {
      throw SpecificationError(file: "", message: Self.tooLarge)
    }
    var disguise = Disguise()
    var decoder = Unicode.UTF8()
    var iterator = bytes.makeIterator()
    while true {
      switch decoder.decode(&iterator) {
      case .scalarValue(let scalar): try disguise.append(scalar)
      case .error: throw SpecificationError("this byte is not UTF-8 text", at: disguise.position)
      case .emptyInput:
        disguise.finish()
        yaml = String(disguise.output)
        end = disguise.position
        return
      }
    }
  }

  /// What a file that is too large is told.
  static let tooLarge = "larger than \(Limits.specificationBytes) bytes, the limit"

  /// A place as the parser counts it, brought back into the text: the parser takes the end for the
  /// beginning of another line.
  func position(line: Int, column: Int) -> SourcePosition {
    min(SourcePosition(line: line, column: column), end)
  }

  /// The text as the user wrote it.
  static func restored(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: \.isNoncharacter) else { return text }
    var scalars = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar {
      case disguisedAsterisk: scalars.append("*")
      case disguisedQuestionMark: scalars.append("?")
      case disguisedColon: scalars.append(":")
      default: scalars.append(scalar)
      }
    }
    return String(scalars)
  }
}

/// The pass over the text, one scalar at a time.
private struct Disguise {
  var output = String.UnicodeScalarView()
  var line = 1
  var column = 1
  private var isIndentation = true
  private var isBehindBracket = false
  private var lineHasBracketKey = false
  private var previous: Unicode.Scalar = "\n"

  var position: SourcePosition { SourcePosition(line: line, column: column) }

  mutating func append(_ scalar: Unicode.Scalar) throws(SpecificationError) {
    // A carriage return ends a line of its own unless a line feed follows, as the parser counts.
    if previous == "\r", scalar != "\n" { startLine() }
    try check(scalar)
    output.append(disguised(scalar))
    previous = scalar
    if scalar == "\n" { startLine() } else { column += 1 }
  }

  /// A carriage return at the end has ended its line, too.
  mutating func finish() {
    if previous == "\r" { startLine() }
  }

  private func check(_ scalar: Unicode.Scalar) throws(SpecificationError) {
    switch scalar {
    case "\u{FEFF}" where position == .start:
      throw SpecificationError(
        "the file begins with a byte order mark; save it as UTF-8 without one", at: position)
    case "\t" where isIndentation:
      throw SpecificationError("a tab in the indentation; use spaces", at: position)
    case "\t", "\n", "\r", " "..."~": break
    // The last two would end a line for YAML 1.1, but not for YAML 1.2 nor for an editor.
    case "\0"..."\u{9F}", "\u{FEFF}", "\u{2028}", "\u{2029}":
      throw forbidden(scalar, "is not allowed")
    case _ where scalar.isNoncharacter: throw forbidden(scalar, "is not a character")
    default: break
    }
  }

  private func forbidden(_ scalar: Unicode.Scalar, _ why: String) -> SpecificationError {
    let digits = String(scalar.value, radix: 16, uppercase: true)
    let padding = String(repeating: "0", count: max(0, 4 - digits.count))
    return SpecificationError("the character U+\(padding)\(digits) \(why)", at: position)
  }

  private mutating func disguised(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
    switch scalar {
    case " ", "\t": return scalar
    case "]", "}":
      isIndentation = false
      isBehindBracket = true
      return scalar
    default: break
    }
    let followsBracket = isBehindBracket
    isIndentation = false
    isBehindBracket = false
    switch scalar {
    case "*": return SourceText.disguisedAsterisk
    case "?": return SourceText.disguisedQuestionMark
    case ":" where followsBracket && lineHasBracketKey: return SourceText.disguisedColon
    case ":" where followsBracket: lineHasBracketKey = true
    default: break
    }
    return scalar
  }

  private mutating func startLine() {
    line += 1
    column = 1
    isIndentation = true
    isBehindBracket = false
    lineHasBracketKey = false
  }
}

extension Unicode.Scalar {
  /// Whether Unicode reserves it for a program's own use: U+FDD0…U+FDEF, and the last two of a plane.
  fileprivate var isNoncharacter: Bool {
    (0xFDD0...0xFDEF).contains(value) || value & 0xFFFE == 0xFFFE
  }
}
