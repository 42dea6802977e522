/// Words that follow from a seed, for choices on which no trial's bits depend: jitter, audits, tests.
///
/// Source: Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators", 2014.
package struct SplitMix64: RandomNumberGenerator, Sendable {
  @usableFromInline var state: UInt64

  /// The generator with that state; any seed will do.
  @inlinable package init(state: UInt64) { self.state = state }

  /// The next word.
  @inlinable package mutating func next() -> UInt64 {
    let word = Self.mix(state)
    state &+= Self.increment
    return word
  }

  /// The next of 2⁵³ fractions in [0, 1), all equally likely.
  @inlinable package mutating func nextFraction() -> Double { Self.fraction(next()) }

  /// The word that follows the state `word`: a bijection of 64 bits that scatters them.
  @inlinable package static func mix(_ word: UInt64) -> UInt64 {
    var word = word &+ increment
    word = (word ^ (word >> 30)) &* 0xbf58_476d_1ce4_e5b9
    word = (word ^ (word >> 27)) &* 0x94d0_49bb_1331_11eb
    return word ^ (word >> 31)
  }

  /// A fraction in [0, 1) by the upper 53 bits of a word.
  @inlinable package static func fraction(_ word: UInt64) -> Double { Double(word >> 11) * 0x1p-53 }

  @usableFromInline static let increment: UInt64 = 0x9e37_79b9_7f4a_7c15
}
