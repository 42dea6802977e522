import Randomness
import Statistics
import Testing

@Suite struct PairedComparisonTests {
  /// Against exact arithmetic, and for resampled figures against an implementation from the contract's
  /// page alone: those are counts, so that they must agree to the bit.
  @Test(arguments: Golden.comparisons)
  func agreesWithExactArithmetic(_ golden: Golden.Comparison) throws {
    let (a, b) = (golden.numbersA, golden.numbersB)
    let comparison = try #require(PairedComparison(a, b, key: golden.number))
    let figures = golden.figures
    let difference = comparison.difference
    #expect(comparison.count == golden.a.count)
    let size = (a + b).map(\.magnitude).max() ?? 0
    try expect(comparison.meanA, figures.meanA, within: 1e-15 * size)
    try expect(comparison.meanB, figures.meanB, within: 1e-15 * size)
    try expect(difference.mean, figures.mean, within: 1e-15 * size)
    try expect(difference.standardDeviation, figures.standardDeviation, within: 1e-15 * size)
    let interval = difference.confidenceInterval
    try expect(interval?.lowerBound, figures.intervalLower, within: 5e-14 * size)
    try expect(interval?.upperBound, figures.intervalUpper, within: 5e-14 * size)

    #expect(comparison.pairs.greaterA == figures.greaterA)
    #expect(comparison.pairs.greaterB == figures.greaterB)
    #expect(comparison.pairs.equal == figures.equal)
    let probability = comparison.probability
    #expect(probability.value == Double(figures.probability))
    #expect(probability.interval.lowerBound == Double(figures.probabilityLower))
    #expect(probability.interval.upperBound == Double(figures.probabilityUpper))
    #expect(probability.resamples == figures.resamples)
    #expect(comparison.test.pValue == Double(figures.pValue))
    #expect(comparison.test.isExact == figures.isExact)
    #expect(comparison.test.flips == figures.flips)
  }

  /// Whoever writes B first reads the same, the other way round.
  @Test(arguments: Golden.comparisons.filter { $0.a.count <= 21 })
  func exchangingTheSamplesMirrorsEveryFigure(_ golden: Golden.Comparison) throws {
    let (a, b) = (golden.numbersA, golden.numbersB)
    let there = try #require(PairedComparison(a, b, key: golden.number))
    let back = try #require(PairedComparison(b, a, key: golden.number))
    #expect(there.meanA == back.meanB && there.meanB == back.meanA)
    #expect(there.difference.mean == -back.difference.mean)
    #expect(there.difference.standardDeviation == back.difference.standardDeviation)
    let (interval, mirrored) = (
      try #require(there.difference.confidenceInterval),
      try #require(back.difference.confidenceInterval)
    )
    #expect(interval.lowerBound == -mirrored.upperBound)
    #expect(interval.upperBound == -mirrored.lowerBound)
    #expect(there.pairs.greaterA == back.pairs.greaterB && there.pairs.equal == back.pairs.equal)
    // Counts of twice the pairs, each divided with one rounding.
    let whole = Double(2 * a.count)
    func twice(_ share: Double) -> Double { (share * whole).rounded() }
    #expect(twice(there.probability.value) == whole - twice(back.probability.value))
    #expect(
      twice(there.probability.interval.lowerBound)
        == whole - twice(back.probability.interval.upperBound))
    #expect(there.test == back.test)
  }

  @Test func fewerThanTwoPairsAreNoComparison() {
    #expect(PairedComparison([], [], key: 1) == nil)
    #expect(PairedComparison([1], [2], key: 1) == nil)
  }

  @Test func identicalSamplesDoNotDiffer() throws {
    let values = [0.1, 0.7, -3, 1e300, 0x1p-1074]
    let comparison = try #require(PairedComparison(values, values, key: 1))
    #expect(comparison.difference.mean == 0)
    #expect(comparison.difference.standardDeviation == 0)
    #expect(comparison.difference.confidenceInterval == 0...0)
    #expect(comparison.probability.value == 0.5)
    #expect(comparison.probability.interval == 0.5...0.5)
    #expect(comparison.test.pValue == 1)
  }

  /// 0.94 − 0.91 is not 0.93 − 0.9 in binary64; that must not decide which signs are extreme.
  @Test func decimalTiesAreTies() throws {
    let comparison = try #require(
      PairedComparison([0.94, 0.9, 0.5], [0.91, 0.93, 0.5], key: 1))
    // Of the four choices all have a sum of 0 or more: the seen one is 0.
    #expect(comparison.test.pValue == 1)
    let sums = try #require(
      PairedComparison([0.94, 0.93, 0.9], [0.91, 0.9, 0.93], key: 1))
    // Sums of ±0.03: ±0.09 twice, ±0.03 six times, of which one is seen.
    #expect(sums.test.pValue == 1)
  }

  @Test func hugeAndTinyValuesNeitherOverflowNorVanish() throws {
    let huge = try #require(
      PairedComparison([1.7e308, 1.6e308], [-1.7e308, -1.6e308], key: 1))
    #expect(huge.difference.mean == .infinity)
    #expect(huge.pairs.greaterA == 2)
    #expect(huge.test.pValue == 0.5)
    let tiny = try #require(
      PairedComparison([0x1p-1074, 0x1p-1073, 0x1p-1074], [0, 0, 0], key: 1))
    #expect(tiny.difference.mean > 0)
    #expect(tiny.test.pValue == 0.25)
  }

  /// Under no difference, p ≤ 0.05 comes in no more than about one sample of twenty.
  @Test func theTestKeepsItsLevel() throws {
    let seed = UInt64.random(in: .min ... .max)
    var generator = SplitMix64(state: seed)
    let samples = 60
    var found = 0
    for _ in 0..<samples {
      let a = (0..<8).map { _ in Double.random(in: 0...1, using: &generator) }
      let b = (0..<8).map { _ in Double.random(in: 0...1, using: &generator) }
      if try #require(PairedComparison(a, b, key: 1)).test.pValue <= 0.05 { found += 1 }
    }
    // 3 are expected; the standard deviation is 1.7.
    #expect(found <= 3 + 6 * 2, "\(found), seed \(seed)")
  }

  @Test func anotherKeyDrawsOtherNumbers() throws {
    let golden = try #require(Golden.comparisons.first { !$0.figures.isExact })
    let (a, b) = (golden.numbersA, golden.numbersB)
    let one = try #require(PairedComparison(a, b, key: 1))
    let two = try #require(PairedComparison(a, b, key: 2))
    #expect(one.difference == two.difference)
    #expect(one.test.pValue != two.test.pValue)
    #expect((one.test.pValue - two.test.pValue).magnitude < 0.02)
  }

  private func expect(_ value: Double?, _ golden: String, within tolerance: Double) throws {
    let value = try #require(value)
    let exact = try #require(Double(golden))
    #expect((value - exact).magnitude <= tolerance, "\(value), exactly \(golden)")
  }
}

