import SweepModel

/// The coordinator as a pure state machine: what happened goes in, what is to be done comes out.
///
/// It knows no socket, no clock and no disk. Each trial of a job is in exactly one place: waiting,
/// lent to a worker, on its way to the store, or in the store; ``checkInvariants()`` says so. Trials
/// are kept as intervals, so that a sweep of 10⁹ trials costs nothing until its results exist, and
/// losing a worker costs what that worker held.
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

  var jobs: [JobID: JobState] = [:]
  /// The jobs in the order in which they are served.
  var jobOrder: [JobID]
  /// The jobs that have trials to lease or to wait for, in the order in which they are served.
  var openJobs: [JobID]
  var workers: [WorkerID: WorkerState] = [:]
  var workerByPeer: [PeerID: WorkerID] = [:]
  var leases: [LeaseID: Lease] = [:]
  var commits: [CommitID: PendingCommit] = [:]
  var lastLease: UInt64
  var lastCommit: UInt64 = 0
  var hasReportedFinish = false
  /// Workers and keys whose results were outvoted too often.
  var quarantined: Set<WorkerID>
  var quarantinedKeys: Set<PublicKey>
  /// What happened so far, for people.
  public internal(set) var tally = Tally()

  /// A coordinator of `jobs`, in its `epoch` over its store, which knows the `quarantined` workers.
  ///
  /// - Precondition: no two jobs have the same identity.
  public init(
    jobs: [CoordinatorJob], epoch: CoordinatorEpoch, goldenWeights: WeightsDigest,
    endsWhenFinished: Bool, quarantined: Set<WorkerID> = [], quarantinedKeys: Set<PublicKey> = [],
    policy: SchedulingPolicy = SchedulingPolicy()
  ) {
    self.quarantined = quarantined
    self.quarantinedKeys = quarantinedKeys
    self.policy = policy
    self.endsWhenFinished = endsWhenFinished
    self.epoch = epoch
    self.goldenWeights = goldenWeights
    jobOrder = jobs.map(\.id)
    openJobs = []
    // No number returns in a later life: workers still know the leases of the earlier ones.
    lastLease = epoch.rawValue << 32
    for job in jobs {
      precondition(self.jobs[job.id] == nil, "two jobs have the identity \(job.id)")
      let state = JobState(job)
      self.jobs[job.id] = state
      if !state.isFinished { openJobs.append(job.id) }
    }
  }

  /// Whether every trial of every job is in the store.
  public var isFinished: Bool { openJobs.isEmpty }

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
    case .peerLost(let peer):
      // The worker may be on its way back with a new connection: only its address is forgotten.
      if let worker = workerByPeer.removeValue(forKey: peer) { workers[worker]?.peer = nil }
    case .workerProcessEnded(let worker):
      lose(worker, at: now, &effects)
    case .commitFinished(let commit, let outcomes):
      finish(commit, outcomes, at: now, &effects)
    case .jobsAdded(let added): add(added, at: now, &effects)
    case .jobsCancelled(let cancelled): cancel(cancelled, at: now, &effects)
    case .keyRevoked, .workerDistrusted: break
    case .timePassed:
      loseSilentWorkers(at: now, &effects)
      expireLeases(at: now, &effects)
    }
    if isFinished, !hasReportedFinish {
      hasReportedFinish = true
      // First, so that the end of a worker's process no longer surprises whoever started it.
      effects.append(.allFinished)
      if endsWhenFinished { dismissWorkers(&effects) }
    }
    return effects
  }

  private mutating func dismissWorkers(_ effects: inout [Effect]) {
    for worker in workers.keys.sorted() { order(.finished, worker, &effects) }
  }

  /// Tells a worker something, if its address is known; what it misses it gets when it registers anew.
  mutating func order(_ order: CoordinatorOrder, _ worker: WorkerID, _ effects: inout [Effect]) {
    guard let peer = workers[worker]?.peer else { return }
    workers[worker]?.ordersSent += 1
    guard let state = workers[worker] else { return }
    let stamp = MessageStamp(
      epoch: epoch, incarnation: state.incarnation, number: state.ordersSent)
    effects.append(.send(peer, .registered(stamp, order)))
  }

  private mutating func receive(
    _ report: WorkerReport, _ stamp: MessageStamp, from peer: PeerID, at now: Instant,
    _ effects: inout [Effect]
  ) {
    guard stamp.epoch == epoch, let worker = workerByPeer[peer],
      let state = workers[worker], state.incarnation == stamp.incarnation
    else {
      // Never dropped: a worker that we forgot, or that knew our predecessor, must be told.
      effects.append(.send(peer, .registerAgain(stamp)))
      return
    }
    workers[worker]?.lastHeard = now
    // What was there before is a repetition; after a gap only a new registration sets things right.
    guard stamp.number > state.reportsReceived else { return }
    guard stamp.number == state.reportsReceived + 1 else {
      effects.append(.send(peer, .registerAgain(stamp)))
      return
    }
    workers[worker]?.reportsReceived = stamp.number
    switch report {
    case .heartbeat(let progress):
      noteProgress(progress, of: worker, at: now)
      order(.heartbeat, worker, &effects)
    case .specificationWanted(let digest):
      sendSpecification(digest, to: worker, &effects)
    case .leaseBegun(let lease):
      if leases[lease]?.worker == worker { leases[lease]?.hasBegun = true }
    case .results(let batch):
      accept(batch, from: worker, peer, at: now, &effects)
    case .leasesReturned(let returned):
      for lease in returned where leases[lease]?.worker == worker { takeBack(lease) }
      serveIdleWorkers(at: now, &effects)
    case .variantRejected(let variant, let reason):
      noteRejection(of: variant, by: worker, reason, &effects)
      serveIdleWorkers(at: now, &effects)
    case .trialsHung: break
    case .goodbye:
      for lease in workers[worker]?.leases ?? [] { takeBack(lease) }
      forget(worker)
      effects.append(.notice(.workerLeft(worker)))
      serveIdleWorkers(at: now, &effects)
    }
  }

  private mutating func sendSpecification(
    _ digest: VariantDigest, to worker: WorkerID, _ effects: inout [Effect]
  ) {
    // Workers ask only for what a lease named, so an unknown digest needs no answer.
    for id in jobOrder {
      guard let job = jobs[id]?.job, job.variant == digest else { continue }
      order(.specification(digest, job.specification), worker, &effects)
      return
    }
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
  /// Trials whose loss stopped being finite.
  public var diverged: UInt64 = 0
  /// Trials that failed.
  public var failed: UInt64 = 0
  /// Workers that were lost without a goodbye.
  public var workersLost: UInt64 = 0

  /// Nothing has happened yet.
  public init() {}
}
