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

/// Results of one variant that one worker produced.
public struct StoredBatch: Hashable, Sendable {
  /// The variant that was trained.
  public var variant: VariantKey
  /// What the trials gave.
  public var results: [TrialResult]
  /// The worker that produced them.
  public var worker: StoredWorker
  /// The trials among them that are to be run again elsewhere: their audit is open from now on.
  public var audits: IntervalSet

  /// A batch with all its parts.
  public init(
    variant: VariantKey, results: [TrialResult], worker: StoredWorker,
    audits: IntervalSet = IntervalSet()
  ) {
    self.variant = variant
    self.results = results
    self.worker = worker
    self.audits = audits
  }
}

/// What became of a result that was committed.
public enum CommitOutcome: Hashable, Sendable {
  /// The first of its trial: stored.
  case inserted
  /// A duplicate with the same bits, and all workers agree. It is counted as a confirmation once for
  /// each worker other than the one whose result is stored: the same worker may only have sent its
  /// result again.
  case confirmed
  /// Workers gave different results of the trial, this one among them, and no majority decides
  /// between them: a determinism violation, of which all results are kept.
  case violated
  /// Workers gave different results of the trial, and more than half of those who can be trusted
  /// agree: their result is the stored one, whichever came first. `outvoted` names the workers whose
  /// result this commit has overruled; they were not before.
  case settled(outvoted: [String])
  /// The stored trial had failed and now there is a real result, which replaces the failure.
  case retried
  /// A failure of a trial that is recorded already: what is stored stays. A crash says nothing about
  /// the bits of a trial, so it neither confirms nor violates anything.
  case ignored
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
