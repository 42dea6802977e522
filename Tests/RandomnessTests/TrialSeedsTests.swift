import CKernels
import Randomness
import SweepModel
import Testing

/// Trial seeds: the contract's vectors, and that they are a permutation.
@Suite struct TrialSeedsTests {
  @Test(
    arguments: [
      (master: 42, index: 0, seed: "6d3e048f1022172d"),
      (master: 42, index: 1, seed: "03d7b32dadd083f4"),
      // Also JAX's fold_in(PRNGKey(42), 7).
      (master: 42, index: 7, seed: "97d0552f51bf719f"),
      (master: 0xdead_beef_cafe_f00d, index: 1 << 32 + 5, seed: "12fa32cbeb035658"),
      (master: 1, index: 0, seed: "1e3f18356e752082"),
      (master: 1, index: 1, seed: "74298876fc8d8048"),
    ] as [(master: UInt64, index: UInt64, seed: String)])
  func seedsAreTheContracts(master: UInt64, index: UInt64, seed: String) {
    #expect(MasterSeed(master).trialSeed(at: TrialIndex(index)).hex == seed)
  }

  @Test func anySeedGivesBackItsIndex() {
    let randomSeed = UInt64.random(in: .min ... .max)
    var generator = SplitMix64(state: randomSeed)
    for _ in 0..<10_000 {
      let master = MasterSeed(generator.next())
      // Small indices are the usual ones, large ones reach the high word.
      let index = TrialIndex(generator.next() >> (generator.next() % 64))
      let seed = master.trialSeed(at: index)
      #expect(master.index(of: seed) == index, "random seed \(randomSeed)")
    }
  }

  @Test func everyNumberIsTheSeedOfOneIndex() {
    let randomSeed = UInt64.random(in: .min ... .max)
    var generator = SplitMix64(state: randomSeed)
    for _ in 0..<10_000 {
      let master = MasterSeed(generator.next())
      let seed = TrialSeed(generator.next())
      #expect(master.trialSeed(at: master.index(of: seed)) == seed, "random seed \(randomSeed)")
    }
  }

  @Test func rowsOfSeedsAreTheSeedsOneByOne() {
    let randomSeed = UInt64.random(in: .min ... .max)
    var generator = SplitMix64(state: randomSeed)
    // The high word of the counter changes within some of them.
    let firsts: [UInt64] = [0, 1, 1 << 32 - 40, 1 << 48 - 100, generator.next() >> 17]
    for (count, first) in (0...70).flatMap({ count in firsts.map { (count, $0) } }) {
      let master = MasterSeed(generator.next())
      let range = TrialRange(first, first + UInt64(count))
      let seeds = range.indices.map { master.trialSeed(at: $0) }
      #expect(master.trialSeeds(of: range) == seeds, "random seed \(randomSeed)")
      for way in 0..<ss_trial_seeds_ways() {
        var words = [UInt64](repeating: 0, count: count)
        ss_trial_seeds_in(way, master.rawValue, first, count, &words)
        #expect(words == seeds.map(\.rawValue), "way \(way), random seed \(randomSeed)")
      }
    }
  }

  @Test func trialsOfASweepHaveDifferentSeeds() {
    let master = MasterSeed(7)
    let seeds = Set((0..<50_000).map { master.trialSeed(at: TrialIndex($0)) })
    #expect(seeds.count == 50_000)
  }
}
