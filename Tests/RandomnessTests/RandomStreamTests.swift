import Randomness
import SweepModel
import Testing

/// Streams, uniform numbers and permutations.
@Suite struct RandomStreamTests {
  private let seed = MasterSeed(42).trialSeed(at: TrialIndex(7))

  @Test func wordsAreTheContracts() {
    let first = (0..<4).map {
      RandomStream.initialization.word(seed: seed, instance: 0, step: 0, element: $0)
    }
    #expect(first == [0x5f76_76f6, 0xb8c9_6f34, 0x83cf_8426, 0x76e6_8a47])
    let dropout = (36..<40).map {
      RandomStream.dropout.word(seed: seed, instance: 1, step: 5, element: $0)
    }
    #expect(dropout == [0xf494_7643, 0x7c5a_3a1b, 0xbe65_e384, 0x7a7e_8c73])
  }

  @Test func streamsHaveTheContractsNumbers() {
    let numbers = RandomStream.allCases.map(\.rawValue)
    #expect(numbers == [1, 2, 3, 4, 5, 6, 7])
  }

  // printf '%s' dense/kernel | sha256sum
  @Test(
    arguments: [
      ("dense/kernel", 0x69f9_2721), ("dense_1/bias", 0xfdf6_c191), ("dropout_1", 0x284c_5747),
    ] as [(String, UInt32)])
  func instancesAreTheStartOfThePathsDigest(path: String, instance: UInt32) {
    #expect(RandomStream.instance(ofPath: path) == instance)
  }

  @Test func uniformNumbersAreExactAndBelowOne() {
    #expect(RandomStream.uniform(0) == 0)
    #expect(RandomStream.uniform(0xff) == 0)
    #expect(RandomStream.uniform(0x100) == 0x1p-24)
    #expect(RandomStream.uniform(.max) == 1 - 0x1p-24)
  }

  @Test(arguments: [1, 2, 3, 9, 64, 1000])
  func permutationsHoldEveryPositionOnce(count: Int) {
    for epoch: UInt32 in 0..<5 {
      let order = RandomStream.permutation(count: count, seed: seed, epoch: epoch)
      #expect(order.sorted() == Array(0..<UInt32(count)))
    }
  }

  // scripts/contract-reference.py: shuffled(9, trial_seed(1, 1), epoch)
  @Test func permutationsAreTheContracts() {
    let seed = MasterSeed(1).trialSeed(at: TrialIndex(1))
    #expect(
      RandomStream.permutation(count: 9, seed: seed, epoch: 0) == [0, 4, 2, 1, 8, 6, 3, 5, 7])
    #expect(
      RandomStream.permutation(count: 9, seed: seed, epoch: 1) == [2, 5, 3, 6, 7, 0, 4, 8, 1])
  }

  // scripts/contract-reference.py: shuffled(200000, trial_seed(1, 0), 0), in which two words are
  // drawn again; the digest is that of the order as little-endian 32-bit numbers.
  @Test func permutationsDrawAgainWhatWouldFavourSome() {
    let seed = MasterSeed(1).trialSeed(at: TrialIndex(0))
    let order = RandomStream.permutation(count: 200_000, seed: seed, epoch: 0)
    let bytes = order.flatMap { withUnsafeBytes(of: $0.littleEndian, Array.init) }
    let expected = "6a6f6d3f4ff1e540f214f2314e11b3143d2f4d3d488c45216909adfd74e463f4"
    #expect(WeightsDigest(hashing: bytes).hex == expected)
  }
}
