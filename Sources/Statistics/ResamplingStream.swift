import Randomness
import SweepModel

/// The random numbers of resampling: the numeric contract's stream `bootstrap`, under a key of 64 bits.
///
/// A number is a function of its coordinates, so that the same comparison gives the same figures on
/// every machine (docs/numeric-contract.md, "Resampling").
struct ResamplingStream {
  /// What is drawn: an instance of the stream.
  enum Purpose: String {
    case resample = "compare/resample"
    case signFlip = "compare/sign_flip"

    var instance: UInt32 { RandomStream.instance(ofPath: rawValue) }
  }

  private let key: TrialSeed

  /// The stream under a key.
  init(key: UInt64) { self.key = TrialSeed(key) }

  /// Rounds of so many pairs each: `most`, fewer where they would take more than 20,000,000 steps, but at
  /// least `fewest`.
  static func rounds(pairs: Int, fewest: Int, most: Int) -> Int {
    min(most, max(fewest, 20_000_000 / max(1, pairs)))
  }

  /// Calls `body` with the random words 0 to `count` − 1 of a round, in order.
  ///
  /// - Parameter instance: that of a purpose (``Purpose/instance``), which takes a digest to know.
  func words(
    _ count: Int, instance: UInt32, round: Int, _ body: (_ element: Int, UInt32) -> Void
  ) {
    var element = 0
    while element < count {
      let block = RandomStream.bootstrap.block(
        seed: key, instance: instance, step: UInt32(round), number: UInt32(element >> 2))
      for word in 0..<min(4, count - element) { body(element + word, block[word]) }
      element += 4
    }
  }
}
