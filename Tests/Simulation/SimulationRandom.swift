import Randomness

/// The one source of chance in a simulation.
///
/// The standard library's `random(in:using:)` is not used: what it makes of a generator's words may change
/// with a version of Swift, and a seed that failed would no longer fail.
public struct SimulationRandom: RandomNumberGenerator, Sendable {
  private var words: SplitMix64

  /// The generator of one seed.
  public init(seed: UInt64) {
    words = SplitMix64(state: seed &* 0x2545_f491_4f6c_dd1d &+ 0x9e37_79b9)
  }

  /// The next 64 bits.
  public mutating func next() -> UInt64 { words.next() }

  /// A fraction in [0, 1).
  public mutating func fraction() -> Double { words.nextFraction() }

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
