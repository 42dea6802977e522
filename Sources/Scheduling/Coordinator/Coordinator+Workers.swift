import SweepModel

/// What the coordinator knows of a worker.
struct WorkerState {
  var peer: PeerID?
  var incarnation: UInt64
  var host: String
  var slots: Int
  var lastHeard: Instant
  /// What was said under this registration, in each direction.
  var ordersSent: UInt64 = 0
  var reportsReceived: UInt64 = 0
  /// The counters of the last heartbeat, by slot.
  var progress: [UInt64] = []
  /// In the order in which they were given, which is the order in which they are worked on.
  var leases: [LeaseID] = []
  /// Whether a lease of it expired and it has shown no progress since: it is given nothing then.
  var isStalled = false
  /// Variants that this worker cannot train.
  var rejected: Set<VariantDigest> = []
  /// Trials per second, smoothed, by job.
  var speed: [JobID: Double] = [:]
}

/// A range of trials that is lent to a worker.
struct Lease {
  let job: JobID
  let worker: WorkerID
  /// The trials whose results have not arrived.
  var remaining: IntervalSet
  /// When the first trial of the lease could begin: now, or when the lease before it ended.
  var startedAt: Instant
  /// How many trials it held at first.
  let size: UInt64
  var deadline: Instant
  var hasBegun = false
}

extension Coordinator {
  mutating func register(
    _ hello: WorkerHello, from peer: PeerID, at now: Instant, _ effects: inout [Effect]
  ) {
    if let refusal = refusal(of: hello) {
      effects.append(.notice(.workerRefused(host: hello.host, refusal)))
      effects.append(.send(peer, .refused(refusal)))
      return
    }
    if let known = workers[hello.worker] {
      // A hello that was delayed on an old connection must not take the worker's address away.
      guard hello.incarnation > known.incarnation else { return }
      if let old = known.peer { workerByPeer[old] = nil }
    }
    if let other = workerByPeer[peer], other != hello.worker { lose(other, at: now, &effects) }
    let isNew = workers[hello.worker] == nil
    var state =
      workers[hello.worker]
      ?? WorkerState(
        peer: peer, incarnation: hello.incarnation, host: hello.host, slots: hello.slots,
        lastHeard: now)
    state.peer = peer
    state.incarnation = hello.incarnation
    state.slots = hello.slots
    state.lastHeard = now
    state.progress = []
    state.ordersSent = 0
    state.reportsReceived = 0
    workers[hello.worker] = state
    workerByPeer[peer] = hello.worker
    let adopted = adopt(hello.held, by: hello.worker, at: now)
    if isNew {
      effects.append(
        .notice(.workerJoined(hello.worker, host: hello.host, slots: hello.slots)))
    }
    effects.append(
      .send(
        peer,
        .welcome(
          Welcome(
            incarnation: hello.incarnation, epoch: epoch,
            heartbeatInterval: policy.heartbeatInterval, silenceLimit: policy.silenceLimit,
            adopted: adopted))))
    if isFinished, endsWhenFinished { order(.finished, hello.worker, &effects) }
    serve(hello.worker, at: now, &effects)
    serveIdleWorkers(at: now, &effects)
  }

  private func refusal(of hello: WorkerHello) -> Refusal? {
    if hello.wireProtocol != Versions.wireProtocol {
      return Refusal(
        .wireProtocol,
        "the worker (seedsweep \(hello.software)) speaks protocol \(hello.wireProtocol), "
          + "the coordinator (\(Versions.software)) protocol \(Versions.wireProtocol): "
          + "install the same version on both")
    }
    if hello.contract != Versions.contract {
      return Refusal(
        .contract,
        "the worker keeps numeric contract \(hello.contract), the coordinator "
          + "\(Versions.contract): install the same version on both")
    }
    if hello.goldenWeights != goldenWeights {
      return Refusal(
        .kernels,
        "the worker's \(hello.instructionSet) kernels give other bits for the golden trial: run "
          + "`seedsweep doctor` on \(hello.host), and try SEEDSWEEP_ISA=reference")
    }
    guard (1...Limits.slots).contains(hello.slots) else {
      return Refusal(.misbehaviour, "\(hello.slots) slots: a worker has 1 to \(Limits.slots)")
    }
    if workers[hello.worker] == nil, workers.count >= policy.mostWorkers {
      return Refusal(
        .capacity,
        "the coordinator serves \(policy.mostWorkers) workers and has them all: raise its "
          + "--max-workers or its limit of open files")
    }
    return nil
  }

