/// What is wrong with a specification, where, and how to mend it.
///
/// There is one type for all of it, because all of it is read by the person who wrote the file.
public struct SpecificationError: Error, Hashable, Sendable {
  /// The file's name as it was given.
  public internal(set) var file: String
  /// The line, from 1; nil where the file could not be read at all.
  public let line: Int?
  /// The column in Unicode scalars, from 1; nil where the file could not be read at all.
  public let column: Int?
  /// One line for people, without control characters.
  public let message: String

  /// An error at a place of a file.
  public init(file: String, at position: SourcePosition, message: String) {
    self.file = file
    line = position.line
    column = position.column
    self.message = message.onOneLine
  }

  /// An error of a file that could not be read.
  public init(file: String, message: String) {
    self.file = file
    line = nil
    column = nil
    self.message = message.onOneLine
  }

  /// An error at a place of the file that is being read; the reader, which alone knows it, adds its
  /// name.
  init(_ message: String, at position: SourcePosition) {
    self.init(file: "", at: position, message: message)
  }
}

extension SpecificationError: CustomStringConvertible {
  /// `FILE:LINE:COLUMN: MESSAGE`, or `FILE: MESSAGE` where the file could not be read.
  public var description: String {
    guard let line, let column else { return "\(file.onOneLine): \(message)" }
    return "\(file.onOneLine):\(line):\(column): \(message)"
  }
}

/// A place in a specification's text.
public struct SourcePosition: Hashable, Comparable, Sendable {
  /// The line, from 1.
  public let line: Int
  /// The column in Unicode scalars, from 1.
  public let column: Int

  /// A place in a text.
  public init(line: Int, column: Int) {
    self.line = line
    self.column = column
  }

  /// The first place of any text.
  public static let start = SourcePosition(line: 1, column: 1)

  /// The earlier place is the smaller.
  public static func < (left: SourcePosition, right: SourcePosition) -> Bool {
    (left.line, left.column) < (right.line, right.column)
  }
}
