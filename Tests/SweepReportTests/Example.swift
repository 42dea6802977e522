import SweepModel
import SweepReport

/// A small sweep in which everything happens: two trials share the minimum, one diverged, one failed,
/// one has not run, and of the second variant none has. docs/json.md shows its documents.
enum Example {
  static let base = variant("base", metrics: ["mean_squared_error"])
  static let slow = variant("slow", metrics: ["mean_squared_error"], learningRate: 0.0001)
  static let sweep = Sweep(
    name: "sequence", masterSeed: MasterSeed(42), trials: 8, variants: [base, slow])

  /// trialSeed(42, index), from an independent implementation; 0, 1 and 7 are in the contract.
  static let seeds: [UInt64] = [
    0x6d3e_048f_1022_172d, 0x03d7_b32d_add0_83f4, 0x92fb_20ea_0f38_d913, 0xbad5_6946_354b_a891,
    0xb013_aee3_c34e_ddf6, 0xa4d9_1a96_3122_544e, 0xa506_c508_b620_7291, 0x97d0_552f_51bf_719f,
  ]

  static let results: [TrialResult] = [
    completed(0, [0.05]), completed(1, [0.02]), completed(2, [0.03]),
    diverged(3, atEpoch: 2, [.nan]), completed(4, [0.02]),
    result(5, .failed(reason: "it crashed 5 workers, the last by signal 9")), completed(7, [0.04]),
  ]

  static func variant(
    _ name: String, metrics: [String], learningRate: Double = 0.001
  ) -> NamedVariant {
    NamedVariant(
      name: name,
      variant: ResolvedVariant(
        data: Configuration(kind: "sequence", arguments: ["length": .integer(10)]),
        dataDigest: DataDigest(hashing: []),
        layers: [Configuration(kind: "dense", arguments: ["units": .integer(1)])],
        training: TrainingSettings(
          loss: Configuration(kind: "mean_squared_error"),
          optimizer: Configuration(
            kind: "adam", arguments: ["learning_rate": .number(learningRate)]),
          epochs: 2, batchSize: .all, shuffle: true),
        metrics: metrics.map { Configuration(kind: $0) }))
  }

  /// A history of two epochs whose last metrics are `metrics`.
  static func measurements(_ metrics: [Double]) -> TrialResult.Measurements {
    TrialResult.Measurements(
      metrics: metrics, weightsDigest: WeightsDigest(hashing: "weights".utf8),
      historyDigest: HistoryDigest(hashing: "history".utf8),
      variableFingerprints: [1, 2, 0xfeed],
      history: [0.5] + metrics.map { _ in 0.75 } + [0.25] + metrics)
  }

  static func completed(_ index: UInt64, _ metrics: [Double]) -> TrialResult {
    result(index, .completed(measurements(metrics)))
  }

  static func diverged(_ index: UInt64, atEpoch epoch: Int, _ metrics: [Double]) -> TrialResult {
    result(index, .diverged(atEpoch: epoch, measurements(metrics)))
  }

  static func result(_ index: UInt64, _ outcome: TrialResult.Outcome) -> TrialResult {
    let seed = index < 8 ? seeds[Int(index)] : index
    return TrialResult(
      index: TrialIndex(index), seed: TrialSeed(seed), outcome: outcome, seconds: 0.5)
  }

  /// The summary of the example's sweep.
  static func summary(
    violations: UInt64 = 0, trust: TrustReport = TrustReport()
  ) throws -> SweepSummary {
    try summary(of: sweep, [results, []], violations: violations, trust: trust)
  }

  /// The summary of `sweep`, of whose first variant so many trials gave other bits.
  static func summary(
    of sweep: Sweep, _ results: [[TrialResult]], violations: UInt64 = 0,
    trust: TrustReport = TrustReport()
  ) throws -> SweepSummary {
    var variants: [VariantSummary] = []
    for (variant, results) in zip(sweep.variants, results) {
      var builder = VariantSummary.Builder(variant, trials: sweep.trials)
      for result in results { try builder.add(result) }
      variants.append(builder.summary(violations: variants.isEmpty ? violations : 0))
    }
    return SweepSummary(sweep: sweep, trials: sweep.trials, variants: variants, trust: trust)
  }
}
