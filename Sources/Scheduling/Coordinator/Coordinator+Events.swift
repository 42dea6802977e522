import SweepModel

extension Coordinator {
  /// What happened outside the coordinator.
  public enum Event: Hashable, Sendable {
    /// A message arrived.
    case messageReceived(from: PeerID, WorkerMessage)
    /// Bytes arrived that are no message of ours.
    case garbageReceived(from: PeerID)
    /// That peer sent something beside its messages that cannot be, such as a model with other weights than its
    /// result's.
    case peerMisbehaved(PeerID, String)
    /// The transport no longer reaches that peer.
    case peerLost(PeerID)
    /// The process of that worker ended, as whoever started it saw.
    case workerProcessEnded(WorkerID, LossCause = .ended)
    /// That key may no longer be used, and no message of it follows unless it may again: its workers
    /// are turned away and their leases go to others.
    case keyRevoked(PublicKey)
    /// More to do. A job that is known already is taken up again where it was cancelled, and grows.
    case jobsAdded([CoordinatorJob])
    /// Whether jobs are being prepared that will be added: until then nothing is finished.
    case jobsAwaited(Bool)
    /// These jobs are not wanted any more: their leases are revoked and they count as finished. What
    /// arrives late is still committed.
    case jobsCancelled([JobID])
    /// The store has marked the worker as ``Effect/distrust(_:)`` asked; these trials stand on the word
    /// of quarantined workers alone, and these disputes are open: some had its vote in their majority.
    case workerDistrusted(
      WorkerID, [JobID: IntervalSet], disputes: [JobID: OpenDisputes] = [:])
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
    /// Mark the worker as quarantined in the store, then report
    /// ``Event/workerDistrusted(_:_:)``.
    case distrust(WorkerID)
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
    /// Those of the results that are chosen to be trained again by another worker: the store
    /// remembers them until that is done.
    public let audits: IntervalSet
    /// How many of the results nobody waited for: their trials had results, and were not to be
    /// trained again.
    public let repetitions: Int

    /// A commit with all its parts.
    public init(
      id: CommitID, job: JobID, results: [TrialResult], worker: WorkerID?,
      audits: IntervalSet = IntervalSet(), repetitions: Int = 0
    ) {
      self.id = id
      self.job = job
      self.results = results
      self.worker = worker
      self.audits = audits
      self.repetitions = repetitions
    }
  }

  /// Trials of a job with results that differ and without a majority, and who has voted on them.
  public struct OpenDisputes: Hashable, Sendable {
    /// The trials.
    public let trials: IntervalSet
    /// Which of them, and perhaps of other trials, each worker has given a result of.
    public let voters: [WorkerID: IntervalSet]

    /// Disputes of one job.
    public init(trials: IntervalSet, voters: [WorkerID: IntervalSet]) {
      self.trials = trials
      self.voters = voters
    }
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
    /// It decided between results that differ: more than half of at least three workers gave the same
    /// bits, which now stand first in the store. These workers had given others.
    case settled(outvoted: [WorkerID])
  }

  /// Something that people should know, for logs.
  public enum Notice: Hashable, Sendable {
    /// A worker registered.
    case workerJoined(WorkerID, host: String, slots: Int)
    /// A worker said goodbye.
    case workerLeft(WorkerID)
    /// A worker was silent too long, or its process ended.
    case workerLost(WorkerID, trialsReturned: UInt64, LossCause)
    /// A worker was turned away.
    case workerRefused(host: String, Refusal)
    /// A lease ended without any progress.
    case leaseExpired(LeaseID, WorkerID, trialsReturned: UInt64)
    /// A worker cannot train a variant.
    case variantRejected(VariantDigest, WorkerID, VariantRejection)
    /// A worker claims that trials fail, the last of them for this reason. Others are asked.
    case failuresReported(WorkerID, JobID, trials: UInt64, reason: String)
    /// A slot of a worker has hung; what it was given goes to others.
    case slotHung(WorkerID, JobID, TrialRange)
    /// A worker had to stop a trial because its time was over.
    case trialInterrupted(WorkerID, JobID, TrialIndex, after: Duration, epochs: Int)
    /// A trial was stopped after that time, and no worker that is registered has more: it waits for one.
    case trialOutlastsWorkers(JobID, TrialIndex, after: Duration, epochs: Int)
    /// An idle worker takes trials over from one that would have been later.
    case trialsTakenOver(JobID, from: WorkerID, by: WorkerID, count: UInt64)
    /// A trial crashed every worker that tried it, or they said that it fails.
    case trialFailed(JobID, TrialIndex, crashes: Int)
    /// Two results of one trial differ.
    case determinismViolated(JobID, TrialIndex, WorkerID?)
    /// A majority of workers has decided which of a trial's results stands.
    case disputeSettled(JobID, TrialIndex, outvoted: [WorkerID])
    /// A worker's result of that trial was outvoted.
    case workerOutvoted(WorkerID, JobID, TrialIndex)
    /// A worker was outvoted too often: it is refused from now on, and what stands on its word alone
    /// is trained again.
    case workerQuarantined(WorkerID, failures: Int)
    /// Trials of a quarantined worker wait to be trained again.
    case trialsDistrusted(WorkerID, JobID, count: UInt64)
    /// The job is recorded; of its checks some stay open for want of another worker.
    case checksLeftOpen(JobID, audits: UInt64, disputes: UInt64)
    /// A job was added.
    case jobAdded(JobID, trials: UInt64)
    /// A job was cancelled.
    case jobCancelled(JobID, trialsLeft: UInt64)
    /// Bytes arrived that are no message of ours.
    case garbage(PeerID)
  }
}
