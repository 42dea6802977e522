import SweepModel

/// A trial that gave more than one result: a determinism violation, with all that was said about it.
public struct StoredDispute: Hashable, Sendable {
  /// The variant.
  public let variant: VariantKey
  /// The trial.
  public let index: TrialIndex
  /// Whether one result has more than half of the trusted workers that gave any.
  public let isSettled: Bool
  /// What workers gave: first those that agree with the stored result, which stands, then the others;
  /// of either at most ``StoredDispute/shownVotes``.
  public let votes: [StoredVote]

  /// Votes for the stored result, and against it, that are read of one trial.
  public static let shownVotes = 20
}

/// One worker's result of a trial.
public struct StoredVote: Hashable, Sendable {
  /// What it gave, without the history.
  public let result: TrialResult
  /// Who gave it.
  public let worker: JudgedWorker
  /// Whether it is the stored result.
  public let stands: Bool
}

/// What repeating the trials of one variant has shown.
public struct TrustCounts: Hashable, Sendable {
  /// Results that differ from the stored one of their trial, each worker's counted.
  public let violations: UInt64
  /// Trials that gave more than one result.
  public let violatedTrials: UInt64
  /// Those of them that no majority has settled.
  public let openTrials: UInt64
  /// Trials that were chosen to be run again elsewhere, and were.
  public let auditsDone: UInt64
  /// Trials that were chosen to be run again elsewhere, and were not yet.
  public let auditsOpen: UInt64
  /// Trials whose every result is a quarantined worker's: the next run trains them again.
  public let unsupported: UInt64
}
