import SweepModel

/// What a worker says about itself in every hello.
public struct WorkerIdentity: Hashable, Sendable {
  /// The worker.
  public let id: WorkerID
  /// The machine's name and the process's number, for people.
  public let host: String
  /// The CPU's model.
  public let processor: String
  /// The kernels in use.
  public let instructionSet: String
  /// Trials, or packs of them, that it trains at a time.
  public let slots: Int
  /// The weights of the golden trial as trained here.
  public let goldenWeights: WeightsDigest
  /// Drawn when the process starts, so that a clone is told from a reconnect.
  public let session: UInt64
  /// The program's file; nil where it cannot be read.
  public let executable: ExecutableDigest?
  /// The CPU's features, for people, separated by spaces.
  public let features: String
  /// What it may use of its machine.
  public let resources: WorkerResources
  /// The custom components that its program has, in their order.
  public let components: [ComponentIdentity]
  /// Bytes of the memory limit that the process itself takes, beside data and slots.
  public let overheadBytes: UInt64

  /// An identity with all its parts.
  ///
  /// - Precondition: `slots` is in 1...``Limits/slots``.
  public init(
    id: WorkerID, host: String, processor: String, instructionSet: String, slots: Int,
    goldenWeights: WeightsDigest, session: UInt64 = 0, executable: ExecutableDigest? = nil,
    features: String = "", resources: WorkerResources = WorkerResources(),
    overheadBytes: UInt64 = 0, components: [ComponentIdentity] = []
  ) {
    self.components = components
    self.resources = resources
    self.overheadBytes = overheadBytes
    self.session = session
    self.executable = executable
    self.features = features
    precondition((1...Limits.slots).contains(slots))
    self.id = id
    self.host = host
    self.processor = processor
    self.instructionSet = instructionSet
    self.slots = slots
    self.goldenWeights = goldenWeights
  }

  func hello(incarnation: UInt64, remaining: Duration? = nil, held: [HeldLease]) -> WorkerHello {
    WorkerHello(
      worker: id, incarnation: incarnation, host: host, processor: processor,
      instructionSet: instructionSet, slots: slots, goldenWeights: goldenWeights,
      session: session, executable: executable, features: features,
      resources: resources, components: components, remaining: remaining, held: held)
  }
}
