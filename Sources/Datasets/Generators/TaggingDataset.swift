import Randomness
import SweepModel

/// Sentences of a small language that the project makes itself: token ids, and a tag for each.
///
/// Shapes: input `[max_len]`, target `[max_len]` (with `one_hot`: `[max_len, classes]`); 0 in both
/// after a sentence's end.
enum TaggingDataset: DatasetKind {
  static let readsFiles = false
  static let schema = ConfigurationSchema(
    kind: "tagging",
    summary: "Sentences of a small language; each token's tag is told by those around it.",
    parameters: GeneratorArguments.parameters(training: 2_000, test: 500) + [
      .optional(
        "max_len", .integer(Int64(TaggingGrammar.shortestMaximum)...Limits.sentenceTokens),
        default: .integer(20), "Tokens of a sample; shorter sentences are padded with 0.")
    ] + Preparation.targetParameters)

  static func load(
    _ configuration: Configuration, from files: DataFiles
  ) throws(DatasetError) -> TrainingData {
    do {
      let length = configuration.integer("max_len")
      let parts = try GeneratorArguments.parts(configuration, width: length)
      let corpus = corpus(
        of: parts.sampleCount, seed: GeneratorArguments.seed(configuration), maximumLength: length)
      return try Preparation(configuration).prepare(
        try samples(corpus, parts, maximumLength: length))
    } catch {
      throw Self.error(error.argument ?? "samples", error.message)
    }
  }

  private static func samples(_ corpus: TokenCorpus, _ parts: DataParts, maximumLength: Int)
    throws(PreparationProblem) -> Samples
  {
    do throws(UnknownTag) {
      return try TokenEncoding(maximumLength: maximumLength, minimumCount: 1)
        .samples(corpus, parts: parts)
    } catch {
      throw PreparationProblem(
        argument: "samples",
        message:
          "so few that the tag \(own: Quotation.text(error.tag)) is in none of them, but in others")
    }
  }

  private static func corpus(of count: Int, seed: TrialSeed, maximumLength: Int) -> TokenCorpus {
    let instance = RandomStream.instance(ofPath: "data/tagging")
    var corpus = TokenCorpus()
    for sample in 0..<count {
      let words = GeneratorWords(seed: seed, instance: instance, sample: sample)
      for token in TaggingGrammar.sentence(words, maximumLength: maximumLength) {
        corpus.add(word: token.word.utf8, tag: token.tag.utf8)
      }
      corpus.endSentence()
    }
    return corpus
  }
}
