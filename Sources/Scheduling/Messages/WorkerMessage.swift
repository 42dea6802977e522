import SweepModel

/// What a worker says to the coordinator.
public enum WorkerMessage: Hashable, Sendable {
  /// Registers the worker; the only message that needs no registration before it.
  case hello(WorkerHello)
  /// Anything else, under the registration that the coordinator's welcome began.
  case registered(MessageStamp, WorkerReport)
}

/// What a registered worker says.
public enum WorkerReport: Hashable, Sendable {
  /// "I am here", with one counter for each slot that rises as its trials advance.
  case heartbeat(progress: [UInt64])
  /// Asks for the canonical JSON of a variant that a lease names.
  case specificationWanted(VariantDigest)
  /// A trial of this lease has begun: from now on a crash is charged to it. A slot trains `lanes` of its
  /// trials together; `room` says how many slots train its variant, where the memory limits them.
  case leaseBegun(LeaseID, lanes: Int = 1, room: SlotRoom? = nil)
  /// Results, which the worker keeps until they are acknowledged.
  case results(ResultBatch)
  /// Leases whose remaining trials the worker will not run.
  case leasesReturned([LeaseID])
  /// Trials of a lease that the worker will not run; it finishes the others.
  case trialsReturned(LeaseID, IntervalSet, ReturnCause = .notBegun)
  /// The worker cannot train this variant; its leases of that variant are returned with this.
  case variantRejected(VariantDigest, VariantRejection)
  /// A slot was given these trials of the job and has shown no progress for too long. The worker
  /// trains them no more; they are charged as if they had crashed it.
  case trialsHung(JobID, TrialRange)
  /// The worker leaves. What it still holds is handed back and charged to nothing.
  case goodbye
}

/// How many slots may train a variant at a time, and the memory that takes.
public struct SlotRoom: Hashable, Sendable {
  /// The slots, at least 1.
  public var slots: Int
  /// Bytes that the worker takes while all of them train it, its data included.
  public var memoryBytes: UInt64

  /// Room for so many slots.
  public init(slots: Int, memoryBytes: UInt64) {
    self.slots = slots
    self.memoryBytes = memoryBytes
  }
}

/// Why a worker returns trials. No cause is charged to a trial.
public enum ReturnCause: Hashable, Sendable {
  /// It has not begun them, and leaves.
  case notBegun
  /// It has not begun them: one trial takes this long here, which is more than its time limit leaves.
  case tooLittleTime(trial: Duration)
  /// It ran them for this long and then stopped them, because it has to leave; they had completed so many
  /// epochs. Nothing of their state is kept.
  case interrupted(after: Duration, epochs: Int)
}

/// Who a worker is and what it holds.
public struct WorkerHello: Hashable, Sendable {
  /// The worker.
  public var worker: WorkerID
  /// Rises with each hello of this worker, so that a replayed one is recognised.
  public var incarnation: UInt64
  /// The version of the messages.
  public var wireProtocol: Int
  /// The version of the numeric contract.
  public var contract: Int
  /// The software's version, for people.
  public var software: String
  /// The machine's name and the process's number, for people.
  public var host: String
  /// The CPU's model, for people and for audits.
  public var processor: String
  /// The kernels in use, such as `avx2`.
  public var instructionSet: String
  /// Trials, or packs of them, that it trains at a time.
  public var slots: Int
  /// The weights of the golden trial as this worker trains it: the proof of its kernels.
  public var goldenWeights: WeightsDigest
  /// Drawn when the process starts: a hello of the same worker with another session is a clone's.
  public var session: UInt64
  /// The program's file; nil where it cannot be read.
  public var executable: ExecutableDigest?
  /// The CPU's features, for people, separated by spaces.
  public var features: String
  /// What it may use of its machine.
  public var resources: WorkerResources
  /// The custom components that its program has, in their order.
  public var components: [ComponentIdentity]
  /// Time until its time limit, as it sent this; nil without a limit.
  public var remaining: Duration?
  /// Leases that it still works on, given by this coordinator or by the one before it.
  public var held: [HeldLease]

  /// A hello with all its parts.
  public init(
    worker: WorkerID, incarnation: UInt64, wireProtocol: Int = Versions.wireProtocol,
    contract: Int = Versions.contract, software: String = Versions.software, host: String,
    processor: String, instructionSet: String, slots: Int, goldenWeights: WeightsDigest,
    session: UInt64 = 0, executable: ExecutableDigest? = nil, features: String = "",
    resources: WorkerResources = WorkerResources(), components: [ComponentIdentity] = [],
    remaining: Duration? = nil, held: [HeldLease]
  ) {
    self.components = components
    self.resources = resources
    self.remaining = remaining
    self.session = session
    self.executable = executable
    self.features = features
    self.worker = worker
    self.incarnation = incarnation
    self.wireProtocol = wireProtocol
    self.contract = contract
    self.software = software
    self.host = host
    self.processor = processor
    self.instructionSet = instructionSet
    self.slots = slots
    self.goldenWeights = goldenWeights
    self.held = held
  }
}

/// A lease that a worker holds while it registers anew, or results that it holds.
public struct HeldLease: Hashable, Sendable {
  /// The lease, as the coordinator that gave it numbered it; ``LeaseID/ofResults`` for trials of the
  /// job whose results wait to be acknowledged.
  public var lease: LeaseID
  /// The job.
  public var job: JobID
  /// The trials that are not trained yet, or those of the results: they need not be lent to anybody.
  public var remaining: IntervalSet
  /// Whether one of its trials has begun.
  public var hasBegun: Bool

  /// A held lease with all its parts.
  public init(lease: LeaseID, job: JobID, remaining: IntervalSet, hasBegun: Bool) {
    self.lease = lease
    self.job = job
    self.remaining = remaining
    self.hasBegun = hasBegun
  }
}

/// Results of one job, sent together and acknowledged together.
public struct ResultBatch: Hashable, Sendable {
  /// The worker's number for it.
  public var number: BatchNumber
  /// The job.
  public var job: JobID
  /// The results, of the same job, each index at most once.
  public var results: [TrialResult]

  /// A batch with all its parts.
  public init(number: BatchNumber, job: JobID, results: [TrialResult]) {
    self.number = number
    self.job = job
    self.results = results
  }
}
