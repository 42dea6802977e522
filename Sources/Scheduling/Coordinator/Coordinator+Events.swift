import SweepModel

extension Coordinator {
  /// What happened outside the coordinator.
  public enum Event: Hashable, Sendable {
    /// A message arrived.
    case messageReceived(from: PeerID, WorkerMessage)
    /// Bytes arrived that are no message of ours.
    case garbageReceived(from: PeerID)
    /// The transport no longer reaches that peer.
    case peerLost(PeerID)
    /// The process of that worker ended, as whoever started it saw.
    case workerProcessEnded(WorkerID)
    /// The store has committed what a ``Effect/commit(_:)`` asked for, with one outcome per result.
    case commitFinished(CommitID, [CommitOutcome])
    /// Time has passed; send one each ``SchedulingPolicy/heartbeatInterval``.
    case timePassed
  }

  /// What the coordinator wants done, in this order.
  public enum Effect: Hashable, Sendable {
    /// Send a message.
    case send(PeerID, CoordinatorMessage)
    /// Write results to the store in one transaction, then report ``Event/commitFinished(_:_:)``.
    case commit(Commit)
    /// Something that people should know.
    case notice(Notice)
    /// Every trial of every sweep is in the store.
    case allFinished
  }

  /// Results on their way to the store.
  public struct Commit: Hashable, Sendable {
    /// Numbers the commits, from 1.
    public let id: CommitID
    /// The job that the results belong to.
    public let job: JobID
    /// The results.
    public let results: [TrialResult]
    /// Who trained them; nil for what the coordinator recorded itself.
    public let worker: WorkerID?
  }

  /// Numbers the commits of one coordinator.
  public struct CommitID: Hashable, Sendable {
    /// The number.
    public let rawValue: UInt64

    /// Takes a number as it is.
    public init(_ rawValue: UInt64) { self.rawValue = rawValue }
  }

  /// What became of one result in the store.
  public enum CommitOutcome: Hashable, Sendable {
    /// It is the first of its trial, or replaces a failure.
    case recorded
    /// It has the bits of the result that was there.
    case confirmed
    /// It has other bits than the result that was there: both are kept.
    case violated
  }

  /// Something that people should know, for logs.
  public enum Notice: Hashable, Sendable {
    /// A worker registered.
    case workerJoined(WorkerID, host: String, slots: Int)
    /// A worker said goodbye.
    case workerLeft(WorkerID)
    /// A worker was silent too long, or its process ended.
    case workerLost(WorkerID, trialsReturned: UInt64)
    /// A worker was turned away.
    case workerRefused(host: String, Refusal)
    /// A lease ended without any progress.
    case leaseExpired(LeaseID, WorkerID, trialsReturned: UInt64)
    /// A worker cannot train a variant.
    case variantRejected(VariantDigest, WorkerID, reason: String)
    /// A trial crashed every worker that tried it.
    case trialFailed(JobID, TrialIndex, crashes: Int)
    /// Two results of one trial differ.
    case determinismViolated(JobID, TrialIndex, WorkerID?)
    /// Bytes arrived that are no message of ours.
    case garbage(PeerID)
  }
}
