import Randomness
import Statistics
import SweepModel
import SweepReport
import Testing

@Suite struct SweepSummaryTests {
  @Test func everyTrialIsCountedOnce() throws {
    let variant = try Example.summary(violations: 3).variants[0]
    #expect(variant.trials == 8)
    #expect(variant.completed == 5)
    #expect(variant.diverged == 1)
    #expect(variant.failed == 1)
    #expect(variant.notRun == 1)
    #expect(variant.determinismViolations == 3)
    #expect(variant.digest == Example.base.variant.digest)
    #expect(variant.notCompleted.map(\.index.rawValue) == [3, 5])
  }

  /// A mean over what happened to go well would be a lie; here it would also be NaN.
  @Test func onlyCompletedTrialsAreAveraged() throws {
    let figures = try #require(try Example.summary().variants[0].metrics[0].figures)
    #expect(figures.statistics == SampleStatistics([0.05, 0.02, 0.03, 0.02, 0.04]))
  }

  @Test func ofEqualExtremesTheLowestIndexIsNamed() throws {
    let figures = try #require(try Example.summary().variants[0].metrics[0].figures)
    #expect(figures.minimum == TrialReference(TrialIndex(1), TrialSeed(Example.seeds[1])))
    #expect(figures.maximum == TrialReference(TrialIndex(0), TrialSeed(Example.seeds[0])))

    // −0 and +0 are not ties: the statistics have −0 as the minimum, and so must its trial.
    let zeros = try summary([0.0, -0.0, -0.0, 0.0])
    let zero = try #require(zeros.variants[0].metrics[0].figures)
    #expect(zero.statistics.minimum.sign == .minus)
    #expect(zero.minimum.index == TrialIndex(1))
    #expect(zero.maximum.index == TrialIndex(0))
  }

  @Test func aVariantWithoutResultsHasNoFigures() throws {
    let variant = try Example.summary().variants[1]
    #expect(variant.notRun == 8)
    #expect(variant.metrics.map(\.name) == ["mean_squared_error"])
    #expect(variant.metrics[0].figures == nil)
  }

  /// The summary of results that arrived in any order, and were put in the order of their indices.
  @Test func theOrderOfArrivalCannotShow() throws {
    let seed = UInt64.random(in: .min ... .max)
    var generator = SplitMix64(state: seed)
    let sweep = Sweep(
      name: "many", masterSeed: MasterSeed(1), trials: 500, variants: [Example.base])
    let results = (UInt64(0)..<500).map { index -> TrialResult in
      switch Int.random(in: 0..<10, using: &generator) {
      case 0: Example.result(index, .failed(reason: "reason \(index)"))
      case 1: Example.diverged(index, atEpoch: 1, [.nan])
      default: Example.completed(index, [Double.random(in: -1...1, using: &generator)])
      }
    }
    let expected = try Example.summary(of: sweep, [results])
    for _ in 0..<5 {
      var arrived = results.shuffled(using: &generator)
      for position in arrived.indices { arrived[position].seconds = .random(in: 0...9) }
      arrived.sort { $0.index < $1.index }
      let summary = try Example.summary(of: sweep, [arrived])
      #expect(summary == expected, "seed \(seed)")
      for format in SummaryFormat.allCases {
        #expect(summary.text(as: format) == expected.text(as: format), "seed \(seed)")
      }
    }
  }

