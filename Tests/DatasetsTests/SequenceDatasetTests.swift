import Datasets
import SweepModel
import Testing

/// The sequence dataset.
@Suite struct SequenceDatasetTests {
  private func configuration(_ length: ArgumentValue) -> Configuration {
    Configuration(kind: "sequence", arguments: ["length": length])
  }

  @Test func tenValuesMakeNinePairs() throws {
    let data = try Dataset.load(configuration(.integer(10)))
    #expect(data.sampleCount == 9)
    #expect(data.inputShape == [1])
    #expect(data.targetShape == [1])
    // The literals are the decimal tenths, read as binary32.
    #expect(data.inputs == [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8])
    #expect(data.targets == [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9])
  }

  // scripts/contract-reference.py: data_digest(*sequence(10))
  @Test func itsDigestIsThatOfAnIndependentProgram() throws {
    let data = try Dataset.load(configuration(.integer(10)))
    #expect(
      data.digest.hex == "ba5d44761acb043a6818c1998b85a9a40b1075c513169dca4f07db8e3671fd8e")
  }

  @Test func twoValuesAreTheFewest() throws {
    let data = try Dataset.load(configuration(.integer(2)))
    #expect(data.inputs == [0])
    #expect(data.targets == [0.5])
  }

  @Test(arguments: [
    ArgumentValue.integer(1), .integer(-5), .integer(.max), .number(10), .text("ten"),
  ])
  func otherLengthsAreErrors(_ length: ArgumentValue) {
    let error = #expect(throws: DatasetError.self) { try Dataset.load(configuration(length)) }
    #expect(error?.path == "data.sequence.length")
  }

  @Test func unknownKindsAndMissingArgumentsAreErrors() {
    let unknown = #expect(throws: DatasetError.self) {
      try Dataset.load(Configuration(kind: "mnist2"))
    }
    #expect(unknown?.path == "data")
    #expect(
      unknown?.message
        == "unknown data mnist2; known: sequence, idx, csv, npz, npy, conll, digits, tagging, blobs, spirals"
    )
    let missing = #expect(throws: DatasetError.self) {
      try Dataset.load(Configuration(kind: "sequence"))
    }
    #expect(missing?.path == "data.sequence.length")
  }
}
