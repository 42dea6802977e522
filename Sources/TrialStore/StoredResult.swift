import SweepModel

/// The result of one trial, and who produced it.
public struct StoredResult: Hashable, Sendable {
  /// The variant that was trained.
  public var variant: VariantKey
  /// What the trial gave.
  public var result: TrialResult
  /// The worker that produced it: what a determinism violation is reported with, and by what a
  /// confirmation is told from the same result sent twice.
  public var worker: String

  /// A result with all its parts.
  public init(variant: VariantKey, result: TrialResult, worker: String) {
    self.variant = variant
    self.result = result
    self.worker = worker
  }
}

/// What became of a result that was committed.
public enum CommitOutcome: Hashable, Sendable {
  /// The first of its trial: stored.
  case inserted
  /// A duplicate with the same bits. It is counted as a confirmation once for each worker other than
  /// the one whose result is stored: the same worker may only have sent its result again.
  case confirmed
  /// Other bits than the stored result, or another seed: recorded as a determinism violation with
  /// both results. The first one stays.
  case violated
  /// The stored trial had failed and now there is a real result, which replaces the failure.
  case retried
  /// A failure of a trial that is recorded already: what is stored stays. A crash says nothing about
  /// the bits of a trial, so it neither confirms nor violates anything.
  case ignored
}

/// Two results of one trial that are not the same bits.
public struct Violation: Hashable, Sendable {
  /// The result that is stored.
  public let first: StoredResult
  /// The one that came later and differs.
  public let second: StoredResult
}

/// How many trials of a variant a store holds.
public struct TrialCounts: Hashable, Sendable {
  /// Trials that were trained to the end.
  public let completed: UInt64
  /// Trials whose loss or metrics stopped being finite.
  public let diverged: UInt64
  /// Trials that could not be trained.
  public let failed: UInt64
  /// Pairs of a trial and another worker that gave the same bits.
  public let confirmations: UInt64
  /// Determinism violations.
  public let violations: UInt64

  /// Trials with any result.
  public var recorded: UInt64 { completed + diverged + failed }
}
