import Statistics
import SweepModel

/// What the repeats of a sweep say, variant by variant.
///
/// It is a function of the set of results: whatever order they arrived in, it has the same bits.
/// Diverged and failed trials are counted and shown, and never averaged in.
public struct SweepSummary: Hashable, Sendable {
  /// The sweep's name.
  public let sweep: String
  /// From which the trials' seeds are derived.
  public let masterSeed: MasterSeed
  /// The trials of each variant that are summarised.
  public let trials: UInt64
  /// The variants, in the order of the specification.
  public let variants: [VariantSummary]

  /// A summary of variants that were summarised by ``VariantSummary/Builder``.
  public init(sweep: Sweep, trials: UInt64, variants: [VariantSummary]) {
    self.sweep = sweep.name
    masterSeed = sweep.masterSeed
    self.trials = trials
    self.variants = variants
  }

  /// Whether every trial completed and no trial gave two results.
  public var isClean: Bool {
    variants.allSatisfy { $0.failed == 0 && $0.violations == 0 }
  }
}

/// What the repeats of one variant say.
public struct VariantSummary: Hashable, Sendable {
  /// The variant's name.
  public let name: String
  /// The digest that identifies the variant.
  public let digest: VariantDigest
  /// Trials that were to be run.
  public let trials: UInt64
  /// Trials that trained to the end with finite losses and metrics.
  public let completed: UInt64
  /// Trials whose loss stopped being finite.
  public let diverged: UInt64
  /// Trials that could not be trained.
  public let failed: UInt64
  /// Trials that gave other bits when they were run again.
  public let violations: UInt64
  /// The metrics, in the order of the specification.
  public let metrics: [MetricSummary]

  /// Trials that have not been run yet.
  public var missing: UInt64 { trials - completed - diverged - failed }
}

/// What the completed trials of one variant say about one metric.
public struct MetricSummary: Hashable, Sendable {
  /// The metric's name.
  public let name: String
  /// The statistics; nil where no trial completed.
  public let statistics: SampleStatistics?
  /// The trial that has the minimum; of several the one with the lowest index.
  public let minimum: TrialReference?
  /// The trial that has the maximum; of several the one with the lowest index.
  public let maximum: TrialReference?
}

/// A trial by its index and seed.
public struct TrialReference: Hashable, Sendable {
  /// The index.
  public let index: TrialIndex
  /// The seed.
  public let seed: TrialSeed
}

extension VariantSummary {
  /// Takes in the results of one variant, one by one, and keeps no more of each than its metrics.
  public struct Builder {
    private let named: NamedVariant
    private let trials: UInt64
    private var values: [[Double]]
    private var completedTrials: [TrialReference] = []
    private var diverged: UInt64 = 0
    private var failed: UInt64 = 0

    /// A builder for `trials` trials of a variant.
    public init(_ named: NamedVariant, trials: UInt64) {
      self.named = named
      self.trials = trials
      values = Array(repeating: [], count: named.variant.metrics.count)
    }

    /// Takes in one result.
    ///
    /// - Precondition: results come by ascending index, each once.
    public mutating func add(_ result: TrialResult) {
      switch result.outcome {
      case .completed(let measurements):
        completedTrials.append(TrialReference(index: result.index, seed: result.seed))
        for (position, value) in measurements.metrics.enumerated() {
          values[position].append(value)
        }
      case .diverged: diverged += 1
      case .failed: failed += 1
      }
    }

    /// The summary of what was taken in.
    public func summary(violations: UInt64) -> VariantSummary {
      VariantSummary(
        name: named.name, digest: named.variant.digest, trials: trials,
        completed: UInt64(completedTrials.count), diverged: diverged, failed: failed,
        violations: violations,
        metrics: zip(named.variant.metricNames, values).map(summary))
    }

    private func summary(_ name: String, _ values: [Double]) -> MetricSummary {
      let statistics = SampleStatistics(values)
      func first(_ value: Double?) -> TrialReference? {
        value.flatMap { value in values.firstIndex { $0 == value } }.map { completedTrials[$0] }
      }
      return MetricSummary(
        name: name, statistics: statistics, minimum: first(statistics?.minimum),
        maximum: first(statistics?.maximum))
    }
  }
}
