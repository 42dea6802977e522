import Randomness
import Statistics
import Testing

@Suite struct SampleStatisticsTests {
  /// Against exact arithmetic; the figures that are only selected or rounded once must be its bits.
  @Test(arguments: Golden.samples)
  func agreesWithExactArithmetic(_ sample: Golden.Sample) throws {
    let statistics = try #require(SampleStatistics(sample.numbers))
    let golden = sample.figures
    #expect(sample.numbers.count == sample.values.count)
    #expect(statistics.count == golden.count)
    #expect(statistics.minimum == Double(golden.minimum))
    #expect(statistics.maximum == Double(golden.maximum))
    #expect(statistics.median == Double(golden.median))
    // A sum rounded once and a quotient rounded once: at most one unit in the last place.
    try expect(statistics.mean, golden.mean, units: 1)
    try expect(statistics.interquartileMean, golden.interquartileMean, units: 1)

    try expect(statistics.standardDeviation, golden.standardDeviation, relative: 4e-16)
    // A bound near zero is a difference of larger numbers, hence a tolerance relative to these.
    let size = max(statistics.minimum.magnitude, statistics.maximum.magnitude)
    let interval = statistics.confidenceInterval
    try expect(interval?.lowerBound, golden.intervalLower, relative: 5e-14, atLeast: size)
    try expect(interval?.upperBound, golden.intervalUpper, relative: 5e-14, atLeast: size)
  }

  @Test func anEmptySampleHasNoStatistics() {
    #expect(SampleStatistics([]) == nil)
  }

  @Test func oneValueHasNoSpread() throws {
    let statistics = try #require(SampleStatistics([0.25]))
    #expect(statistics.mean == 0.25)
    #expect(statistics.standardDeviation == nil)
    #expect(statistics.confidenceInterval == nil)
  }

  /// 0.1 × 3 rounds to more than 3 × 0.1: a mean outside its sample would show here.
  @Test(arguments: [0.1, 1.9999999999999998, -0x1p-1074, 0x1.fffffffffffffp1023])
  func equalValuesHaveNoSpreadAtAll(_ value: Double) throws {
    for count in 2...60 {
      let statistics = try #require(SampleStatistics(Array(repeating: value, count: count)))
      #expect(statistics.mean == value)
      #expect(statistics.interquartileMean == value)
      #expect(statistics.standardDeviation == 0)
      #expect(statistics.confidenceInterval == value...value)
    }
  }

  /// The smallest zero is −0 in whatever order the zeros came.
  @Test func zerosHaveOneOrder() throws {
    for values in [[0.0, -0.0], [-0.0, 0.0]] {
      let statistics = try #require(SampleStatistics(values))
      #expect(statistics.minimum.sign == .minus)
      #expect(statistics.maximum.sign == .plus)
      #expect(statistics.mean == 0)
    }
  }

  @Test(arguments: Golden.samples)
  func anyOrderGivesTheSameBits(_ sample: Golden.Sample) throws {
    let seed = UInt64.random(in: .min ... .max)
    var generator = SplitMix64(state: seed)
    let values = sample.numbers
    let expected = try #require(SampleStatistics(values)).bits
    for _ in 0..<10 {
      let shuffled = try #require(SampleStatistics(values.shuffled(using: &generator)))
      #expect(shuffled.bits == expected, "seed \(seed)")
    }
  }

  private func expect(_ value: Double, _ golden: String, units: Double) throws {
    let exact = try #require(Double(golden))
    #expect((value - exact).magnitude <= units * exact.ulp, "\(value), exactly \(golden)")
  }

  private func expect(
    _ value: Double?, _ golden: String?, relative tolerance: Double, atLeast size: Double = 0
  ) throws {
    guard let golden else {
      #expect(value == nil)
      return
    }
    let value = try #require(value)
    let exact = try #require(Double(golden))
    if value == exact { return }
    let allowed = max(tolerance * max(size, exact.magnitude), Double.leastNonzeroMagnitude)
    #expect((value - exact).magnitude <= allowed, "\(value), exactly \(golden)")
  }
}

extension SampleStatistics {
  /// Every figure as bits, so that −0 and +0 differ.
  fileprivate var bits: [UInt64?] {
    [
      mean, standardDeviation, confidenceInterval?.lowerBound, confidenceInterval?.upperBound,
      median, interquartileMean, minimum, maximum,
    ].map { $0?.bitPattern }
  }
}