@Suite struct PairsNeededTests {
  /// Against the noncentral t distribution; the formula is for 0.05 and 0.8, and never below six pairs.
  @Test(arguments: Golden.pairsNeeded)
  func agreesWithTheNoncentralT(_ golden: Golden.Needed) throws {
    let effect = try #require(Double(golden.effect))
    let pairs = try #require(PairsNeeded.toSee(effect, standardDeviation: 1))
    #expect(pairs == PairsNeeded.toSee(-3 * effect, standardDeviation: 3))
    let expected = max(6, golden.pairs)
    #expect((expected - 1...expected + 1).contains(pairs), "\(pairs), exactly \(golden.pairs)")
  }

  @Test func whatCannotBeSeenHasNoNumber() {
    #expect(PairsNeeded.toSee(0, standardDeviation: 1) == nil)
    #expect(PairsNeeded.toSee(0, standardDeviation: 0) == nil)
    #expect(PairsNeeded.toSee(1e-300, standardDeviation: 1) == nil)
    #expect(PairsNeeded.toSee(1, standardDeviation: .infinity) == nil)
    #expect(PairsNeeded.toSee(1, standardDeviation: 0) == 6)
  }
}

@Suite struct RunningStatisticsTests {
  @Test(
    arguments: Golden.samples.filter { !$0.name.hasPrefix("huge") && !$0.name.contains("tiny") })
  func agreesWithExactArithmetic(_ sample: Golden.Sample) throws {
    var statistics = RunningStatistics()
    for value in sample.numbers { statistics.add(value) }
    let size = sample.numbers.map(\.magnitude).max() ?? 0
    let golden = sample.figures
    let mean = try #require(Double(golden.mean))
    #expect(Int(statistics.count) == golden.count)
    #expect((try #require(statistics.mean) - mean).magnitude <= 1e-14 * size)
    guard let deviation = golden.standardDeviation.flatMap(Double.init) else {
      #expect(statistics.standardDeviation == nil)
      #expect(statistics.confidenceInterval(quantile: 1) == nil)
      return
    }
    #expect(
      (try #require(statistics.standardDeviation) - deviation).magnitude
        <= 1e-12 * deviation + 1e-15 * size)
    let interval = statistics.confidenceInterval(
      quantile: StudentT.quantile95(degreesOfFreedom: statistics.count - 1))
    let lower = try #require(golden.intervalLower.flatMap(Double.init))
    #expect((try #require(interval).lowerBound - lower).magnitude <= 1e-12 * size)
  }

  @Test func equalValuesHaveNoSpread() throws {
    var statistics = RunningStatistics()
    #expect(statistics.mean == nil)
    for _ in 0..<1_000 { statistics.add(0.1) }
    #expect(statistics.mean == 0.1)
    #expect(statistics.standardDeviation == 0)
    #expect(statistics.confidenceInterval(quantile: 2) == 0.1...0.1)
  }

  /// What overflows has no interval, and ends nothing.
  @Test func overflowIsNoInterval() {
    var statistics = RunningStatistics()
    for value in [1.7e308, -1.7e308, 1.7e308] { statistics.add(value) }
    #expect(
      statistics.confidenceInterval(quantile: 2).map { $0.lowerBound <= $0.upperBound } ?? true)
  }
}
