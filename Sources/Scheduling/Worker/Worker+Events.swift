import SweepModel

extension Worker {
  /// What happened outside the worker's state machine.
  public enum Event: Hashable, Sendable {
    /// The socket is there: begin.
    case connected
    /// The socket leads to another address: whatever is there has heard nothing yet.
    case addressChanged
    /// A message arrived.
    case messageReceived(CoordinatorMessage)
    /// The variant that ``Effect/prepare(_:_:files:)`` named can be trained, so many trials together in
    /// little more time than one; it takes this much memory, where that is known.
    case variantPrepared(VariantDigest, lanes: Int = 1, memory: VariantMemory? = nil)
    /// It cannot.
    case variantRejected(VariantDigest, VariantRejection)
    /// A slot has trained its assignment.
    case assignmentFinished(slot: Int, [TrialResult])
    /// A slot has given its assignment up, as ``Effect/abort(slot:)`` asked; the trials had completed so
    /// many epochs, and the coordinator may have a checkpoint from which another worker goes on.
    case assignmentAborted(slot: Int, epochs: Int = 0, hasCheckpoint: Bool = false)
    /// Time has passed; `progress` counts what each slot has done so far.
    case timePassed(progress: [UInt64])
    /// The worker is to leave gracefully: finish or return what it has, say goodbye.
    case drainRequested
  }

  /// What the worker wants done, in this order.
  public enum Effect: Hashable, Sendable {
    /// Send a message.
    case send(WorkerMessage)
    /// Check and compile a variant's canonical JSON, with the data of these files, then report.
    case prepare(VariantDigest, [UInt8], files: [DataFile])
    /// Train on an idle slot, then report.
    case start(slot: Int, Assignment)
    /// Give up what the slot does, then report.
    case abort(slot: Int)
    /// Free what an idle slot keeps of what it trained last.
    case release(slot: Int)
    /// Free what is kept of a variant that was prepared, and its data where no other variant uses them.
    case forget(VariantDigest)
    /// End, for this reason.
    case exit(ExitReason)
  }

  /// Trials of one lease for one slot.
  public struct Assignment: Hashable, Sendable {
    /// The lease that they belong to.
    public let lease: LeaseID
    /// The job.
    public let job: JobID
    /// The variant.
    public let variant: VariantDigest
    /// The trials, by ascending index.
    public let trials: [Trial]
    /// Whether results keep the values of their history.
    public let keepsHistory: Bool
    /// What to do with the models; nil for nothing.
    public let models: ModelOrder?
  }

  /// One trial to train.
  public struct Trial: Hashable, Sendable {
    /// Its index.
    public let index: TrialIndex
    /// Its seed.
    public let seed: TrialSeed
  }

  /// Why a worker ends.
  public enum ExitReason: Hashable, Sendable {
    /// The coordinator has no more work.
    case finished
    /// It was asked to, and has handed back what it held.
    case drained
    /// Its time limit is near, and it has returned what it could not finish.
    case outOfTime
    /// It was asked to, but the coordinator did not acknowledge its last results in time.
    case drainedWithResultsLeft(count: Int)
    /// All its slots hang in trials that make no progress.
    case slotsHung(resultsLeft: Int)
    /// The coordinator was silent for ``SchedulingPolicy/giveUpAfter``.
    case gaveUp(resultsLeft: Int)
    /// No coordinator has welcomed it for as long.
    case neverWelcomed
    /// The coordinator turned it away.
    case refused(Refusal)
  }
}
