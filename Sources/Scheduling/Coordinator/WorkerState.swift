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
  /// Whether its leases expired and it has shown no progress since: it is given nothing then.
  var isStalled = false
  /// When one of its slots hung last.
  var hungAt: Instant?
  /// Whether it waits in `Coordinator.idle`.
  var isIdle = false
  /// Variants that this worker could not train, and when it said so.
  var rejected: [VariantDigest: Instant] = [:]
  /// Results in a row that nothing spoke against.
  var validResults: UInt64 = 0
  /// Trials per second, smoothed, of the jobs that it worked on last, the latest first.
  private var speeds: [(job: Int, speed: Double)] = []
  private static let speedsKept = 8

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
  func speed(of job: Int) -> Double? { speeds.first { $0.job == job }?.speed }

  mutating func noteSpeed(_ speed: Double, of job: Int) {
    let known = self.speed(of: job)
    speeds.removeAll { $0.job == job }
    speeds.insert((job, known.map { ($0 + speed) / 2 } ?? speed), at: 0)
    if speeds.count > Self.speedsKept { speeds.removeLast() }
  }
}
