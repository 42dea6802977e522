import Datasets
import SweepModel
import Testing

/// Shares of samples for validation and the test.
@Suite struct DivisionTests {
  /// Samples whose input is their number, and target and weight what follows from it.
  private func load(_ count: Int, validation: Double, test: Double, seed: Int64) throws
    -> TrainingData
  {
    let rows = (0..<count).map { "\($0),\($0 % 7),\($0 % 11)" }.joined(separator: "\n")
    return try Dataset.load(
      Support.complete(
        "csv",
        [
          "path": .text("t"), "header": .boolean(false), "target": .list([.text("2")]),
          "weight": .text("3"), "validation": .number(validation), "test": .number(test),
          "split_seed": .integer(seed),
        ]), from: DataFiles(inMemory: ["t": Array(rows.utf8)]))
  }

  @Test func everySampleIsInOnePartWithItsTargetAndWeight() throws {
    let seed = Int64.random(in: 0..<1 << 50)
    for count in [4, 10, 97, 500] {
      let data = try load(count, validation: 0.25, test: 0.3, seed: seed)
      #expect(data.parts.validation == count / 4, "seed \(seed)")
      #expect(data.parts.test == Int((Double(count) * 0.3).rounded(.down)), "seed \(seed)")
      #expect(data.parts.sampleCount == count, "seed \(seed)")
      #expect(data.inputs.sorted() == (0..<count).map(Float.init), "seed \(seed)")
      #expect(data.targets == data.inputs.map { Float(Int($0) % 7) }, "seed \(seed)")
      #expect(data.sampleWeights == data.inputs.map { Float(Int($0) % 11) }, "seed \(seed)")
    }
  }

  @Test func anotherSeedDividesOtherwiseAndNoShareKeepsTheOrder() throws {
    let first = try load(100, validation: 0.2, test: 0, seed: 1)
    #expect(try load(100, validation: 0.2, test: 0, seed: 1).digest == first.digest)
    #expect(try load(100, validation: 0.2, test: 0, seed: 2).digest != first.digest)
    let whole = try load(100, validation: 0, test: 0, seed: 2)
    #expect(whole.inputs == (0..<100).map(Float.init))
    #expect(!whole.parts.areDivided)
  }
}
