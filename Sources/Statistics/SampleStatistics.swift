/// What a sample of one metric looks like: its centre, its spread, and how sure the mean is.
///
/// Every figure is a function of the set of values, to the bit: sums are exactly rounded
/// (``ExactSum``), and the order statistics come from one total order. So neither the order in which
/// results arrived nor the machine can show in it. The arithmetic is binary64 with + − × ÷ √ alone.
///
/// Values of any finite magnitude are allowed: they are scaled by a power of two where squares would
/// overflow or underflow. A figure that a double cannot hold, such as the standard deviation of
/// ±1.7e308, is infinite.
public struct SampleStatistics: Hashable, Sendable {
  /// The number of values; at least 1.
  public let count: Int
  /// The exactly rounded sum ÷ ``count``, never outside ``minimum`` … ``maximum``.
  public let mean: Double
  /// The sample's standard deviation, with n − 1; nil of one value, exactly 0 of equal values.
  public let standardDeviation: Double?
  /// The 95% confidence interval of the mean by Student's t; nil of one value.
  public let confidenceInterval: ClosedRange<Double>?
  /// The middle value, or the mean of the two middle ones, correctly rounded.
  public let median: Double
  /// The mean of what remains after ⌊n ÷ 4⌋ values are dropped at each end.
  ///
  /// - Source: `scipy.stats.trim_mean(x, 0.25)`; recommended for the few runs that one can afford in
  ///   Agarwal et al., "Deep Reinforcement Learning at the Edge of the Statistical Precipice",
  ///   NeurIPS 2021 (rliable): nearly as robust as the median, nearly as efficient as the mean.
  public let interquartileMean: Double
  /// The smallest value; −0 is below +0.
  public let minimum: Double
  /// The largest value.
  public let maximum: Double

  /// The statistics of `values`; nil where there are none.
  ///
  /// - Order: any order of `values` gives the same bits.
  /// - Precondition: all values are finite.
  public init?(_ values: [Double]) {
    guard !values.isEmpty else { return nil }
    precondition(values.allSatisfy(\.isFinite), "the statistics of a sample need finite values")
    let sorted = Self.inTotalOrder(values)
    let factor = BinaryScale(sorted: sorted[...]).factor
    let moments = Moments(sorted, factor: factor)

    count = sorted.count
    minimum = sorted[0]
    maximum = sorted[sorted.count - 1]
    mean = moments.mean / factor
    standardDeviation = moments.standardDeviation.map { $0 / factor }
    confidenceInterval = moments.confidenceInterval.map {
      $0.lowerBound / factor...$0.upperBound / factor
    }
    median = Self.median(ofSorted: sorted)
    interquartileMean = Self.interquartileMean(ofSorted: sorted)
  }

  /// The same sample in units that are so many times larger, `factor` being a power of two.
  func divided(by factor: Double) -> SampleStatistics { SampleStatistics(self, dividedBy: factor) }

  private init(_ other: SampleStatistics, dividedBy factor: Double) {
    count = other.count
    mean = other.mean / factor
    standardDeviation = other.standardDeviation.map { $0 / factor }
    confidenceInterval = other.confidenceInterval.map {
      $0.lowerBound / factor...$0.upperBound / factor
    }
    median = other.median / factor
    interquartileMean = other.interquartileMean / factor
    minimum = other.minimum / factor
    maximum = other.maximum / factor
  }

  /// The values ascending, −0 before +0, so that equal values cannot come in two orders.
  private static func inTotalOrder(_ values: [Double]) -> [Double] {
    // For the sign-magnitude bits of a double, flipping a negative's magnitude gives a whole number
    // in the same order (IEEE 754 totalOrder); flipping again gives the double back.
    func flipped(_ bits: Int64) -> Int64 { bits < 0 ? bits ^ Int64.max : bits }
    var keys = values.map { flipped(Int64(bitPattern: $0.bitPattern)) }
    keys.sort()
    return keys.map { Double(bitPattern: UInt64(bitPattern: flipped($0))) }
  }

  private static func median(ofSorted sorted: [Double]) -> Double {
    let upper = sorted[sorted.count / 2]
    if !sorted.count.isMultiple(of: 2) { return upper }
    let lower = sorted[sorted.count / 2 - 1]
    let sum = lower + upper
    // Where the sum overflows, both are so large that halving them is exact.
    return sum.isFinite ? sum / 2 : lower / 2 + upper / 2
  }

  private static func interquartileMean(ofSorted sorted: [Double]) -> Double {
    let cut = sorted.count / 4
    let middle = sorted[cut..<sorted.count - cut]
    let factor = BinaryScale(sorted: middle).factor
    return Moments.mean(ofSorted: middle, factor: factor) / factor
  }
}

/// Mean, standard deviation and interval of a sample, in units of 1 ÷ factor.
private struct Moments {
  let mean: Double
  let standardDeviation: Double?
  let confidenceInterval: ClosedRange<Double>?

  /// Takes two passes over the values: the mean first, then the deviations from it.
  ///
  /// - Source: Chan, Golub and LeVeque, "Algorithms for Computing the Sample Variance", 1983: the
  ///   corrected two-pass algorithm, in which the sum of the deviations makes good the rounding of
  ///   the mean.
  init(_ sorted: [Double], factor: Double) {
    let mean = Self.mean(ofSorted: sorted[...], factor: factor)
    self.mean = mean
    guard sorted.count > 1 else {
      standardDeviation = nil
      confidenceInterval = nil
      return
    }
    var deviations = ExactSum()
    var squares = ExactSum()
    for value in sorted {
      let deviation = value * factor - mean
      deviations.add(deviation)
      squares.add(deviation * deviation)
    }
    let count = Double(sorted.count)
    let correction = deviations.value * deviations.value / count
    let variance = max(0, squares.value - correction) / (count - 1)
    let deviation = variance.squareRoot()
    let quantile = StudentT.quantile95(degreesOfFreedom: UInt64(sorted.count - 1))
    let halfWidth = quantile * deviation / count.squareRoot()
    standardDeviation = deviation
    confidenceInterval = mean - halfWidth...mean + halfWidth
  }

  /// The mean; rounding a sum can carry it past values that are all equal, hence the bounds.
  static func mean(ofSorted sorted: ArraySlice<Double>, factor: Double) -> Double {
    var sum = ExactSum()
    for value in sorted { sum.add(value * factor) }
    let lower = sorted[sorted.startIndex] * factor
    let upper = sorted[sorted.endIndex - 1] * factor
    return min(max(sum.value / Double(sorted.count), lower), upper)
  }
}
