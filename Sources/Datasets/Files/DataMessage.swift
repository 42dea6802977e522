import Foundation

/// What is wrong with data, in words that may quote what stands in a file, and in words that do not.
///
/// Who sends a specification to a coordinator may not read the coordinator's files, and messages must
/// not read them to him. A text can be put into a message only with the word whether it comes from a
/// file, so that no quotation goes unseen.
struct DataMessage: Hashable, Sendable, ExpressibleByStringInterpolation {
  /// In full.
  private(set) var text: String
  /// With `…` in place of what files hold.
  private(set) var textWithoutContents: String

  /// A message that quotes nothing.
  init(stringLiteral text: String) {
    self.text = text
    textWithoutContents = text
  }

  /// A message with quotations.
  init(stringInterpolation: Interpolation) { self = stringInterpolation.message }

  /// The words and quotations of a message.
  struct Interpolation: StringInterpolationProtocol {
    fileprivate var message: DataMessage = ""

    /// Nothing yet.
    init(literalCapacity: Int, interpolationCount: Int) {}

    /// Words of the program.
    mutating func appendLiteral(_ text: String) { appendInterpolation(own: text) }

    /// A place, a count or a limit.
    mutating func appendInterpolation(_ number: some BinaryInteger) {
      appendInterpolation(own: String(number))
    }

    /// A text of the program, of the specification or of the command line.
    mutating func appendInterpolation(own text: String) {
      message.text += text
      message.textWithoutContents += text
    }

    /// What stands in a file.
    mutating func appendInterpolation(content text: String) {
      message.text += text
      message.textWithoutContents += "…"
    }

    /// The system's words for an error.
    mutating func appendInterpolation(system error: Int32) {
      appendInterpolation(own: String(cString: strerror(error)))
    }

    /// A part of a message.
    mutating func appendInterpolation(_ part: DataMessage) { message += part }
  }

  static func + (left: Self, right: Self) -> Self {
    var sum = left
    sum += right
    return sum
  }

  static func += (left: inout Self, right: Self) {
    left.text += right.text
    left.textWithoutContents += right.textWithoutContents
  }
}
