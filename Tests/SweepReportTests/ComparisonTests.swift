import Statistics
import SweepModel
import SweepReport
import Testing

/// The example's two variants, the second with results of its own.
enum ComparisonExample {
  static let slow: [TrialResult] = [
    Example.completed(0, [0.06]), Example.completed(1, [0.05]), Example.completed(2, [0.03]),
    Example.completed(3, [0.05]), Example.completed(4, [0.03]),
    Example.diverged(6, atEpoch: 1, [.nan]), Example.completed(7, [0.05]),
  ]

  static func comparison(
    _ a: [TrialResult] = Example.results, _ b: [TrialResult] = slow, trials: UInt64 = 8,
    metric: String = "mean_squared_error", violations: UInt64 = 0
  ) throws -> VariantComparison? {
    let sweep = Sweep(
      name: "sequence", masterSeed: MasterSeed(42), trials: trials,
      variants: [
        Example.variant("base", metrics: [metric]),
        Example.variant("slow", metrics: [metric], learningRate: 0.0001),
      ])
    var builder = VariantComparison.Builder(
      sweep, trials: trials, a: sweep.variants[0], b: sweep.variants[1],
      violations: (violations, 0))
    for result in a { try builder.addA(result) }
    for result in b { try builder.addB(result) }
    return builder.comparison()
  }

  /// Pairs of values, from index 0.
  static func comparison(
    values a: [Double], _ b: [Double], metric: String = "mean_squared_error"
  ) throws -> VariantComparison? {
    func results(_ values: [Double]) -> [TrialResult] {
      values.enumerated().map { Example.completed(UInt64($0), [$1]) }
    }
    return try comparison(
      results(a), results(b), trials: UInt64(max(a.count, b.count)), metric: metric)
  }
}

@Suite struct ComparisonTests {
  /// 0, 1, 2, 4 and 7 completed in both.
  @Test func everyTrialIsAPairOrLeftOutForAReason() throws {
    let comparison = try #require(try ComparisonExample.comparison())
    #expect(comparison.pairs == 5)
    #expect(comparison.leftOut == 3)
    #expect(comparison.a.completed == 5 && comparison.a.diverged == 1)
    #expect(comparison.a.failed == 1 && comparison.a.notRun == 1)
    #expect(comparison.b.completed == 6 && comparison.b.diverged == 1)
    #expect(comparison.b.failed == 0 && comparison.b.notRun == 1)
    let leftOut = comparison.shownLeftOut
    #expect(leftOut.map(\.trial.index.rawValue) == [3, 5, 6])
    #expect(leftOut.map(\.a) == [.diverged, .failed, nil])
    #expect(leftOut.map(\.b) == [.completed, nil, .diverged])
    let expected = PairedComparison(
      [0.05, 0.02, 0.03, 0.02, 0.04], [0.06, 0.05, 0.03, 0.03, 0.05], key: 42)
    #expect(comparison.metrics.map(\.figures) == [expected])
  }

