/// How a coordinator is.
public struct CoordinatorStatus: Hashable, Sendable {
  /// Its version.
  public var software = Versions.software
  /// The numeric contract that it keeps.
  public var contract = Versions.contract
  /// Which life over its store this is, from 1.
  public var epoch: UInt64 = 0
  /// Time since it began to serve.
  public var uptimeSeconds: Double = 0
  /// The store's file.
  public var store = ""
  /// Whether it is about to leave, because it was told to or has finished.
  public var isEnding = false
  /// Results that are on their way to the disk.
  public var uncommittedResults: UInt64 = 0
  /// Submissions that are being prepared or wait for that.
  public var waitingSubmissions = 0
  /// The sweeps, in the order in which they were added.
  public var sweeps: [SweepStatus] = []
  /// The workers, by identifier.
  public var workers: [WorkerStatus] = []
  /// Why trials wait, or why workers that could train do not, the most important first.
  public var waiting: [WaitingReason] = []

  /// A coordinator that has just begun.
  public init() {}
}

/// How far one sweep is.
public struct SweepStatus: Hashable, Sendable {
  /// What a sweep can be doing.
  public enum State: String, Hashable, Sendable, CaseIterable {
    /// Its trials are being lent.
    case running
    /// All is in the store that was asked for.
    case finished
    /// It was cancelled; a submission goes on with it.
    case cancelled
  }

  /// The sweep's name.
  public var name: String
  /// From which the trial seeds are derived.
  public var masterSeed: MasterSeed
  /// What it is doing.
  public var state: State = .running
  /// Its variants.
  public var variants: Int
  /// Trials of each variant.
  public var trials: UInt64
  /// Trials of all variants.
  public var asked: UInt64
  /// Trials of all variants that the store has, failed and diverged ones too.
  public var recorded: UInt64 = 0
  /// Those whose loss or metrics stopped being finite.
  public var diverged: UInt64 = 0
  /// Those that could not be trained.
  public var failed: UInt64 = 0
  /// Results that differ from another run of the same trial.
  public var violations: UInt64 = 0
  /// Recorded trials that are still to be run again elsewhere.
  public var openAudits: UInt64 = 0
  /// Sweeps of a higher priority are served first; those of one priority share the workers.
  public var priority = 0

  /// A sweep of which nothing is recorded.
  public init(name: String, masterSeed: MasterSeed, variants: Int, trials: UInt64, asked: UInt64) {
    self.name = name
    self.masterSeed = masterSeed
    self.variants = variants
    self.trials = trials
    self.asked = asked
  }

  /// Whether no trial failed, and none gave other bits when it was run again.
  public var isClean: Bool { failed == 0 && violations == 0 }
}

/// How one worker is.
public struct WorkerStatus: Hashable, Sendable {
  /// Its identifier, 16 bytes.
  public var id: [UInt8]
  /// Its machine's name and process's number.
  public var host: String
  /// Its CPU's model.
  public var processor: String
  /// Trials, or packs of them, that it trains at a time.
  public var slots: Int
  /// Leases that it holds.
  public var leases: Int
  /// Trials that it finishes in a second, as its leases have shown.
  public var trialsPerSecond: Double
  /// Time since its last message.
  public var silentSeconds: Double
  /// The name of its key, or the key where it has no name; nil without keys.
  public var key: String?
  /// Whether a lease of it expired without progress since.
  public var isStalled: Bool
  /// What it may use of its machine.
  public var resources = WorkerResources()
  /// Bytes of memory that the variant takes which it began last, with all slots that train it; nil before
  /// the first.
  public var memoryNeededBytes: UInt64?
  /// Time until its time limit; nil without one.
  public var remainingSeconds: Double?

  /// A worker with all its parts.
  public init(
    id: [UInt8], host: String, processor: String, slots: Int, leases: Int,
    trialsPerSecond: Double, silentSeconds: Double, key: String?, isStalled: Bool
  ) {
    self.id = id
    self.host = host
    self.processor = processor
    self.slots = slots
    self.leases = leases
    self.trialsPerSecond = trialsPerSecond
    self.silentSeconds = silentSeconds
    self.key = key
    self.isStalled = isStalled
  }
}