  /// Turns what the worker still holds into leases of this epoch, as far as nobody else has it.
  ///
  /// What the worker had from this coordinator and no longer names is handed back.
  private mutating func adopt(_ held: [HeldLease], by worker: WorkerID, at now: Instant)
    -> [Welcome.Adoption]
  {
    for lease in workers[worker]?.leases ?? [] { takeBack(lease) }
    var adopted: [Welcome.Adoption] = []
    for offer in held.prefix(Limits.leasesPerWorker) {
      guard var state = jobs[offer.job] else { continue }
      var remaining = IntervalSet()
      for range in offer.remaining.ranges {
        remaining.formUnion(state.pending.intersection(range))
      }
      guard !remaining.isEmpty else { continue }
      state.pending.subtract(remaining)
      jobs[offer.job] = state
      let id = open(remaining, of: offer.job, for: worker, at: now)
      leases[id]?.hasBegun = offer.hasBegun
      adopted.append(Welcome.Adoption(held: offer.lease, lease: id))
    }
    return adopted
  }

  /// A worker is gone without a goodbye: what it had begun is suspect, the rest goes back.
  mutating func lose(_ worker: WorkerID, at now: Instant, _ effects: inout [Effect]) {
    guard let state = workers[worker] else { return }
    var returned: UInt64 = 0
    for id in state.leases {
      guard let lease = leases[id] else { continue }
      returned += lease.remaining.count
      if lease.hasBegun {
        leases[id] = nil
        let failed = jobs[lease.job]?.returnAfterCrash(lease.remaining) ?? []
        for index in failed { recordFailure(of: index, in: lease.job, &effects) }
      } else {
        takeBack(id)
      }
    }
    forget(worker)
    tally.workersLost += 1
    effects.append(.notice(.workerLost(worker, trialsReturned: returned)))
    serveIdleWorkers(at: now, &effects)
  }

  mutating func forget(_ worker: WorkerID) {
    guard let state = workers.removeValue(forKey: worker) else { return }
    if let peer = state.peer { workerByPeer[peer] = nil }
  }

  /// Turns away a registered worker that sent what cannot be.
  mutating func expel(
    _ worker: WorkerID, _ peer: PeerID, because text: String, at now: Instant,
    _ effects: inout [Effect]
  ) {
    let refusal = Refusal(.misbehaviour, text)
    effects.append(.notice(.workerRefused(host: workers[worker]?.host ?? "", refusal)))
    effects.append(.send(peer, .refused(refusal)))
    for lease in workers[worker]?.leases ?? [] { takeBack(lease) }
    forget(worker)
    serveIdleWorkers(at: now, &effects)
  }

  mutating func loseSilentWorkers(at now: Instant, _ effects: inout [Effect]) {
    let silent = workers.filter { $0.value.lastHeard.advanced(by: policy.silenceLimit) < now }
    for worker in silent.keys.sorted() { lose(worker, at: now, &effects) }
  }

  mutating func noteProgress(_ progress: [UInt64], of worker: WorkerID, at now: Instant) {
    guard let state = workers[worker], progress != state.progress else { return }
    workers[worker]?.progress = progress
    workers[worker]?.isStalled = false
    for lease in state.leases {
      leases[lease]?.deadline = now.advanced(by: policy.leaseDuration)
    }
  }

  mutating func noteRejection(
    of variant: VariantDigest, by worker: WorkerID, _ reason: String, _ effects: inout [Effect]
  ) {
    workers[worker]?.rejected.insert(variant)
    for lease in workers[worker]?.leases ?? [] {
      guard let job = leases[lease]?.job, jobs[job]?.job.variant == variant else { continue }
      takeBack(lease)
    }
    effects.append(.notice(.variantRejected(variant, worker, reason: reason)))
  }
}
