import Datasets
import SweepModel
import Testing

/// The drawn digits.
@Suite struct DigitsTests {
  static func configuration(_ changes: [String: ArgumentValue] = [:]) -> Configuration {
    let defaults: [String: ArgumentValue] = [
      "samples": .integer(20), "validation_samples": .integer(0), "test_samples": .integer(0),
      "seed": .integer(0), "scale": .number(1), "standardize": .boolean(false),
    ]
    return Configuration(kind: "digits", arguments: defaults.merging(changes) { $1 })
  }

  @Test func theyHaveTheFormOfMNIST() throws {
    let data = try Dataset.load(Self.configuration())
    #expect(data.inputShape == [28, 28])
    #expect(data.targetShape == [1])
    #expect(data.targets == (0..<20).map { Float($0 % 10) })
    #expect(data.inputs.allSatisfy { (0...255).contains($0) && $0 == $0.rounded() })
    for sample in 0..<20 {
      let drawn = data.inputs[sample * 784..<(sample + 1) * 784].count { $0 > 0 }
      #expect((20..<500).contains(drawn), "sample \(sample)")
    }
  }

  @Test func aSampleDependsOnItsNumberAndTheSeedAlone() throws {
    let few = try Dataset.load(Self.configuration())
    let many = try Dataset.load(
      Self.configuration([
        "samples": .integer(7), "validation_samples": .integer(5), "test_samples": .integer(30),
      ]))
    #expect(many.parts == DataParts(training: 7, validation: 5, test: 30))
    #expect(Array(many.inputs.prefix(few.inputs.count)) == few.inputs)
    let other = try Dataset.load(Self.configuration(["seed": .integer(1)]))
    #expect(other.inputs != few.inputs)
  }

  @Test func pixelsAreScaledAsKerasUsersScaleThem() throws {
    let plain = try Dataset.load(Self.configuration())
    let scaled = try Dataset.load(
      Self.configuration(["scale": .number(1 / 255), "shape": .list([.integer(784)])]))
    #expect(scaled.inputShape == [784])
    #expect(scaled.inputs == plain.inputs.map { $0 / 255 })
  }

  @Test func tooManyAreAnError() {
    let error = #expect(throws: DatasetError.self) {
      try Dataset.load(
        Self.configuration(["samples": .integer(1 << 23), "test_samples": .integer(1 << 23)]))
    }
    #expect(error?.path == "data.digits.samples")
  }

  // scripts/dataset-reference.py
  @Test(
    arguments: [
      ([:], "eba744ec4425ec4e305258380f29670313fd23f0d4d0e63061e31c9dae46e745"),
      (
        [
          "scale": .number(1 / 255), "shape": .list([.integer(784)]), "one_hot": .integer(10),
        ], "20284d0d3b7d0a2815698065f9e7ea6e40eeb7cea8fbfca5c21599352b218509"
      ),
      (
        ["standardize": .boolean(true)],
        "10c51b117091537ecee8db7166121a2e4e89af2f73b0f5cc5b1b396303e9d55e"
      ),
    ] as [([String: ArgumentValue], String)])
  func theirDigestsAreThoseOfAnIndependentProgram(
    _ changes: [String: ArgumentValue], _ digest: String
  ) throws {
    let parts: [String: ArgumentValue] = [
      "samples": .integer(20), "validation_samples": .integer(5), "test_samples": .integer(15),
      "seed": .integer(3),
    ]
    let data = try Dataset.load(Self.configuration(parts.merging(changes) { $1 }))
    #expect(data.digest.hex == digest)
  }
}
