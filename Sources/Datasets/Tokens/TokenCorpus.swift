/// Sentences of tokens, each with a tag: what taggers learn from.
struct TokenCorpus {
  /// The different words, by number, in the order in which they first stood.
  private(set) var words = TextNumbers()
  /// The different tags, likewise.
  private(set) var tags = TextNumbers()
  /// The tokens of all sentences: numbers of words.
  private(set) var tokenWords: [Int32] = []
  /// The tokens of all sentences: numbers of tags.
  private(set) var tokenTags: [Int32] = []
  /// The first token of each sentence, and the end of the last.
  private(set) var bounds = [0]

  /// The number of sentences.
  var sentenceCount: Int { bounds.count - 1 }

  /// Adds a token to the last sentence, which is open until it is ended.
  mutating func add(word: some Collection<UInt8>, tag: some Collection<UInt8>) {
    tokenWords.append(words.number(of: Array(word)))
    tokenTags.append(tags.number(of: Array(tag)))
  }

  /// Ends the open sentence where it has a token.
  mutating func endSentence() {
    if tokenWords.count > bounds[bounds.count - 1] { bounds.append(tokenWords.count) }
  }

  /// Tokens of the open sentence.
  var openTokens: Int { tokenWords.count - bounds[bounds.count - 1] }
}

/// Different texts, numbered from 0 in the order in which they came.
///
/// By their bytes: texts that Unicode calls equivalent are different words to a model.
struct TextNumbers {
  /// The texts, by number.
  private(set) var texts: [[UInt8]] = []
  private var numbers: [[UInt8]: Int32] = [:]

  /// The number of a text, which is added where it is new.
  mutating func number(of text: [UInt8]) -> Int32 {
    if let number = numbers[text] { return number }
    let number = Int32(texts.count)
    numbers[text] = number
    texts.append(text)
    return number
  }
}
