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
  /// Results in a row that nothing spoke against.
  var validResults: UInt64 = 0
  /// How fast it is at the jobs that it worked on last, the latest first.
  private(set) var speeds: [JobSpeed] = []
  /// Trials that a slot trains together, as it said of the jobs that it began last, the latest first.
  private var packs: [(job: Int, lanes: UInt64)] = []
  private static let jobsKept = 8

  /// How fast a worker is at one job: what it did lately, and how long that took.
  struct JobSpeed: Sendable {
    let job: Int
    private var trials: Double
    private var seconds: Double

    init(job: Int) {
      self.job = job
      (trials, seconds) = (0, 0)
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
    mutating func add(_ trials: UInt64, in seconds: Double, window: Double) {
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
    lastHeard = now
    progressAt = now
    lastResultAt = now
    alarm = now
  }

  /// Trials of the job per second; nil before it has finished a lease of it.
  func speed(of job: Int) -> Double? { speeds.first { $0.job == job }?.value }

  /// Learns from a lease of the job, with so many trials in so many seconds, more than none of either.
  /// Returns the job's speed as it was and is, and one of another job that there is no room for.
  mutating func noteSpeed(
    _ trials: UInt64, in seconds: Double, of job: Int, window: Double
  ) -> (before: JobSpeed?, after: JobSpeed, forgotten: JobSpeed?) {
    let place = speeds.firstIndex { $0.job == job }
    let before = place.map { speeds.remove(at: $0) }
    var after = before ?? JobSpeed(job: job)
    after.add(trials, in: seconds, window: window)
    speeds.insert(after, at: 0)
    return (before, after, speeds.count > Self.jobsKept ? speeds.removeLast() : nil)
  }

  /// Trials of the job that it trains together with all its slots: what is no multiple of them leaves
  /// some of a pack unused, which takes as long as a full one.
  func packedTrials(of job: Int) -> UInt64 { UInt64(slots) * lanes(of: job) }

  /// Trials of the job that a slot trains together; 1 where that is not known.
  func lanes(of job: Int) -> UInt64 { packs.first { $0.job == job }?.lanes ?? 1 }

  mutating func noteLanes(_ lanes: UInt64, of job: Int) {
    if packs.first?.job == job, packs.first?.lanes == lanes { return }
    packs.removeAll { $0.job == job }
    packs.insert((job, lanes), at: 0)
    if packs.count > Self.jobsKept { packs.removeLast() }
  }
}
