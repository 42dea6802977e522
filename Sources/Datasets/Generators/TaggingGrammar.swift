/// A small language in which most words have several tags, so that only their neighbours tell which
/// (docs/datasets.md, "tagging").
struct TaggingGrammar {
  /// A word and its tag.
  struct Token: Hashable {
    let word: String
    let tag: String
  }

  private var words: GeneratorWords
  private var tokens: [Token] = []

  private init(_ words: GeneratorWords) { self.words = words }

  /// The first sentence of at most `maximumLength` tokens that the words give.
  ///
  /// - Precondition: `maximumLength` is at least ``shortestMaximum``.
  static func sentence(_ words: GeneratorWords, maximumLength: Int) -> [Token] {
    var grammar = TaggingGrammar(words)
    repeat {
      grammar.tokens = []
      grammar.sentence()
    } while grammar.tokens.count > maximumLength
    return grammar.tokens
  }

  /// The least bound on a sentence: about every fourth keeps it.
  static let shortestMaximum = 8

  private mutating func sentence() {
    clause()
    switch words.below(8) {
    case 0:
      add("CONJ")
      clause()
    case 1:
      // "… report that …": the same word is a determiner elsewhere.
      tokens.append(Token(word: "that", tag: "CONJ"))
      clause()
    default: break
    }
    tokens.append(Token(word: ".", tag: "PUNCT"))
  }

  private mutating func clause() {
    nounPhrase()
    if words.below(3) == 0 { add("AUX") }
    if words.below(4) == 0 { add("ADV") }
    add("VERB")
    switch words.below(4) {
    case 0: break
    case 1: prepositionalPhrase()
    default: nounPhrase()
    }
    switch words.below(5) {
    case 0: add("ADV")
    case 1: prepositionalPhrase()
    default: break
    }
  }

  private mutating func nounPhrase() {
    guard words.below(4) > 0 else { return add("PRON") }
    add("DET")
    if words.below(5) == 0 { add("ADV") }
    if words.below(2) == 0 { add("ADJ") }
    add("NOUN")
    // A noun may stand before the noun that it describes.
    if words.below(5) == 0 { add("NOUN") }
  }

  private mutating func prepositionalPhrase() {
    add("PREP")
    nounPhrase()
  }

  private mutating func add(_ tag: String) {
    let choices = Self.lexicon[tag] ?? []
    tokens.append(Token(word: choices[words.below(choices.count)], tag: tag))
  }

  /// The words of each tag, each equally likely; many stand under several tags.
  private static let lexicon: [String: [String]] = table.mapValues { text in
    text.split(separator: " ").map(String.init)
  }

  private static let table = [
    "DET": "the a this that every her his no some each",
    "PRON": "she he they we it this that her some you",
    "AUX": "can will may must might should did would",
    "CONJ": "and but or while because so",
    "ADV": "fast hard well early late back still never often very so past round",
    "PREP": "in on with like near under past round by for over",
    "ADJ": """
    light cold open clean dry fast hard early late still past round back well little old green \
    fair right left kind set open quiet
    """,
    "NOUN": """
    light cold open run walk saw watch play cook report can will fish water train plant answer \
    paint love back well past right left kind set might must round may dog house river
    """,
    "VERB": """
    light open clean dry run walk saw watch play cook report can will fish water train plant \
    answer paint love like back right left set round still quiet near see know
    """,
  ]
}
