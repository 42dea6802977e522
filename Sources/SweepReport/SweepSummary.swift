import Statistics
import SweepModel

/// What all trials of a sweep gave together.
///
/// A function of the sweep and of the *set* of its results, to the bit: not of the order in which
/// they arrived, of the workers, nor of the time that trials took. Trials that diverged or failed are
/// counted and shown; none is averaged in, and none is left out in silence.
public struct SweepSummary: Hashable, Sendable {
  /// The sweep's name.
  public let sweep: String
  /// From which the trial seeds are derived.
  public let masterSeed: MasterSeed
  /// The trials of each variant that are summarised.
  public let trials: UInt64
  /// The variants, in the order of the specification.
  public let variants: [VariantSummary]
  /// Whether the histories are part of it, where they were kept.
  public let showsHistory: Bool
  /// What running trials again has shown.
  public let trust: TrustReport

  /// The summary of a sweep's first `trials` trials, from those of its variants, each of which a
  /// ``VariantSummary/Builder`` made.
  public init(
    sweep: Sweep, trials: UInt64, variants: [VariantSummary], showsHistory: Bool = false,
    trust: TrustReport = TrustReport()
  ) {
    self.sweep = sweep.name
    masterSeed = sweep.masterSeed
    self.trials = trials
    self.variants = variants
    self.showsHistory = showsHistory
    self.trust = trust
  }

  /// Whether no trial failed, and none gave other bits when it was run again.
  public var isClean: Bool {
    trust.isClean && variants.allSatisfy { $0.failed == 0 && $0.determinismViolations == 0 }
  }

  /// Trials that could not be trained, over all variants.
  public var failed: UInt64 { total(\.failed) }

  /// A count over all variants.
  func total(_ count: KeyPath<VariantSummary, UInt64>) -> UInt64 {
    variants.reduce(0) { $0 + $1[keyPath: count] }
  }
}

/// What all trials of one variant gave together.
public struct VariantSummary: Hashable, Sendable {
  /// The variant's name.
  public let name: String
  /// The digest that identifies the variant.
  public let digest: VariantDigest
  /// The trials that were asked for.
  public let trials: UInt64
  /// Those that trained to the end.
  public let completed: UInt64
  /// Those whose loss or metrics stopped being finite.
  public let diverged: UInt64
  /// Those that could not be trained.
  public let failed: UInt64
  /// The results that differ from another run of the same trial: there must be none.
  public let determinismViolations: UInt64
  /// The metrics over the completed trials, in the order of the specification.
  public let metrics: [MetricSummary]
  /// The first trials that diverged or failed, by index and without their history; at most
  /// ``Builder/shownTrials``.
  public let notCompleted: [TrialResult]
  /// The history by epoch; nil where none was kept, or none was asked for.
  public var history: HistorySummary?

  /// Those without a result.
  public var notRun: UInt64 { trials - completed - diverged - failed }
}

/// One metric over the completed trials of a variant.
public struct MetricSummary: Hashable, Sendable {
  /// The metric's name.
  public let name: String
  /// The figures; nil where no trial has completed.
  public let figures: Figures?

  /// The figures of a metric of which there is at least one value.
  public struct Figures: Hashable, Sendable {
    /// Centre, spread and interval.
    public let statistics: SampleStatistics
    /// The trial that has the minimum; of several, the one with the lowest index.
    public let minimum: TrialReference
    /// The trial that has the maximum; of several, the one with the lowest index.
    public let maximum: TrialReference
  }
}

/// A trial by its index and its seed.
public struct TrialReference: Hashable, Sendable {
  /// The index.
  public let index: TrialIndex
  /// The seed.
  public let seed: TrialSeed

  /// The trial of that index, which has that seed.
  public init(_ index: TrialIndex, _ seed: TrialSeed) {
    self.index = index
    self.seed = seed
  }
}
