import SweepModel

/// Two samples whose values come in pairs, such as one metric of two variants, trial by trial of the
/// same seed: whether they differ, by how much, and how sure that is.
///
/// The difference is A − B throughout, each rounded once. Every figure is a function of the two lists
/// to the bit, on any machine: sums are exactly rounded or of whole numbers, or in a stated order, and
/// all random numbers come from ``ResamplingStream``. Exchanging A and B mirrors every figure exactly.
public struct PairedComparison: Hashable, Sendable {
  /// A − B: count, mean, standard deviation (n − 1), and Student's t interval of its mean.
  public let difference: SampleStatistics
  /// The mean of the first sample.
  public let meanA: Double
  /// The mean of the second sample.
  public let meanB: Double
  /// How many pairs have the greater value where.
  public let pairs: PairCounts
  /// The probability that A is the greater one, with its bootstrap interval.
  public let probability: BootstrapProportion
  /// Whether the difference could be one of signs that fell by chance.
  public let test: SignFlipTest

  /// The number of pairs.
  public var count: Int { difference.count }

  /// Compares `a` with `b`, which are of the same length; nil for fewer than two pairs.
  ///
  /// - Parameter key: the key of the random numbers, a sweep's master seed.
  /// - Order: that of the pairs counts, as it is that of the random numbers.
  /// - Precondition: all values are finite; at most `Limits.comparedPairs` of them.
  public init?(_ a: [Double], _ b: [Double], key: UInt64) {
    precondition(a.count == b.count, "pairs have two values")
    guard a.count >= 2, let statisticsA = SampleStatistics(a),
      let statisticsB = SampleStatistics(b)
    else { return nil }
    meanA = statisticsA.mean
    meanB = statisticsB.mean
    // Neither a difference nor a sum may overflow on the way to figures that do not.
    let largest = [statisticsA, statisticsB].reduce(0) {
      max($0, $1.minimum.magnitude, $1.maximum.magnitude)
    }
    let factor = BinaryScale(largest: largest).factor
    let (scaledA, scaledB) = (a.map { $0 * factor }, b.map { $0 * factor })
    guard let difference = SampleStatistics(zip(scaledA, scaledB).map { $0 - $1 }) else {
      return nil
    }
    self.difference = difference.divided(by: factor)
    pairs = PairCounts(zip(a, b))
    let stream = ResamplingStream(key: key)
    probability = BootstrapProportion(a, b, stream)
    test = SignFlipTest(scaledA, scaledB, stream)
  }
}

/// How many pairs have the greater value where.
public struct PairCounts: Hashable, Sendable {
  /// Pairs in which A is greater.
  public let greaterA: Int
  /// Pairs in which B is greater.
  public let greaterB: Int
  /// Pairs of equal values (−0 equals +0).
  public let equal: Int

  init(_ pairs: some Sequence<(Double, Double)>) {
    var (greaterA, greaterB, equal) = (0, 0, 0)
    for (a, b) in pairs {
      if a > b { greaterA += 1 } else if a < b { greaterB += 1 } else { equal += 1 }
    }
    (self.greaterA, self.greaterB, self.equal) = (greaterA, greaterB, equal)
  }
}

/// How many pairs a comparison needs.
public enum PairsNeeded {
  /// Φ⁻¹(0.975) and Φ⁻¹(0.8).
  private static let (level, power) = (1.959963984540054, 0.8416212335729143)
  /// The fewest pairs whose signs can give p ≤ 0.05: 2 ÷ 2⁶ is the first.
  public static let fewest: UInt64 = 6
  /// What is more than this is only said to be more.
  public static let most: UInt64 = 1_000_000_000_000

  /// The pairs that show a true mean difference of that size with a probability of 0.8, by a two-sided
  /// paired t-test at the level 0.05; at least ``fewest``. Nil for no difference, and beyond ``most``.
  ///
  /// - Source: W. C. Guenther, "Sample size formulas for normal theory t tests", The American
  ///   Statistician 35 (4), 1981: ((z₀.₉₇₅ + z₀.₈) · s ÷ d)² + z₀.₉₇₅² ÷ 2; within one pair of the
  ///   noncentral t distribution's answer.
  public static func toSee(_ difference: Double, standardDeviation: Double) -> UInt64? {
    let ratio = standardDeviation / difference * (level + power)
    let pairs = (ratio * ratio + level * level / 2).rounded(.up)
    // Also where either is 0, infinite or none.
    guard difference != 0, pairs <= Double(most) else { return nil }
    return max(fewest, UInt64(pairs))
  }
}
