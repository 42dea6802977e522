import SweepModel

/// Reads new sentences for a tagger from a file of the form of its training data; tags may be unknown.
struct PredictionSentences {
  private let options: PredictionData.Options

  init(_ options: PredictionData.Options) { self.options = options }

  func data(_ content: [UInt8]) throws(FileProblem) -> PredictionData {
    let representation = options.representation
    guard options.identifier == nil else {
      throw FileProblem("sentences have no names in a column: leave --id out")
    }
    var reader = CoNLLReader(options.configuration)
    try reader.read(try UTF8Text.checked(content))
    let corpus = reader.corpus
    let words = representation.wordNumbers()
    var tags: [String: Float] = [:]
    for (number, tag) in (representation.classNames ?? []).enumerated() {
      tags[tag] = Float(number)
    }
    let length = representation.width
    guard CoNLLReader.fits(sentences: corpus.sentenceCount, length: length) else {
      throw FileProblem("\(corpus.sentenceCount) sentences are more than fit in memory")
    }
    var inputs = [Float](repeating: 0, count: corpus.sentenceCount * length)
    var targets: [Float]? = inputs
    for sentence in 0..<corpus.sentenceCount {
      let tokens = corpus.bounds[sentence]..<corpus.bounds[sentence + 1]
      guard tokens.count <= length || options.configuration.text("long_sentences") == "truncate"
      else {
        throw FileProblem(
          "a sentence of \(tokens.count) tokens; the model takes \(length)",
          at: "line \(reader.lines[tokens.lowerBound])")
      }
      for (offset, token) in tokens.prefix(length).enumerated() {
        let word = String(
          decoding: corpus.words.texts[Int(corpus.tokenWords[token])], as: UTF8.self)
        inputs[sentence * length + offset] = words[word] ?? 1
        let tag = String(decoding: corpus.tags.texts[Int(corpus.tokenTags[token])], as: UTF8.self)
        // A tag that training had not has no loss: then there are no targets.
        if let number = tags[tag] {
          targets?[sentence * length + offset] = number
        } else {
          targets = nil
        }
      }
    }
    let count = corpus.sentenceCount
    return PredictionData(
      identifiers: count == 0 ? [] : (1...count).map(String.init), inputs: inputs,
      targets: targets)
  }
}
