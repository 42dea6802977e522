import Statistics
import SweepModel

/// Two variants of a sweep, compared trial by trial of the same seed.
///
/// A function of the sweep and of the set of its results, to the bit, as a ``SweepSummary`` is. Only
/// trials that completed in both variants make a pair; every other is counted, with the reason.
public struct VariantComparison: Hashable, Sendable {
  /// The sweep's name.
  public let sweep: String
  /// From which the trial seeds are derived, and the key of the comparison's own random numbers.
  public let masterSeed: MasterSeed
  /// The trials of each variant that are looked at.
  public let trials: UInt64
  /// The first variant, the minuend of every difference.
  public let a: Side
  /// The second variant.
  public let b: Side
  /// Trials that completed in both.
  public let pairs: UInt64
  /// The first trials, by index, that have a result in one variant at least, and are no pair; at most
  /// ``VariantSummary/Builder/shownTrials``.
  public let shownLeftOut: [LeftOutTrial]
  /// The metrics that both variants have, in the order of the first.
  public let metrics: [MetricComparison]
  /// The metrics that only one of them has.
  public let metricsOfOne: [String]
  /// What running trials of the two variants again has shown.
  public var trust = TrustReport()

  /// Trials that are no pair.
  public var leftOut: UInt64 { trials - pairs }

  /// A variant, and what became of its trials.
  public struct Side: Hashable, Sendable {
    /// The variant's name.
    public let name: String
    /// The digest that identifies the variant.
    public let digest: VariantDigest
    /// Those that trained to the end.
    public internal(set) var completed: UInt64 = 0
    /// Those whose loss or metrics stopped being finite.
    public internal(set) var diverged: UInt64 = 0
    /// Those that could not be trained.
    public internal(set) var failed: UInt64 = 0
    /// Those without a result.
    public internal(set) var notRun: UInt64
    /// The results that differ from another run of the same trial: there must be none.
    public let determinismViolations: UInt64

    init(_ variant: NamedVariant, trials: UInt64, violations: UInt64) {
      name = variant.name
      digest = variant.variant.digest
      notRun = trials
      determinismViolations = violations
    }

    mutating func count(_ status: TrialStatus) {
      notRun -= 1
      switch status {
      case .completed: completed += 1
      case .diverged: diverged += 1
      case .failed: failed += 1
      }
    }
  }
}

/// A trial that is in no pair: of one variant at least it has not completed.
public struct LeftOutTrial: Hashable, Sendable {
  /// The trial.
  public let trial: TrialReference
  /// How it ended in the first variant; nil where it has not run.
  public let a: TrialStatus?
  /// How it ended in the second.
  public let b: TrialStatus?
}

/// One metric of two variants, over the pairs.
public struct MetricComparison: Hashable, Sendable {
  /// The metric's name.
  public let name: String
  /// Which value is the better one.
  public let direction: MetricDirection
  /// The figures, of A − B.
  public let figures: PairedComparison

  /// A comparison of the metric of that name.
  public init(name: String, figures: PairedComparison) {
    self.name = name
    direction = MetricDirection(metric: name)
    self.figures = figures
  }
}
