import SweepModel

/// What the coordinator says to a worker.
public enum CoordinatorMessage: Hashable, Sendable {
  /// The worker is registered: a registration begins.
  case welcome(Welcome)
  /// The worker is turned away, with a reason for people; for good unless that may pass.
  case refused(Refusal)
  /// The coordinator does not know the sender of the message with this stamp, or has missed one
  /// before it: say hello.
  case registerAgain(MessageStamp)
  /// Anything else, under the registration that the welcome began.
  case registered(MessageStamp, CoordinatorOrder)
}

/// What the coordinator says to a registered worker.
public enum CoordinatorOrder: Hashable, Sendable {
  /// "I am here": the answer to a heartbeat.
  case heartbeat
  /// Trials to train.
  case lease(LeaseGrant)
  /// A lease has ended early: do not begin what is left of it.
  case leaseRevoked(LeaseID)
  /// These trials of a lease go to another worker: do not begin them. Those that have begun are
  /// finished and their results are welcome.
  case leaseShortened(LeaseID, IntervalSet)
  /// The canonical JSON of a variant, and the files that its data are read from, as far as they are
  /// known.
  case specification(VariantDigest, [UInt8], files: [DataFile] = [])
  /// The batch is in the store: the worker may forget it.
  case acknowledged(BatchNumber)
  /// There will be no more work: the worker may leave.
  case finished
}

/// The answer to a hello.
public struct Welcome: Hashable, Sendable {
  /// The incarnation of the hello that this answers: a worker that has said hello again since waits
  /// for the answer to that.
  public var incarnation: UInt64
  /// The coordinator's epoch, which the worker's messages must carry.
  public var epoch: CoordinatorEpoch
  /// How often to send a heartbeat.
  public var heartbeatInterval: Duration
  /// Silence after which either side counts as lost.
  public var silenceLimit: Duration
  /// The held leases that go on, under new numbers; those not among them are to be dropped.
  public var adopted: [Adoption]

  /// A welcome with all its parts.
  public init(
    incarnation: UInt64, epoch: CoordinatorEpoch, heartbeatInterval: Duration,
    silenceLimit: Duration, adopted: [Adoption]
  ) {
    self.incarnation = incarnation
    self.epoch = epoch
    self.heartbeatInterval = heartbeatInterval
    self.silenceLimit = silenceLimit
    self.adopted = adopted
  }

  /// A held lease that goes on.
  public struct Adoption: Hashable, Sendable {
    /// The number that it had.
    public var held: LeaseID
    /// Its new number.
    public var lease: LeaseID

    /// An adoption.
    public init(held: LeaseID, lease: LeaseID) {
      self.held = held
      self.lease = lease
    }
  }
}

/// Why a worker is turned away.
public struct Refusal: Hashable, Sendable {
  /// The kinds of reasons.
  public enum Code: String, Hashable, Sendable, CaseIterable {
    /// It speaks another version of the messages.
    case wireProtocol = "protocol"
    /// It keeps another version of the numeric contract.
    case contract
    /// Its kernels give other bits than the golden trial's.
    case kernels
    /// It sent something that cannot be.
    case misbehaviour
    /// The coordinator has all the workers that it can serve.
    case capacity
    /// Another process with its identity is at work.
    case identity
    /// Its key is not, or no longer, that of a worker, or not that of this worker.
    case key
    /// Its results were outvoted by other workers'.
    case quarantined

    /// Whether the reason may be gone without anything being done about the worker, so that it asks again
    /// and again instead of leaving.
    public var mayPass: Bool {
      switch self {
      case .capacity: true
      case .wireProtocol, .contract, .kernels, .misbehaviour, .identity, .key, .quarantined: false
      }
    }
  }

  /// The kind.
  public var code: Code
  /// One sentence for people.
  public var text: String

  /// A refusal.
  public init(_ code: Code, _ text: String) {
    self.code = code
    self.text = text
  }
}

/// Trials lent to a worker.
public struct LeaseGrant: Hashable, Sendable {
  /// The lease.
  public var id: LeaseID
  /// The job.
  public var job: JobID
  /// The variant to train; its specification is fetched by this digest.
  public var variant: VariantDigest
  /// The trials.
  public var trials: IntervalSet
  /// Their seeds, by ascending index.
  public var seeds: [TrialSeed]
  /// Whether results keep the values of their history.
  public var keepsHistory: Bool
  /// What to do with the models of the trials; nil for nothing.
  public var models: ModelOrder?

  /// A grant with all its parts.
  ///
  /// - Precondition: there are as many seeds as trials.
  public init(
    id: LeaseID, job: JobID, variant: VariantDigest, trials: IntervalSet, seeds: [TrialSeed],
    keepsHistory: Bool, models: ModelOrder? = nil
  ) {
    precondition(trials.count == UInt64(seeds.count), "one seed for each trial")
    self.id = id
    self.job = job
    self.variant = variant
    self.trials = trials
    self.seeds = seeds
    self.keepsHistory = keepsHistory
    self.models = models
  }
}
