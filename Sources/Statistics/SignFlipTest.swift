/// The two-sided sign-flip permutation test of paired differences.
///
/// Were there no difference between A and B, each pair's difference would have either sign with equal
/// probability. The p-value is the share of all ways to choose the signs whose sum is at least as far
/// from 0 as the one seen. It assumes nothing about the distribution of the differences but symmetry.
///
/// - Source: R. A. Fisher, "The Design of Experiments", 1935, section 21; the Monte Carlo form
///   (b + 1) ÷ (m + 1) from B. Phipson and G. K. Smyth, "Permutation p-values should never be zero",
///   2010. SciPy: `permutation_test((d,), mean, permutation_type="samples")`.
public struct SignFlipTest: Hashable, Sendable {
  /// The p-value, above 0 and at most 1.
  public let pValue: Double
  /// Whether every choice of signs was tried.
  public let isExact: Bool
  /// The choices of signs that were tried.
  public let flips: Int

  /// Differences that are not 0, up to which all choices of signs are tried.
  static let exactDifferences = 20

  /// Takes pairs of finite values. Those that are equal are left out: their sign changes nothing.
  ///
  /// - Precondition: no sum of magnitudes overflows.
  init(_ a: [Double], _ b: [Double], _ stream: ResamplingStream) {
    let pairs = zip(a, b).filter { $0 != $1 }
    let values = pairs.map { $0 - $1 }
    let threshold = Self.threshold(values, sizes: pairs.map { $0.magnitude + $1.magnitude })
    isExact = values.count <= Self.exactDifferences
    if isExact {
      flips = 1 << values.count
      pValue = Double(Self.countOfExtremes(values, threshold)) / Double(flips)
    } else {
      flips = ResamplingStream.rounds(pairs: values.count, fewest: 999, most: 99_999)
      let extremes = Self.countOfExtremes(values, threshold, flips: flips, stream)
      pValue = Double(extremes + 1) / Double(flips + 1)
    }
  }

  /// What a sum's magnitude must reach: the one seen, less what rounding can take from two sums of the
  /// same terms, and from the values before: 0.94 − 0.91 and 0.93 − 0.9 are to be as large. So sums
  /// that are equal for a person count as equal.
  ///
  /// - Order: all sums ascending in the pairs, from +0.
  private static func threshold(_ values: [Double], sizes: [Double]) -> Double {
    let sum = values.reduce(0, +)
    let magnitudes = values.reduce(0) { $0 + $1.magnitude }
    let rounding = Double(values.count) * magnitudes + sizes.reduce(0, +)
    return sum.magnitude - rounding * 0x1p-52
  }

  /// All 2ⁿ choices, each the sum of a choice for the first half and one for the second.
  ///
  /// - Order: in each half ascending in the pairs, from +0; then the first half plus the second.
  private static func countOfExtremes(_ values: [Double], _ threshold: Double) -> Int {
    func sums(_ half: ArraySlice<Double>) -> [Double] {
      (0..<1 << half.count).map { choice in
        half.enumerated().reduce(0) { sum, element in
          choice >> element.offset & 1 == 0 ? sum + element.element : sum - element.element
        }
      }
    }
    let first = sums(values.prefix(values.count / 2))
    let second = sums(values.dropFirst(values.count / 2))
    return first.reduce(0) { count, left in
      count + second.count { (left + $0).magnitude >= threshold }
    }
  }

  /// Flip r changes the sign of difference e where bit e mod 32, from the lowest, of word(r, ⌊e ÷ 32⌋)
  /// is set.
  ///
  /// - Order: ascending in the pairs, from +0.
  private static func countOfExtremes(
    _ values: [Double], _ threshold: Double, flips: Int, _ stream: ResamplingStream
  ) -> Int {
    let instance = ResamplingStream.Purpose.signFlip.instance
    var extremes = 0
    for round in 0..<flips {
      var sum = 0.0
      stream.words((values.count + 31) / 32, instance: instance, round: round) { element, word in
        let start = element * 32
        for position in start..<min(start + 32, values.count) {
          let value = values[position]
          sum = word >> UInt32(position - start) & 1 == 0 ? sum + value : sum - value
        }
      }
      if sum.magnitude >= threshold { extremes += 1 }
    }
    return extremes
  }
}