  @Test func fewerThanTwoPairsAreNoComparison() throws {
    #expect(try ComparisonExample.comparison(values: [1], [2]) == nil)
    #expect(try ComparisonExample.comparison([], []) == nil)
    var builder = VariantComparison.Builder(
      Example.sweep, trials: 8, a: Example.base, b: Example.slow)
    for result in Example.results { try builder.addA(result) }
    #expect(builder.comparison() == nil)
    #expect(
      builder.shortage
        == "base and slow have 0 pairs of completed trials, and a comparison needs 2 (base: "
        + "5 completed, 1 diverged, 1 failed, 1 not run; slow: 0 completed, 8 not run); run more trials"
    )
  }

  @Test(arguments: [
    ("mean_squared_error", "slow is better: mean_squared_error lower by"),
    ("val_loss", "slow is better: val_loss lower by"),
    ("categorical_accuracy", "base is better: categorical_accuracy higher by"),
    (
      "wonder",
      "base is higher (which is better, the metric's name does not tell): wonder higher by"
    ),
  ]) func theNameOfTheMetricDecidesWhatIsBetter(metric: String, beginning: String) throws {
    let a = (1...20).map { 1 + Double($0 % 3) / 10 }
    let b = (1...20).map { 0.5 + Double($0 % 5) / 10 }
    let comparison = try #require(
      try ComparisonExample.comparison(values: a, b, metric: metric))
    let conclusion = ComparisonConclusion(comparison.metrics[0], a: "base", b: "slow")
    #expect(conclusion.text.hasPrefix(beginning), "\(conclusion.text)")
    #expect(conclusion.pairsNeeded == nil)
  }

  /// What A's side says, B's side says mirrored.
  @Test func exchangingTheVariantsChangesNoConclusion() throws {
    let a = [0.3, 0.1, 0.4, 0.15, 0.9, 0.26, 0.5]
    let b = [0.2, 0.11, 0.3, 0.1, 0.5, 0.2, 0.4]
    let there = try #require(try ComparisonExample.comparison(values: a, b)).metrics[0]
    let back = try #require(try ComparisonExample.comparison(values: b, a)).metrics[0]
    #expect(
      ComparisonConclusion(there, a: "base", b: "slow").text
        == ComparisonConclusion(back, a: "slow", b: "base").text)
  }

  @Test(arguments: [
    (
      [1.0, 2, 3, 4, 5, 6], [1.0, 2, 3, 4, 5, 6], "gave the same mean_squared_error in all 6 pairs"
    ),
    ([1.0, 2, 3], [1.5, 2.25, 3.125], "3 pairs cannot give a p below 0.25"),
    ([1.0, 2, 3, 4, 5, 6], [2.0, 1, 4, 3, 6, 5], "The mean difference is 0."),
    ([1.0, 2, 3, 4, 5, 6, 7], [1.1, 2, 3, 4.2, 5.1, 5.9, 7], "more pairs would be needed"),
  ]) func whatCannotBeConcludedIsSaid(a: [Double], b: [Double], fragment: String) throws {
    let comparison = try #require(try ComparisonExample.comparison(values: a, b))
    let conclusion = ComparisonConclusion(comparison.metrics[0], a: "base", b: "slow")
    #expect(conclusion.verdict == (a == b ? .identical : .none))
    #expect(conclusion.text.contains(fragment), "\(conclusion.text)")
  }

  @Test(arguments: [
    ("accuracy", MetricDirection.higher), ("val_sparse_categorical_accuracy", .higher),
    ("f1_score", .higher), ("r2_score", .higher), ("precision_at_recall", .higher),
    ("mean_io_u", .higher), ("auc", .higher), ("loss", .lower), ("val_loss", .lower),
    ("categorical_crossentropy", .lower), ("root_mean_squared_error", .lower),
    ("kl_divergence", .lower), ("false_positives", .lower), ("cosine_similarity", .unknown),
    ("accuracy_loss", .unknown), ("wonder", .unknown), ("", .unknown),
  ]) func directionsOfMetrics(name: String, direction: MetricDirection) {
    #expect(MetricDirection(metric: name) == direction)
  }

  @Test func onlyMetricsOfBothAreCompared() throws {
    let a = Example.variant("a", metrics: ["loss", "accuracy", "auc"])
    let b = Example.variant("b", metrics: ["auc", "recall", "loss"])
    let sweep = Sweep(name: "s", masterSeed: MasterSeed(1), trials: 2, variants: [a, b])
    var builder = VariantComparison.Builder(sweep, trials: 2, a: a, b: b)
    for index in 0..<UInt64(2) {
      try builder.addA(Example.completed(index, [1, 2, 3]))
    }
    for index in 0..<UInt64(2) {
      try builder.addB(Example.completed(index, [30, 20, 10]))
    }
    let comparison = try #require(builder.comparison())
    #expect(comparison.metrics.map(\.name) == ["loss", "auc"])
    #expect(comparison.metrics.map(\.figures.difference.mean) == [-9, -27])
    #expect(comparison.metricsOfOne == ["accuracy", "recall"])
    for format in SummaryFormat.allCases { #expect(!comparison.text(as: format).isEmpty) }
  }

  @Test func resultsThatCannotBeTheSweepsAreRefused() throws {
    #expect(throws: ReportError.self) {
      try ComparisonExample.comparison([Example.completed(8, [1])], [])
    }
    #expect(throws: ReportError.self) {
      try ComparisonExample.comparison([], [Example.completed(1, [1]), Example.completed(1, [1])])
    }
    #expect(throws: ReportError.self) {
      try ComparisonExample.comparison([], [Example.completed(1, [1, 2])])
    }
    #expect(throws: ReportError.self) {
      try ComparisonExample.comparison([], [Example.completed(1, [.nan])])
    }
  }
}
