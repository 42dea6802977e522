import DequeModule
import HeapModule
import SweepModel

/// The coordinator as a pure state machine: what happened goes in, what is to be done comes out.
///
/// It knows no socket, no clock and no disk. Each trial of a job is in exactly one place: waiting,
/// lent to a worker, on its way to the store, or in the store; ``checkInvariants()`` says so. Trials
/// are kept as intervals, so that a sweep of 10⁹ trials costs nothing until its results exist; a
/// message costs what it speaks of, and losing a worker costs what that worker held. Nothing walks
/// over all workers, leases or jobs but rare events: an end, a key that is revoked.
///
/// What it relies on: results are idempotent (a trial is a function of variant and seed), so a late or
/// repeated result is always welcome; and a result is acknowledged only after its commit, so that
/// whatever dies, someone still holds it.
public struct Coordinator: Sendable {
  /// The times and sizes.
  public let policy: SchedulingPolicy
  /// This life of the coordinator.
  public let epoch: CoordinatorEpoch
  /// Whether workers are told to leave once every trial is in the store.
  public let endsWhenFinished: Bool
  /// The weights that a worker's golden trial must have given.
  let goldenWeights: WeightsDigest

  /// In the order in which they were added.
  var jobs: [JobState] = []
  var jobPositions: [JobID: Int] = [:]
  /// The jobs that are not finished.
  var openJobs = 0
  /// Whether more jobs are about to be added.
  public internal(set) var awaitsJobs = false
  /// The jobs with waiting trials, and which of them is next.
  var ready = FairShare()
  /// The jobs of which time limits stopped trials that have no result yet, ascending.
  var interrupted = SortedPositions()
  /// The jobs with audits or disputes, ascending.
  var checked = SortedPositions()

  var workers: [WorkerID: WorkerState] = [:]
  /// Whether a worker has ever registered.
  var hasMetWorkers = false
  /// When the first lease of a job was lent that an earlier life had begun.
  var firstServed: Instant?
  var workerByPeer: [PeerID: WorkerID] = [:]
  /// One valid alarm for each worker, and some that are void.
  var alarms = Heap<Alarm>()
  /// Workers that hold less than they should, in the order in which they are served.
  var idle: Deque<WorkerID> = []
  /// How many workers could not train a variant and are not asked again yet.
  var rejections: [VariantDigest: Int] = [:]
  /// What workers could not train and have not begun since.
  var troubles: [VariantDigest: VariantTrouble] = [:]
  /// Since when no worker has been connected.
  var emptySince: Instant?
  /// Workers that were turned away, and those that were lost.
  var refusals = RecentTroubles()
  var losses = RecentTroubles()
  /// How many workers have each model of processor.
  var processors: [String: Int] = [:]
  /// How many workers have each set of custom components: as a rule there is one set, or there are two.
  var programs: [Set<ComponentIdentity>: Int] = [:]
  /// The keys of workers that have left.
  var boundKeys = BoundKeys()

  var leases: [LeaseID: Lease] = [:]
  /// Leases for training, of which trials may be taken over; some are closed.
  var endings = Heap<Ending>()
  /// Leases that are down to what their slots train; some are closed.
  var lastTrials = Heap<Ending>()
  var lastLease: UInt64

  var commits: [CommitID: PendingCommit] = [:]
  var lastCommit: UInt64 = 0
  var hasReportedFinish = false

  /// Workers and keys whose results were outvoted too often.
  var quarantined: Set<WorkerID>
  var quarantinedKeys: Set<PublicKey>
  /// How often each worker was outvoted.
  var outvoted: [WorkerID: Int] = [:]
  /// Workers of which the store has not said yet what stands on their word.
  var distrusted: Set<WorkerID> = []

  /// What happened so far, for people.
  public internal(set) var tally = Tally()

  /// A coordinator of `jobs`, in its `epoch` over its store, which knows the `quarantined` workers.
  ///
  /// - Precondition: no two jobs have the same identity.
  public init(
    jobs: [CoordinatorJob], epoch: CoordinatorEpoch, goldenWeights: WeightsDigest,
    endsWhenFinished: Bool, quarantined: Set<WorkerID> = [],
    quarantinedKeys: Set<PublicKey> = [], policy: SchedulingPolicy = SchedulingPolicy()
  ) {
    self.policy = policy
    self.endsWhenFinished = endsWhenFinished
    self.epoch = epoch
    self.goldenWeights = goldenWeights
    self.quarantined = quarantined
    self.quarantinedKeys = quarantinedKeys
    // No number returns in a later life: workers still know the leases of the earlier ones.
    lastLease = epoch.rawValue << 32
    for job in jobs {
      precondition(jobPositions[job.id] == nil, "two jobs have the identity \(job.id)")
      append(job)
    }
  }

  /// Whether every trial of every job is in the store, and no check is left that a worker which is
  /// connected could do.
  public var isFinished: Bool { openJobs == 0 && distrusted.isEmpty && !awaitsJobs }

