import SweepModel
import Testing

/// The digest of data: it depends on every value and on the shapes.
@Suite struct TrainingDataTests {
  private func data(
    samples: Int = 2, inputShape: [Int] = [2, 3], inputs: [Float]? = nil,
    targets: [Float] = [1, 2]
  ) -> TrainingData {
    TrainingData(
      sampleCount: samples, inputShape: inputShape, targetShape: [2 / samples],
      inputs: inputs ?? (0..<12).map { Float($0) / 8 }, targets: targets)
  }

  // python3 -c 'import hashlib, struct; print(hashlib.sha256(b"seedsweep data 1\n2 2 3\n2 1\n" +
  //   struct.pack("<14f", *(i / 8 for i in range(12)), 1, 2)).hexdigest())'
  @Test func itIsTheOneThatTheContractDefines() {
    #expect(data().digest.hex == "61299b085cb5b1d1b66d315a7eba5b5a673e1d032e5902b82510689d826efae5")
  }

  @Test func shapesAndValuesCount() {
    let changed: [Float] = (0..<12).map { Float($0 == 7 ? 70 : $0) / 8 }
    let digests = [
      data(), data(inputShape: [3, 2]), data(inputShape: [6]), data(inputs: changed),
      data(targets: [1, 3]), data(samples: 1, inputShape: [12]),
    ].map(\.digest)
    #expect(Set(digests).count == digests.count)
  }
}