  /// What a store reads for a summary without histories: metrics, and the results that are shown.
  @Test func metricsAloneGiveTheSameSummary() throws {
    let sweep = Sweep(
      name: "many", masterSeed: MasterSeed(1), trials: 200, variants: [Example.base])
    let results = (UInt64(0)..<190).map { index -> TrialResult in
      switch index % 5 {
      case 0: Example.result(index, .failed(reason: "reason \(index)"))
      case 1: Example.diverged(index, atEpoch: 1, [.nan])
      default: Example.completed(index, [1 / Double(index)])
      }
    }
    var builder = VariantSummary.Builder(Example.base, trials: sweep.trials)
    for result in results {
      if case .completed(let measurements) = result.outcome {
        try builder.add(result.index, result.seed, metrics: measurements.metrics)
      } else if try !builder.count(result.index, result.status) {
        try builder.add(result)
      }
    }
    let expected = try Example.summary(of: sweep, [results]).variants[0]
    #expect(builder.summary(violations: 0) == expected)
    #expect(expected.failed == 38 && expected.diverged == 38)

    #expect(throws: ReportError.self) { try builder.add(TrialIndex(3), TrialSeed(1), metrics: [1]) }
    #expect(throws: ReportError.self) {
      try builder.add(TrialIndex(195), TrialSeed(1), metrics: [1, 2])
    }
    #expect(throws: ReportError.self) { try builder.count(TrialIndex(200), .failed) }
  }

  @Test func onlyFailuresAndViolationsAreUnclean() throws {
    let sweep = Sweep(name: "s", masterSeed: MasterSeed(1), trials: 9, variants: [Example.base])
    let diverged = [Example.diverged(0, atEpoch: 1, [.infinity])]
    #expect(try Example.summary(of: sweep, [diverged]).isClean)
    #expect(try !Example.summary(of: sweep, [diverged], violations: 1).isClean)
    let failed = [Example.result(0, .failed(reason: ""))]
    #expect(try !Example.summary(of: sweep, [failed]).isClean)
  }

  @Test func showsTheFirstThatDidNotCompleteWithoutTheirHistory() throws {
    let sweep = Sweep(name: "s", masterSeed: MasterSeed(1), trials: 40, variants: [Example.base])
    let results = (UInt64(0)..<40).map { Example.diverged($0, atEpoch: 1, [.nan]) }
    let variant = try Example.summary(of: sweep, [results]).variants[0]
    #expect(variant.diverged == 40)
    #expect(variant.notCompleted.map(\.index.rawValue) == Array(0..<10))
    #expect(variant.notCompleted.allSatisfy { $0.measurements?.history == [] })
  }

  /// One list of values is all that grows. An unoptimised build is given a tenth of them.
  @Test func aMillionTrialsAreOneSummary() throws {
    #if DEBUG
      let trials: UInt64 = 100_000
    #else
      let trials: UInt64 = 1_000_000
    #endif
    var builder = VariantSummary.Builder(Example.base, trials: trials)
    var measurements = Example.measurements([0])
    // An odd factor permutes the numbers below 2⁶⁴, so that the values come in no order.
    for index in 0..<trials {
      measurements.metrics[0] = Double((index &* 0x9e37_79b9_7f4a_7c15) >> 40)
      try builder.add(Example.result(index, .completed(measurements)))
    }
    let figures = try #require(builder.summary(violations: 0).metrics[0].figures)
    #expect(figures.statistics.count == Int(trials))
    #expect(figures.minimum.index == TrialIndex(0))
    // Multiples of the golden ratio are spread evenly over 0 ..< 2²⁴.
    #expect((figures.statistics.mean / 0x1p23 - 1).magnitude < 1e-4)
    #expect((figures.statistics.median / 0x1p23 - 1).magnitude < 1e-4)
  }

  private func summary(_ values: [Double]) throws -> SweepSummary {
    let sweep = Sweep(
      name: "values", masterSeed: MasterSeed(1), trials: UInt64(values.count),
      variants: [Example.base])
    let results = values.enumerated().map { Example.completed(UInt64($0), [$1]) }
    return try Example.summary(of: sweep, [results])
  }
}

/// Results that cannot be the sweep's are refused; the messages name the trial.
@Suite struct ReportErrorTests {
  private var builder = VariantSummary.Builder(Example.base, trials: 8)

  @Test mutating func refusesATrialTwice() throws {
    try builder.add(Example.completed(4, [1]))
    #expect(
      throws: ReportError.notInOrder(variant: "base", index: TrialIndex(4), after: TrialIndex(4))
    ) { try builder.add(Example.completed(4, [1])) }
    #expect(throws: ReportError.self) { try builder.add(Example.completed(3, [1])) }
    #expect(builder.summary(violations: 0).completed == 1)
  }

  @Test mutating func refusesTrialsThatWereNotAskedFor() {
    let error = #expect(throws: ReportError.self) { try builder.add(Example.completed(8, [1])) }
    #expect(
      error?.description
        == "variant base, trial 8: the summary is of trials 0 to 7; "
        + "ask for more trials, or read fewer results")
  }

  @Test mutating func refusesMetricsThatAreNotTheVariants() {
    #expect(
      throws: ReportError.metricCount(
        variant: "base", index: TrialIndex(0), expected: 1, found: 2)
    ) { try builder.add(Example.completed(0, [1, 2])) }
    #expect(
      throws: ReportError.metricNotFinite(
        variant: "base", index: TrialIndex(0), metric: "mean_squared_error")
    ) { try builder.add(Example.completed(0, [.nan])) }
    #expect(builder.summary(violations: 0).completed == 0)
  }
}