  /// Takes in one event and says what is to be done, in order.
  public mutating func handle(_ event: Event, at now: Instant) -> [Effect] {
    var effects: [Effect] = []
    switch event {
    case .messageReceived(let peer, .hello(let hello)):
      register(hello, from: peer, at: now, &effects)
    case .messageReceived(let peer, .registered(let stamp, let report)):
      receive(report, stamp, from: peer, at: now, &effects)
    case .garbageReceived(let peer):
      effects.append(.notice(.garbage(peer)))
    case .peerMisbehaved(let peer, let text):
      turnAway(peer, because: text, at: now, &effects)
    case .peerLost(let peer):
      // The worker may be on its way back with a new connection: only its address is forgotten.
      if let worker = workerByPeer.removeValue(forKey: peer) { workers[worker]?.peer = nil }
    case .workerProcessEnded(let worker, let cause):
      lose(worker, cause, isCertain: true, at: now, &effects)
    case .keyRevoked(let key):
      revoke(key, at: now, &effects)
    case .jobsAdded(let added):
      add(added, at: now, &effects)
    case .jobsAwaited(let areAwaited):
      awaitsJobs = areAwaited
    case .jobsCancelled(let cancelled):
      cancel(cancelled, at: now, &effects)
    case .commitFinished(let commit, let outcomes):
      finish(commit, outcomes, at: now, &effects)
    case .workerDistrusted(let worker, let trials, let disputes):
      distrust(worker, trials, disputes, at: now, &effects)
    case .timePassed:
      sound(at: now, &effects)
    }
    emptySince = workers.isEmpty ? emptySince ?? now : nil
    reportFinish(&effects)
    return effects
  }

  /// Tells a worker something, if its address is known; what it misses it gets when it registers anew.
  mutating func order(_ order: CoordinatorOrder, _ worker: WorkerID, _ effects: inout [Effect]) {
    let epoch = epoch
    change(worker) { state in
      guard let peer = state.peer else { return }
      state.ordersSent += 1
      let stamp = MessageStamp(
        epoch: epoch, incarnation: state.incarnation, number: state.ordersSent)
      effects.append(.send(peer, .registered(stamp, order)))
    }
  }

  /// Changes what is known of a worker, where it is kept: each message does, and a worker's whole state,
  /// with its arrays, would be copied out and in for each part of it. Returns nil for an unknown worker.
  @inline(__always)
  @discardableResult
  mutating func change<Value>(_ worker: WorkerID, _ body: (inout WorkerState) -> Value) -> Value? {
    guard let position = workers.index(forKey: worker) else { return nil }
    return body(&workers.values[position])
  }

  /// Changes a lease where it is kept; nil for one that is closed.
  @inline(__always)
  @discardableResult
  mutating func changeLease<Value>(_ lease: LeaseID, _ body: (inout Lease) -> Value) -> Value? {
    guard let position = leases.index(forKey: lease) else { return nil }
    return body(&leases.values[position])
  }

  /// The leases of a worker, in the order in which it works on them.
  mutating func heldLeases(of worker: WorkerID) -> [LeaseID] { change(worker) { $0.leases } ?? [] }

  /// Whether workers were told to leave. That cannot be taken back, as most of them are gone: nothing is
  /// lent from then on. What arrives late is committed, and what it casts doubt on (a dispute, a trial
  /// that stands on the word of a worker that was outvoted) waits in the store for the next start.
  var isOver: Bool { endsWhenFinished && hasReportedFinish }

  private mutating func reportFinish(_ effects: inout [Effect]) {
    guard !isOver else { return }
    guard isFinished else {
      hasReportedFinish = false
      return
    }
    guard !hasReportedFinish else { return }
    hasReportedFinish = true
    // First, so that the end of a worker's process no longer surprises whoever started it.
    effects.append(.allFinished)
    guard endsWhenFinished else { return }
    for worker in workers.keys.sorted() { order(.finished, worker, &effects) }
  }
}

/// Counts of what happened since the coordinator started.
public struct Tally: Hashable, Sendable {
  /// Results that were the first of their trial.
  public var recorded: UInt64 = 0
  /// Results that repeated one that was there, to the bit.
  public var confirmed: UInt64 = 0
  /// Results that differed from the one that was there.
  public var violated: UInt64 = 0
  /// Trials whose results differed until a majority decided.
  public var settled: UInt64 = 0
  /// Trials whose loss stopped being finite.
  public var diverged: UInt64 = 0
  /// Trials that failed.
  public var failed: UInt64 = 0
  /// Results that were chosen to be trained again by another worker.
  public var audited: UInt64 = 0
  /// Trials that an idle worker took over from a slower one.
  public var takenOver: UInt64 = 0
  /// Trials that an idle worker was given though another was at work on them.
  public var copied: UInt64 = 0
  /// Workers that were lost without a goodbye.
  public var workersLost: UInt64 = 0
  /// Workers that were turned away.
  public var workersRefused: UInt64 = 0
  /// Times that a worker could not train a variant.
  public var variantsRejected: UInt64 = 0

  /// Nothing has happened yet.
  public init() {}
}

/// A set of positions that is walked in ascending order; for the few that are in it at a time.
struct SortedPositions: Sendable {
  private(set) var positions: [Int] = []

  var isEmpty: Bool { positions.isEmpty }

  mutating func insert(_ position: Int) {
    let place = place(of: position)
    guard place == positions.count || positions[place] != position else { return }
    positions.insert(position, at: place)
  }

  mutating func remove(_ position: Int) {
    let place = place(of: position)
    guard place < positions.count, positions[place] == position else { return }
    positions.remove(at: place)
  }

  func contains(_ position: Int) -> Bool {
    let place = place(of: position)
    return place < positions.count && positions[place] == position
  }

  private func place(of position: Int) -> Int {
    var (low, high) = (0, positions.count)
    while low < high {
      let middle = (low + high) / 2
      if positions[middle] < position { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

/// Which key each worker had that is not connected any more, for as many as there is room for.
struct BoundKeys: Sendable {
  private var keys: [WorkerID: PublicKey] = [:]
  private var order: Deque<WorkerID> = []

  subscript(_ worker: WorkerID) -> PublicKey? { keys[worker] }

  mutating func insert(_ key: PublicKey, of worker: WorkerID) {
    if keys.updateValue(key, forKey: worker) == nil { order.append(worker) }
    if order.count > Limits.workers, let oldest = order.popFirst() { keys[oldest] = nil }
  }
}
