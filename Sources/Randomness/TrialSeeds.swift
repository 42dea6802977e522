import CKernels
import SweepModel

/// Trial seeds are a keyed permutation of trial indices: no two trials of a sweep share a seed, any
/// seed gives back its index, and seed i depends neither on how many trials there are nor on who
/// trains them (docs/numeric-contract.md, "Randomness").
extension MasterSeed {
  /// The seed of the trial at `index`.
  public func trialSeed(at index: TrialIndex) -> TrialSeed {
    TrialSeed(joined(permutation.encrypt(halves(index.rawValue))))
  }

  /// The seeds of the trials of a range, in order: those of ``trialSeed(at:)``, for coordinators that lend
  /// and check millions of them a second.
  public func trialSeeds(of range: TrialRange) -> [TrialSeed] {
    let count = Int(range.count)
    return Array(unsafeUninitializedCapacity: count) { seeds, initialized in
      // A seed is its word and nothing else.
      seeds.withMemoryRebound(to: UInt64.self) { words in
        ss_trial_seeds(rawValue, range.lowerBound.rawValue, count, words.baseAddress)
      }
      initialized = count
    }
  }

  /// The index whose trial has this seed: the inverse of ``trialSeed(at:)``.
  ///
  /// Every seed has an index; whether a sweep has a trial there is for the caller to check.
  public func index(of seed: TrialSeed) -> TrialIndex {
    TrialIndex(joined(permutation.decrypt(halves(seed.rawValue))))
  }

  private var permutation: Threefry2x32 { Threefry2x32(key: halves(rawValue)) }
}

/// The high and the low 32 bits.
func halves(_ word: UInt64) -> (UInt32, UInt32) {
  (UInt32(word >> 32), UInt32(truncatingIfNeeded: word))
}

/// The inverse of ``halves(_:)``.
private func joined(_ halves: (UInt32, UInt32)) -> UInt64 {
  UInt64(halves.0) << 32 | UInt64(halves.1)
}
