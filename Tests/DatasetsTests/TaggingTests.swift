import Datasets
import SweepModel
import Testing

/// The sentences of the small language.
@Suite struct TaggingTests {
  private func load(_ changes: [String: ArgumentValue] = [:]) throws -> TrainingData {
    let defaults: [String: ArgumentValue] = [
      "samples": .integer(50), "validation_samples": .integer(0), "test_samples": .integer(20),
      "seed": .integer(7), "max_len": .integer(12),
    ]
    return try Dataset.load(
      Configuration(kind: "tagging", arguments: defaults.merging(changes) { $1 }))
  }

  // scripts/dataset-reference.py
  @Test func theirDigestIsThatOfAnIndependentProgram() throws {
    #expect(
      try load().digest.hex == "6bb8d7970c439e3604208f64126c4eea45136698f81814f8d68436f64f11576b")
  }

  @Test func wordsAndTagsHaveIDsAndPaddingHasNone() throws {
    let data = try load()
    let vocabulary = try #require(data.vocabulary)
    let tags = try #require(data.classNames)
    #expect(vocabulary.starts(with: ["", "[UNK]"]))
    #expect(tags.first == "")
    #expect(Set(vocabulary).count == vocabulary.count)
    for sample in 0..<data.sampleCount {
      let ids = data.inputs[sample * 12..<(sample + 1) * 12].map { Int($0) }
      let classes = data.targets[sample * 12..<(sample + 1) * 12].map { Int($0) }
      let length = ids.firstIndex(of: 0) ?? 12
      #expect(ids[length...].allSatisfy { $0 == 0 } && classes[length...].allSatisfy { $0 == 0 })
      #expect(classes[..<length].allSatisfy { (1..<tags.count).contains($0) })
      #expect(ids[..<length].allSatisfy { (1..<vocabulary.count).contains($0) })
      #expect(tags[classes[length - 1]] == "PUNCT")
      #expect(vocabulary[ids[length - 1]] == ".")
    }
  }

  @Test func aWordAloneDoesNotTellItsTag() throws {
    let data = try load(["samples": .integer(2000)])
    var counts: [Int: [Int: Int]] = [:]
    for (word, tag) in zip(data.inputs, data.targets) where word > 0 {
      counts[Int(word), default: [:]][Int(tag), default: 0] += 1
    }
    let tokens = counts.values.reduce(0) { $0 + $1.values.reduce(0, +) }
    let best = counts.values.reduce(0) { $0 + ($1.values.max() ?? 0) }
    // The best guess by the word alone.
    #expect(Double(best) / Double(tokens) < 0.8)
  }

  @Test func targetsBecomeVectorsAtEachPosition() throws {
    let plain = try load()
    let data = try load(["one_hot": .integer(11)])
    #expect(data.targetShape == [12, 11])
    for (position, tag) in plain.targets.enumerated() {
      let vector = data.targets[position * 11..<(position + 1) * 11]
      #expect(vector.firstIndex(of: 1) == vector.startIndex + Int(tag))
      #expect(vector.reduce(0, +) == 1)
    }
    let error = #expect(throws: DatasetError.self) { try load(["one_hot": .integer(10)]) }
    #expect(error?.path == "data.tagging.one_hot")
  }
}
