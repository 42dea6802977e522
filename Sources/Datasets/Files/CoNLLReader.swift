import SweepModel

/// Reads sentences of a token on each line.
struct CoNLLReader {
  /// The sentences of all files.
  private(set) var corpus = TokenCorpus()
  /// The line of each token in its file, from 1.
  private(set) var lines: [Int32] = []
  /// Tokens of the longest sentence.
  private(set) var longest = 1

  private let tokenColumn: Int
  private let tagColumn: Int
  private let isTabbed: Bool
  private let ignored: [[UInt8]]
  /// Tokens that a sentence may have.
  private let mostTokens: Int
  private let hasMaximum: Bool

  init(_ configuration: Configuration) {
    tokenColumn = configuration.integer("token_column")
    tagColumn = configuration.integer("tag_column")
    isTabbed = configuration.text("separator") == "tab"
    ignored =
      configuration.arguments["ignore"] == nil
      ? [] : configuration.texts("ignore").map { Array($0.utf8) }
    let maximum = configuration.optionalInteger("max_len")
    hasMaximum = maximum != nil && configuration.text("long_sentences") == "error"
    mostTokens = hasMaximum ? maximum ?? 0 : Int(Limits.sentenceTokens)
  }

  /// Whether so many samples are within the limit.
  static func fits(sentences: Int, length: Int) -> Bool {
    let (values, overflows) = sentences.multipliedReportingOverflow(by: length)
    return !overflows && values <= Limits.dataValues
  }

  /// Adds a file's sentences.
  mutating func read(_ text: ArraySlice<UInt8>) throws(FileProblem) {
    var (position, line) = (text.startIndex, 0)
    var fields: [ArraySlice<UInt8>] = []
    while position < text.endIndex {
      line += 1
      let end = text[position...].firstIndex(of: 0x0A) ?? text.endIndex
      var content = text[position..<end]
      if content.last == 0x0D { content.removeLast() }
      position = end + 1
      if ignored.contains(where: { content.starts(with: $0) }) { continue }
      split(content, into: &fields)
      if fields.isEmpty {
        endSentence()
      } else {
        try add(fields, line: line)
      }
    }
    endSentence()
  }

  private mutating func endSentence() {
    longest = max(longest, corpus.openTokens)
    corpus.endSentence()
  }

  private mutating func add(_ fields: [ArraySlice<UInt8>], line: Int) throws(FileProblem) {
    let token = try field(tokenColumn, fields, line)
    let tag = try field(tagColumn, fields, line)
    // Counted from different ends, they may meet on a line that lacks a column.
    guard token.startIndex != tag.startIndex else {
      throw FileProblem(
        "\(fields.count) columns, of which the token and its tag would be the same",
        at: "line \(line)")
    }
    guard corpus.openTokens < mostTokens else {
      throw FileProblem(
        hasMaximum
          ? "a sentence of more than \(mostTokens) tokens: raise max_len, or write "
            + "`long_sentences: truncate`"
          : "a sentence of more than \(mostTokens) tokens: is an empty line missing?",
        at: "line \(line)")
    }
    guard token.count <= Limits.cellBytes, tag.count <= Limits.cellBytes else {
      throw FileProblem("a text of more than \(Limits.cellBytes) bytes", at: "line \(line)")
    }
    corpus.add(word: token, tag: tag)
    lines.append(Int32(truncatingIfNeeded: line))
    guard corpus.words.texts.count <= Limits.words, corpus.tags.texts.count <= Limits.classes else {
      throw FileProblem(
        "more than \(Limits.words) words or \(Limits.classes) tags", at: "line \(line)")
    }
  }

  private func field(_ column: Int, _ fields: [ArraySlice<UInt8>], _ line: Int)
    throws(FileProblem) -> ArraySlice<UInt8>
  {
    let place = column > 0 ? column - 1 : fields.count + column
    guard column != 0, fields.indices.contains(place) else {
      throw FileProblem(
        column == 0
          ? "columns are counted from 1, or from the end with -1"
          : "\(fields.count) columns, of which there is no column \(column)", at: "line \(line)")
    }
    guard !fields[place].isEmpty else {
      throw FileProblem("column \(place + 1) is empty", at: "line \(line)")
    }
    return fields[place]
  }

  private func split(_ line: ArraySlice<UInt8>, into fields: inout [ArraySlice<UInt8>]) {
    fields.removeAll(keepingCapacity: true)
    if isTabbed {
      let isBlank = line.allSatisfy { $0 == 0x20 || $0 == 0x09 }
      if !isBlank { fields += line.split(separator: 0x09, omittingEmptySubsequences: false) }
    } else {
      fields += line.split { $0 == 0x20 || $0 == 0x09 }
    }
  }
}
