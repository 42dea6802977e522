import SweepModel

/// What the coordinator says to a worker.
public enum CoordinatorMessage: Hashable, Sendable {
  /// The worker is registered.
  case welcome(Welcome)
  /// The worker is turned away for good, with a reason for people.
  case refused(Refusal)
  /// The coordinator does not know the sender: say hello.
  case registerAgain
  /// "I am here": the answer to a heartbeat.
  case heartbeat
  /// Trials to train.
  case lease(LeaseGrant)
  /// A lease has ended early: do not begin what is left of it.
  case leaseRevoked(LeaseID)
  /// The canonical JSON of a variant.
  case specification(VariantDigest, [UInt8])
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

/// A range of trials lent to a worker.
public struct LeaseGrant: Hashable, Sendable {
  /// The lease.
  public var id: LeaseID
  /// The job.
  public var job: JobID
  /// The variant to train; its specification is fetched by this digest.
  public var variant: VariantDigest
  /// The index of the first trial.
  public var first: TrialIndex
  /// The seeds of the trials from `first` on.
  public var seeds: [TrialSeed]
  /// Whether results keep the values of their history.
  public var keepsHistory: Bool

  /// A grant with all its parts.
  public init(
    id: LeaseID, job: JobID, variant: VariantDigest, first: TrialIndex, seeds: [TrialSeed],
    keepsHistory: Bool
  ) {
    self.id = id
    self.job = job
    self.variant = variant
    self.first = first
    self.seeds = seeds
    self.keepsHistory = keepsHistory
  }

  /// The trials.
  public var range: TrialRange {
    TrialRange(first.rawValue, first.rawValue + UInt64(seeds.count))
  }
}
