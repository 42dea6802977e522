import SweepModel

/// What running trials of a sweep again has shown, and what is known of the workers that differed.
///
/// There must be nothing in it but audits that were done. It is part of every report, so that a
/// violation of determinism cannot be overlooked.
public struct TrustReport: Hashable, Sendable {
  /// The figures of one variant.
  public struct Counts: Hashable, Sendable {
    /// Trials that gave more than one result.
    public var violatedTrials: UInt64 = 0
    /// Those of them that no majority of workers has settled.
    public var openTrials: UInt64 = 0
    /// Trials that were run again on another worker, as an audit.
    public var auditsDone: UInt64 = 0
    /// Trials that are to be, and were not yet.
    public var auditsOpen: UInt64 = 0
    /// Trials that stand on the word of quarantined workers alone.
    public var unsupported: UInt64 = 0

    /// Nothing was run again.
    public init() {}
  }

  /// A trial that gave more than one result.
  public struct Dispute: Hashable, Sendable {
    /// The variant's name.
    public var variant: String
    /// The trial.
    public var trial: TrialReference
    /// Whether more than half of the trusted workers agree on a result.
    public var isSettled: Bool
    /// Its results; the one that stands comes first.
    public var results: [Result]

    /// A dispute with all its parts.
    public init(variant: String, trial: TrialReference, isSettled: Bool, results: [Result]) {
      self.variant = variant
      self.trial = trial
      self.isSettled = isSettled
      self.results = results
    }
  }

  /// One of a trial's results, and who gave it.
  public struct Result: Hashable, Sendable {
    /// The result, without its history.
    public var result: TrialResult
    /// Whether it is the one that reports and exports use.
    public var stands: Bool
    /// The workers that gave it.
    public var workers: [Worker]

    /// A result with all its parts.
    public init(result: TrialResult, stands: Bool, workers: [Worker]) {
      self.result = result
      self.stands = stands
      self.workers = workers
    }
  }

  /// A worker as it described itself; nil for what is not known.
  public struct Worker: Hashable, Sendable {
    /// The name, unique in a store.
    public var name: String
    /// The machine's name and the process's number.
    public var host: String?
    /// The CPU's model.
    public var processor: String?
    /// The kernels in use.
    public var instructionSet: String?
    /// The software's version.
    public var software: String?
    /// The SHA-256 of the program's file, in hexadecimal digits: builds of one version may differ.
    public var executable: String?
    /// Trials in which a majority of workers outvoted it.
    public var failures: Int
    /// Whether its word does not count any more.
    public var isQuarantined: Bool

    /// A worker with all its parts.
    public init(
      name: String, host: String? = nil, processor: String? = nil, instructionSet: String? = nil,
      software: String? = nil, executable: String? = nil, failures: Int = 0,
      isQuarantined: Bool = false
    ) {
      self.name = name
      self.host = host
      self.processor = processor
      self.instructionSet = instructionSet
      self.software = software
      self.executable = executable
      self.failures = failures
      self.isQuarantined = isQuarantined
    }
  }

  /// Disputes, and quarantined workers, that a report shows; it counts all of them.
  public static let shown = 20

  /// The figures, in the order of the variants that are reported.
  public var counts: [Counts]
  /// The first disputes by variant and index, open ones first; at most ``shown``.
  public var disputes: [Dispute]
  /// The first quarantined workers of the store, by name; at most ``shown``.
  public var quarantined: [Worker]
  /// All quarantined workers of the store.
  public var quarantinedCount: UInt64

  /// A report with all its parts; without any, of a sweep in which nothing was run again.
  public init(
    counts: [Counts] = [], disputes: [Dispute] = [], quarantined: [Worker] = [],
    quarantinedCount: UInt64 = 0
  ) {
    self.counts = counts
    self.disputes = disputes
    self.quarantined = quarantined
    self.quarantinedCount = quarantinedCount
  }

  /// Whether no trial gave more than one result.
  public var isClean: Bool { total(\.violatedTrials) == 0 }

  /// A figure over all variants.
  public func total(_ count: KeyPath<Counts, UInt64>) -> UInt64 {
    counts.reduce(0) { $0 + $1[keyPath: count] }
  }

  /// The figures of the variant at that position; zeros where there are none.
  func counts(at position: Int) -> Counts {
    position < counts.count ? counts[position] : Counts()
  }
}
