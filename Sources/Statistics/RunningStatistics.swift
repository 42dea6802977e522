/// Mean and spread of values that come one at a time and are not kept.
///
/// It takes 24 bytes, whatever the number of values, so that there can be one for each epoch and column
/// of a long history. The result depends on the order of the values: give them in one that means
/// something, such as that of the trials' indices, and it is the same to the bit everywhere.
///
/// - Order: as given.
/// - Source: B. P. Welford, "Note on a method for calculating corrected sums of squares and products",
///   Technometrics 4 (3), 1962.
public struct RunningStatistics: Hashable, Sendable {
  /// The number of values.
  public private(set) var count: UInt64 = 0
  private var runningMean = 0.0
  /// The sum of the squared deviations from the mean.
  private var squares = 0.0

  /// Of no values.
  public init() {}

  /// Takes in one value.
  ///
  /// - Precondition: the value is finite.
  public mutating func add(_ value: Double) {
    precondition(value.isFinite, "running statistics need finite values")
    count += 1
    let deviation = value - runningMean
    runningMean += deviation / Double(count)
    squares += deviation * (value - runningMean)
  }

  /// The mean; nil of no values.
  public var mean: Double? { count > 0 ? runningMean : nil }

  /// The sample's standard deviation, with n − 1; nil of fewer than two values.
  public var standardDeviation: Double? {
    count > 1 ? (max(0, squares) / Double(count - 1)).squareRoot() : nil
  }

  /// The interval of the mean: the standard error times `quantile` on either side; nil of fewer than
  /// two values, and where a bound is no number.
  ///
  /// - Parameter quantile: ``StudentT/quantile95(degreesOfFreedom:)`` of n − 1, which takes longer than
  ///   all else here, so that it is worth keeping.
  public func confidenceInterval(quantile: Double) -> ClosedRange<Double>? {
    guard let standardDeviation else { return nil }
    let halfWidth = quantile * standardDeviation / Double(count).squareRoot()
    let (lower, upper) = (runningMean - halfWidth, runningMean + halfWidth)
    return lower <= upper ? lower...upper : nil
  }
}
