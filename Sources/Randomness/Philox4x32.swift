/// Philox4x32 with 10 rounds: 128 random bits for every (key, counter).
///
/// Source: Salmon et al., SC 2011, section 4 (see ``Threefry2x32``); Random123, philox.h.
public enum Philox4x32 {
  /// Four words.
  public typealias Block = SIMD4<UInt32>

  private static let rounds = 10
  private static let multipliers: (UInt32, UInt32) = (0xD251_1F53, 0xCD9E_8D57)
  /// The key's increments: the golden ratio and √3 − 1, as fractions of 2³².
  private static let increments: (UInt32, UInt32) = (0x9E37_79B9, 0xBB67_AE85)

  /// The block of a counter.
  public static func block(key: (UInt32, UInt32), counter: Block) -> Block {
    var (keyLow, keyHigh) = key
    var words = counter
    for round in 0..<rounds {
      if round > 0 {
        keyLow &+= increments.0
        keyHigh &+= increments.1
      }
      let first = multipliers.0.multipliedFullWidth(by: words[0])
      let second = multipliers.1.multipliedFullWidth(by: words[2])
      words = [
        second.high ^ words[1] ^ keyLow, second.low,
        first.high ^ words[3] ^ keyHigh, first.low,
      ]
    }
    return words
  }
}
