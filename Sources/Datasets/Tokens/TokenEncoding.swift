import SweepModel

/// Turns sentences into ids (docs/datasets.md, "Sentences").
///
/// Shapes: inputs and targets `[maximumLength]`; what follows a sentence's end is 0 in both.
struct TokenEncoding {
  /// The word and the tag of what follows a sentence's end: id 0.
  static let padding = ""
  /// The word of id 1: all that the vocabulary does not have. Keras's TextVectorization calls it so.
  static let unknown = "[UNK]"

  /// Positions of a sample.
  let maximumLength: Int
  /// How often a word stands in the training sentences at least, to be in the vocabulary.
  let minimumCount: Int

  /// The samples of sentences, in `order` where it is not their own, of which the first
  /// `parts.training` are for training, and so on; longer ones lose their ends.
  ///
  /// The vocabulary and the tags are those of the tokens that remain of the training sentences, by
  /// descending count, and by their bytes where counts are equal. Words have the ids from 2, tags
  /// from 1.
  ///
  /// - Throws: ``UnknownTag`` at the first tag that no training sentence has.
  func samples(_ corpus: TokenCorpus, parts: DataParts, order: [UInt32]? = nil)
    throws(UnknownTag) -> Samples
  {
    func tokens(_ sample: Int) -> Range<Int> {
      self.tokens(corpus, order.map { Int($0[sample]) } ?? sample)
    }
    var wordCounts = [Int](repeating: 0, count: corpus.words.texts.count)
    var tagCounts = [Int](repeating: 0, count: corpus.tags.texts.count)
    for sentence in 0..<parts.training {
      for token in tokens(sentence) {
        wordCounts[Int(corpus.tokenWords[token])] += 1
        tagCounts[Int(corpus.tokenTags[token])] += 1
      }
    }
    let unknown = Array(Self.unknown.utf8)
    let words = Self.ranked(corpus.words.texts, wordCounts, atLeast: minimumCount)
      .filter { corpus.words.texts[$0] != unknown }
    let tags = Self.ranked(corpus.tags.texts, tagCounts, atLeast: 1)
    let wordIDs = Self.ids(words, of: wordCounts.count, from: 2, others: 1)
    let tagIDs = Self.ids(tags, of: tagCounts.count, from: 1, others: 0)
    var inputs = [Float](repeating: 0, count: parts.sampleCount * maximumLength)
    var targets = inputs
    for sentence in 0..<parts.sampleCount {
      for (offset, token) in tokens(sentence).enumerated() {
        let tag = Int(corpus.tokenTags[token])
        guard tagIDs[tag] > 0 else {
          throw UnknownTag(tag: corpus.tags.texts[tag], token: token)
        }
        inputs[sentence * maximumLength + offset] = Float(wordIDs[Int(corpus.tokenWords[token])])
        targets[sentence * maximumLength + offset] = Float(tagIDs[tag])
      }
    }
    func texts(_ numbers: [Int], _ texts: [[UInt8]]) -> [String] {
      numbers.map { String(decoding: texts[$0], as: UTF8.self) }
    }
    return Samples(
      inputShape: [maximumLength], inputs: .floats(inputs), targetShape: [maximumLength],
      targets: .floats(targets), parts: parts,
      vocabulary: [Self.padding, Self.unknown] + texts(words, corpus.words.texts),
      classNames: [Self.padding] + texts(tags, corpus.tags.texts))
  }

  private func tokens(_ corpus: TokenCorpus, _ sentence: Int) -> Range<Int> {
    let first = corpus.bounds[sentence]
    return first..<min(corpus.bounds[sentence + 1], first + maximumLength)
  }

  private static func ranked(_ texts: [[UInt8]], _ counts: [Int], atLeast minimum: Int) -> [Int] {
    texts.indices.filter { counts[$0] >= minimum }.sorted { first, second in
      counts[first] != counts[second]
        ? counts[first] > counts[second]
        : texts[first].lexicographicallyPrecedes(texts[second])
    }
  }

  private static func ids(_ ranked: [Int], of count: Int, from first: Int, others: Int) -> [Int] {
    var ids = [Int](repeating: others, count: count)
    for (rank, number) in ranked.enumerated() { ids[number] = first + rank }
    return ids
  }
}

/// A tag of a validation or test sentence that no training sentence has.
struct UnknownTag: Error {
  let tag: [UInt8]
  /// The token that has it, counted over all sentences from 0.
  let token: Int
}
