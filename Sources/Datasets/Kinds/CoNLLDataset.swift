import SweepModel

/// Files with a token and its tag on each line, and an empty line after each sentence.
///
/// Shapes: input `[max_len]`, target `[max_len]` (with `one_hot`: `[max_len, classes]`); 0 in both
/// after a sentence's end (docs/datasets.md, "Sentences").
enum CoNLLDataset: DatasetKind {
  static let readsFiles = true
  static let schema = ConfigurationSchema(
    kind: "conll", summary: "Tagged sentences, a token on each line, plain or gzipped.",
    parameters: [
      .required("path", .text, "The file to train on, whose words make the vocabulary."),
      .optional("validation_path", .text, default: nil, "A file to validate with."),
      .optional("test_path", .text, default: nil, "A file to test the trained model with."),
      .optional(
        "token_column", .integer(columns), default: .integer(1),
        "The column of the tokens, from 1; from the end where negative."),
      .optional(
        "tag_column", .integer(columns), default: .integer(-1),
        "The column of the tags, from 1; from the end where negative."),
      .optional(
        "separator", .choice(["spaces", "tab"]), default: .text("spaces"),
        "What stands between columns: spaces and tabs, or one tab."),
      .optional(
        "ignore", .list(.text, count: 1...16), default: nil,
        "Lines that begin with one of these are left out, such as -DOCSTART-."),
      .optional(
        "max_len", .integer(1...Limits.sentenceTokens), default: nil,
        "Tokens of a sample; the longest sentence's where left out."),
      .optional(
        "long_sentences", .choice(["error", "truncate"]), default: .text("error"),
        "What sentences of more than max_len tokens are: an error, or cut."),
      .optional(
        "min_count", .integer(1...Limits.samples), default: .integer(1),
        "How often a word is in the training sentences at least, to have an id of its own."),
    ] + Division.parameters + Preparation.targetParameters)

  private static let columns = -Int64(Limits.columns)...Int64(Limits.columns)

  static func load(
    _ configuration: Configuration, from files: DataFiles
  ) throws(DatasetError) -> TrainingData {
    var reader = CoNLLReader(configuration)
    var ends = [0, 0, 0]
    let arguments = ["path", "validation_path", "test_path"]
    for (part, argument) in arguments.enumerated() {
      let before = reader.corpus.sentenceCount
      if let path = configuration.optionalText(argument) {
        let content = try content(path, argument, files)
        do {
          try reader.read(try UTF8Text.checked(content))
        } catch {
          throw Self.error(argument, error.text(file: path))
        }
        guard reader.corpus.sentenceCount > before else {
          throw error(argument, "\(own: Quotation.path(path)): there are no sentences")
        }
      }
      ends[part] = reader.corpus.sentenceCount
    }
    let parts = DataParts(
      training: ends[0], validation: ends[1] - ends[0], test: ends[2] - ends[1])
    let length = configuration.optionalInteger("max_len") ?? reader.longest
    guard CoNLLReader.fits(sentences: ends[2], length: length) else {
      throw error(
        "max_len",
        "\(ends[2]) sentences of \(length) tokens are over the limit of "
          + "\(Limits.dataValues): make it shorter")
    }
    let encoding = TokenEncoding(
      maximumLength: length, minimumCount: configuration.integer("min_count"))
    // The vocabulary is that of the sentences that remain for training.
    let preparation = Preparation(configuration)
    do {
      let divided = try preparation.division.divide(parts)
      let samples = try encoding.samples(reader.corpus, parts: divided.1, order: divided.order)
      var rest = preparation
      rest.division = Division()
      return try rest.prepare(samples)
    } catch let unknown as UnknownTag {
      let sentence = reader.corpus.bounds.firstIndex { $0 > unknown.token } ?? 1
      let part = ends.firstIndex { $0 >= sentence } ?? 0
      let path = configuration.optionalText(arguments[part]) ?? ""
      throw error(
        arguments[part],
        "\(own: Quotation.path(path)): line \(reader.lines[unknown.token]): no training sentence has the "
          + "tag \(content: Quotation.text(unknown.tag))")
    } catch let problem as PreparationProblem {
      throw error(problem.argument ?? "path", problem.message)
    } catch {
      preconditionFailure("nothing else is thrown here")
    }
  }
}
