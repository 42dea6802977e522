/// How what stands in files is shown in messages, which are one line whatever the file holds.
package enum Quotation {
  /// Bytes of a file's path that messages show.
  private static let pathBytes = 300
  /// Bytes of any other text that they show.
  private static let textBytes = 40

  /// The path, or its end.
  package static func path(_ path: String) -> String {
    guard path.utf8.count > pathBytes else { return escaped(path) }
    // Scalars, because one Character can be a megabyte of combining marks.
    return escaped(
      "…" + String(String.UnicodeScalarView(path.unicodeScalars.suffix(pathBytes / 4))))
  }

  /// The beginning of `bytes` between quotation marks, with what is no plain text escaped.
  package static func text(_ bytes: some Collection<UInt8>) -> String {
    let beginning = String(decoding: bytes.prefix(textBytes), as: UTF8.self)
    return "`\(escaped(beginning))\(bytes.count > textBytes ? "…" : "")`"
  }

  /// The beginning of a text between quotation marks.
  package static func text(_ text: String) -> String { Self.text(text.utf8) }

  private static func escaped(_ text: String) -> String {
    var shown = ""
    for scalar in text.unicodeScalars {
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned:
        shown += "\\u{\(String(scalar.value, radix: 16))}"
      default: shown.unicodeScalars.append(scalar)
      }
    }
    return shown
  }
}
