import SweepModel

/// What the coordinator knows of a worker.
struct WorkerState {
  /// Where it is reached; nil while its connection is broken.
  var peer: PeerID?
  /// The key that it registered with.
  let key: PublicKey?
  /// Tells its process from a clone.
  let session: UInt64
  var incarnation: UInt64
  let host: String
  let processor: String
  var slots: Int
  var resources: WorkerResources
  /// The custom components that its program has.
  var components: Set<ComponentIdentity>
  /// Bytes of memory that the variant takes which it began last.
  var memoryNeeded: UInt64?
  /// When its time limit ends; nil without one.
  var leavesAt: Instant?
  var lastHeard: Instant
  /// What was said under this registration, in each direction.
  var ordersSent: UInt64 = 0
  var reportsReceived: UInt64 = 0
  /// The counters of the last heartbeat, by slot, and when they, or results, last moved.
  var progress: [UInt64] = []
  var progressAt: Instant
  var lastResultAt: Instant
  /// When it is looked at next; earlier alarms of it are void.
  var alarm: Instant
  /// In the order in which they were given, which is the order in which they are worked on.
  var leases: [LeaseID] = []
  /// The job that it was given waiting trials of last.
  var lastJob: Int?
  /// Whether its leases expired and it has shown no progress since: it is given nothing then.
  var isStalled = false
  /// When one of its slots hung last.
  var hungAt: Instant?
  /// Whether it waits in `Coordinator.idle`.
  var isIdle = false
  /// Variants that this worker could not train, and when it is asked again.
  var rejected: [VariantDigest: Instant] = [:]
  /// How often in a row it could not train a variant, until it begins it.
  var rejectionAttempts: [VariantDigest: Int] = [:]
  /// Jobs of which not even one trial fits into the time that the worker has left, as it said.
  var outOfTime: Set<Int> = []
  /// Results in a row that nothing spoke against.
  var validResults: UInt64 = 0
  /// How fast it is at the jobs that it worked on last, the latest first.
  private(set) var speeds: [JobSpeed] = []
  /// How it trains the jobs that it began last, the latest first.
  private var packs: [JobPack] = []
  private static let jobsKept = 8

  /// How a worker trains a job: so many trials together in each of so many slots.
  private struct JobPack: Hashable, Sendable {
    let job: Int
    let lanes: UInt64
    let slots: Int
  }

  /// How fast a worker is at one job: what it did lately, and how long that took.
  struct JobSpeed: Sendable {
    let job: Int
    private var trials: Double
    private var seconds: Double
    /// How long one trial, or pack, takes each of its slots.
    private(set) var rowSeconds: Double

    init(job: Int) {
      self.job = job
      (trials, seconds, rowSeconds) = (0, 0, 0)
    }

    /// Trials per second.
    var value: Double { trials / seconds }

    /// In thousandths of trials per second: whole numbers, so that sums of many do not depend on the order.
    /// Bounded, so that those of `Limits.workers` have a sum.
    var thousandths: UInt64 { UInt64(min(max(1, value * 1_000), 0x1p48)) }

    /// Adds a lease; what is more than `window` of work ago counts less and less.
    ///
    /// A short lease says little, as the time that messages take is in it too: it counts as long as it
    /// took.
    mutating func add(_ trials: UInt64, rows: UInt64, in seconds: Double, window: Double) {
      let row = seconds / Double(max(1, rows))
      // A longer one counts at once: to begin a trial in vain costs more than some time unused.
      rowSeconds = row >= rowSeconds ? row : (3 * rowSeconds + row) / 4
      self.trials += Double(trials)
      self.seconds += seconds
      guard self.seconds > window else { return }
      self.trials *= window / self.seconds
      self.seconds = window
    }
  }

  init(_ hello: WorkerHello, peer: PeerID, at now: Instant) {
    self.peer = peer
    key = peer.key
    session = hello.session
    incarnation = hello.incarnation
    host = hello.host
    processor = hello.processor
    slots = hello.slots
    resources = hello.resources
    components = Set(hello.components)
    leavesAt = hello.remaining.map { now.advanced(by: $0) }
    lastHeard = now
    progressAt = now
    lastResultAt = now
    alarm = now
  }

  /// Trials of the job per second; nil before it has finished a lease of it.
  func speed(of job: Int) -> Double? { speeds.first { $0.job == job }?.value }

  /// Seconds that one trial, or pack, of the job takes each of its slots; nil before it has finished a lease.
  func rowSeconds(of job: Int) -> Double? { speeds.first { $0.job == job }?.rowSeconds }

  /// Learns from a lease of the job, with so many trials in so many seconds, more than none of either.
  /// Returns the job's speed as it was and is, and one of another job that there is no room for.
  mutating func noteSpeed(
    _ trials: UInt64, in seconds: Double, of job: Int, window: Double
  ) -> (before: JobSpeed?, after: JobSpeed, forgotten: JobSpeed?) {
    let place = speeds.firstIndex { $0.job == job }
    let before = place.map { speeds.remove(at: $0) }
    var after = before ?? JobSpeed(job: job)
    let packed = packedTrials(of: job)
    after.add(trials, rows: (trials + packed - 1) / packed, in: seconds, window: window)
    speeds.insert(after, at: 0)
    return (before, after, speeds.count > Self.jobsKept ? speeds.removeLast() : nil)
  }

  /// Trials of the job that it trains together with all slots that it has for the job: what is no multiple
  /// of them leaves some of a pack unused, which takes as long as a full one.
  func packedTrials(of job: Int) -> UInt64 { UInt64(slots(of: job)) * lanes(of: job) }

  /// Slots that train the job at a time; all where nothing else is known.
  func slots(of job: Int) -> Int { packs.first { $0.job == job }?.slots ?? slots }

  /// Trials of the job that a slot trains together; 1 where that is not known.
  func lanes(of job: Int) -> UInt64 { packs.first { $0.job == job }?.lanes ?? 1 }

  /// Learns how the worker trains a job that it begins.
  mutating func noteBeginning(of job: Int, lanes: Int, room: SlotRoom?) {
    memoryNeeded = room?.memoryBytes
    let pack = JobPack(
      job: job, lanes: UInt64(max(1, lanes)), slots: min(slots, max(1, room?.slots ?? slots)))
    if packs.first == pack { return }
    packs.removeAll { $0.job == job }
    packs.insert(pack, at: 0)
    if packs.count > Self.jobsKept { packs.removeLast() }
  }
}
