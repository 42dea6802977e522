/// The one source of chance in a simulation: SplitMix64 (Steele, Lea, Flood 2014).
///
/// The standard library's `random(in:using:)` is not used: what it makes of a generator's words may change
/// with a version of Swift, and a seed that failed would no longer fail.
public struct SimulationRandom: RandomNumberGenerator, Sendable {
  private var state: UInt64

  /// The generator of one seed.
  public init(seed: UInt64) { state = seed &* 0x2545_f491_4f6c_dd1d &+ 0x9e37_79b9 }

  /// The next 64 bits.
  public mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    return Self.mix(state)
  }

  /// The finalizer of SplitMix64: a permutation of words that scatters them.
  public static func mix(_ word: UInt64) -> UInt64 {
    var word = (word ^ (word >> 30)) &* 0xbf58_476d_1ce4_e5b9
    word = (word ^ (word >> 27)) &* 0x94d0_49bb_1331_11eb
    return word ^ (word >> 31)
  }

  /// A fraction in [0, 1).
  public mutating func fraction() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// True with this probability.
  public mutating func chance(_ probability: Double) -> Bool { fraction() < probability }

  /// An integer of the range, each about as likely.
  public mutating func integer(_ range: ClosedRange<Int>) -> Int {
    let span = UInt64(range.upperBound - range.lowerBound) + 1
    return range.lowerBound + Int(next().multipliedFullWidth(by: span).high)
  }

  /// A number of the range, each magnitude as likely as any other.
  ///
  /// - Precondition: the range is of positive numbers.
  public mutating func magnitude(_ range: ClosedRange<Double>) -> Double {
    // Powers of two by halving, not by `pow`, whose last bit may differ between C libraries.
    var low = range.lowerBound
    let doublings = Self.doublings(from: low, to: range.upperBound)
    for _ in 0..<integer(0...max(0, doublings)) { low *= 2 }
    return min(range.upperBound, low * (1 + fraction()))
  }

  private static func doublings(from low: Double, to high: Double) -> Int {
    var count = 0
    var value = low
    while value * 2 <= high {
      value *= 2
      count += 1
    }
    return count
  }

  /// One of the elements.
  public mutating func pick<Elements: RandomAccessCollection>(_ elements: Elements)
    -> Elements.Element where Elements.Index == Int
  {
    elements[elements.startIndex + integer(0...(elements.count - 1))]
  }
}
