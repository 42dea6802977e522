import Testing

/// A wrong specification, the place that its error must name, and a part of the message.
///
/// The place is marked in the text with `¦`, which is taken out before the text is read.
struct BadInput: Sendable, CustomTestStringConvertible {
  let text: String
  let line: Int
  let column: Int
  let fragment: String

  init(text: String, line: Int, column: Int, fragment: String) {
    self.text = text
    self.line = line
    self.column = column
    self.fragment = fragment
  }

  /// The example with `line` replaced by a text in which `¦` marks the place of the error.
  init(_ line: String, _ replacement: String, _ fragment: String) {
    self.init(example.replacing(line: line, with: replacement), fragment)
  }

  /// A whole text in which `¦` marks the place of the error.
  init(_ marked: String, _ fragment: String) {
    let parts = marked.split(separator: "¦", omittingEmptySubsequences: false)
    precondition(parts.count == 2, "mark one place in \(marked)")
    let before = parts[0].split(separator: "\n", omittingEmptySubsequences: false)
    text = parts.joined()
    line = before.count
    column = before[before.count - 1].unicodeScalars.count + 1
    self.fragment = fragment
  }

  var testDescription: String { "\(line):\(column) \(fragment)" }
}
