extension String {
  /// Unicode scalars of a user's text that a message repeats.
  private static let quotedLength = 48

  /// The text in backticks, shortened where it is long, on one line: for messages that repeat what
  /// users wrote, which may be hostile.
  var quoted: String {
    // Scalars, because one Character can be a megabyte of combining marks.
    let scalars = unicodeScalars.prefix(Self.quotedLength)
    let rest = scalars.endIndex == unicodeScalars.endIndex ? "" : "…"
    return "`\(String(scalars).onOneLine)\(rest)`"
  }

  /// The text with every scalar escaped that a terminal could act on or that would not be seen.
  var onOneLine: String {
    guard unicodeScalars.contains(where: \.isUnsafeInMessages) else { return self }
    return unicodeScalars.map { scalar in
      scalar.isUnsafeInMessages
        ? "\\u{\(String(scalar.value, radix: 16))}" : String(Character(scalar))
    }.joined()
  }
}

extension Sequence<String> {
  /// The texts in backticks, separated for reading: "`a`, `b` and `c`".
  var listed: String { listed(with: "and") }

  /// The same with another word before the last.
  func listed(with word: String) -> String {
    let texts = map(\.quoted)
    guard let last = texts.last, texts.count > 1 else { return texts.first ?? "" }
    return texts.dropLast().joined(separator: ", ") + " \(word) " + last
  }
}

extension Unicode.Scalar {
  /// Whether it is a control, a direction mark, a line separator, or stands for nothing.
  fileprivate var isUnsafeInMessages: Bool {
    switch properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse,
      .unassigned:
      true
    default: false
    }
  }
}
