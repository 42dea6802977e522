import Kernels
import Randomness
import SweepModel
import Testing

/// The draws of whole packs against the module that specifies them.
@Suite struct DrawTests {
  private func seeds(_ count: Int) -> [UInt64] {
    (0..<UInt64(count)).map { MasterSeed(3).trialSeed(at: TrialIndex($0)).rawValue }
  }

  @Test(arguments: KernelSet.available, [1, 2, 7, 16])
  func firstValuesAreTheSpecifications(_ kernels: KernelSet, _ lanes: Int) {
    let seeds = seeds(lanes)
    let instance = RandomStream.instance(ofPath: "dense/kernel")
    for count in [1, 3, 4, 64, 130] {
      var values = [Float](repeating: .nan, count: count * lanes)
      kernels.initializeUniform(
        lanes: lanes, count: count, seeds: seeds, instance: instance, limit: 0.7, values: &values)
      let expected = (0..<count).flatMap { element in
        seeds.map { seed in
          let word = RandomStream.initialization.word(
            seed: TrialSeed(seed), instance: instance, step: 0, element: UInt32(element))
          return (2 * RandomStream.uniform(word) - 1) * Float(0.7)
        }
      }
      #expect(values == expected)
    }
  }

  @Test(arguments: KernelSet.available, [1, 2, 7, 16])
  func ordersAreTheSpecifications(_ kernels: KernelSet, _ lanes: Int) {
    for count in [1, 2, 9, 64, 257] {
      expectSpecifiedOrder(kernels, lanes: lanes, count: count)
    }
  }

  /// Of 200,000 samples trials 0 and 2 of master seed 1 draw words again, trial 1 does not
  /// (scripts/contract-reference.py).
  @Test(arguments: KernelSet.available)
  func wordsThatWouldFavourSomeAreDrawnAgainInTheirLaneAlone(_ kernels: KernelSet) {
    let seeds = (0..<3).map { MasterSeed(1).trialSeed(at: TrialIndex($0)).rawValue }
    var order = [UInt32](repeating: 0, count: 200_000 * 3)
    kernels.shuffle(lanes: 3, count: 200_000, seeds: seeds, epoch: 0, permutation: &order)
    let digests = [
      "6a6f6d3f4ff1e540f214f2314e11b3143d2f4d3d488c45216909adfd74e463f4",
      "3a71fdc64908ac803768ac522ca636fe52eb94f6d590e58c43bd92f464195220",
      "352359d356d1a518637a1731329ec09d1a8bb01700a9b60fdc588317ac8992a6",
    ]
    for (lane, digest) in digests.enumerated() {
      let words = stride(from: lane, to: order.count, by: 3).map { order[$0].littleEndian }
      words.withUnsafeBytes { #expect(DataDigest(hashing: $0).hex == digest) }
      // Outside of the expectation, which would print all of both.
      let isThatOfTheTrialAlone = alone(kernels, seed: seeds[lane], count: 200_000) == words
      #expect(isThatOfTheTrialAlone)
    }
  }

  private func alone(_ kernels: KernelSet, seed: UInt64, count: Int) -> [UInt32] {
    var order = [UInt32](repeating: 0, count: count)
    kernels.shuffle(lanes: 1, count: count, seeds: [seed], epoch: 0, permutation: &order)
    return order
  }

  private func expectSpecifiedOrder(_ kernels: KernelSet, lanes: Int, count: Int) {
    let seeds = seeds(lanes)
    for epoch: UInt32 in [0, 1, 4_000_000_000] {
      var order = [UInt32](repeating: .max, count: count * lanes)
      kernels.shuffle(lanes: lanes, count: count, seeds: seeds, epoch: epoch, permutation: &order)
      for (lane, seed) in seeds.enumerated() {
        let own = stride(from: lane, to: order.count, by: lanes).map { order[$0] }
        let expected = RandomStream.permutation(
          count: count, seed: TrialSeed(seed), epoch: epoch)
        #expect(own == expected)
      }
    }
  }
}
