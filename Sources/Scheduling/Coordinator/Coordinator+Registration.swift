import SweepModel

extension Coordinator {
  mutating func register(
    _ hello: WorkerHello, from peer: PeerID, at now: Instant, _ effects: inout [Effect]
  ) {
    if let refusal = refusal(of: hello, from: peer, at: now) {
      note(refusal, of: hello.host, at: now, &effects)
      effects.append(.send(peer, .refused(refusal)))
      return
    }
    if let known = workers[hello.worker] {
      if known.session == hello.session {
        // A hello that was delayed on an old connection must not take the worker's address away.
        guard hello.incarnation > known.incarnation else { return }
        if let old = known.peer { workerByPeer[old] = nil }
      } else {
        // The process before it has been silent for too long: it is gone.
        lose(hello.worker, .replaced, at: now, &effects)
      }
    }
    if let other = workerByPeer[peer], other != hello.worker {
      lose(other, .replaced, at: now, &effects)
    }
    let isNew = workers[hello.worker] == nil
    enter(hello, from: peer, at: now)
    let adopted = adopt(hello.held, by: hello.worker, at: now)
    if isNew {
      refusals.forget(host: hello.host)
      effects.append(
        .notice(.workerJoined(hello.worker, host: hello.host, slots: hello.slots)))
    }
    let welcome = Welcome(
      incarnation: hello.incarnation, epoch: epoch, heartbeatInterval: policy.heartbeatInterval,
      silenceLimit: policy.silenceLimit, adopted: adopted)
    effects.append(.send(peer, .welcome(welcome)))
    // What nobody could check before, this worker can, perhaps.
    for position in checked.positions { review(position, &effects) }
    if isOver { order(.finished, hello.worker, &effects) }
    serve(hello.worker, at: now, &effects)
    serveIdle(at: now, &effects)
  }

  private mutating func enter(_ hello: WorkerHello, from peer: PeerID, at now: Instant) {
    var state: WorkerState
    let components = Set(hello.components)
    programs[components, default: 0] += 1
    if let known = workers[hello.worker] {
      state = known
      forgetProgram(known.components)
    } else {
      state = WorkerState(hello, peer: peer, at: now)
      processors[hello.processor, default: 0] += 1
      state.alarm = now.advanced(by: policy.silenceLimit)
      alarms.insert(Alarm(time: state.alarm, worker: hello.worker))
    }
    state.peer = peer
    state.incarnation = hello.incarnation
    state.slots = hello.slots
    state.resources = hello.resources
    state.components = components
    state.leavesAt = hello.remaining.map { now.advanced(by: $0) }
    state.lastHeard = now
    state.progress = []
    state.progressAt = now
    // Its counters are watched from the beginning, as those of a newcomer.
    state.isStalled = false
    state.ordersSent = 0
    state.reportsReceived = 0
    workers[hello.worker] = state
    hasMetWorkers = true
    workerByPeer[peer] = hello.worker
  }

  private func refusal(of hello: WorkerHello, from peer: PeerID, at now: Instant) -> Refusal? {
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
    if let refusal = refusalOfIdentity(hello, from: peer, at: now) { return refusal }
    if workers[hello.worker] == nil, workers.count >= policy.mostWorkers {
      return Refusal(
        .capacity,
        "the coordinator serves \(policy.mostWorkers) workers and has them all: raise its "
          + "--max-workers or its limit of open files")
    }
    return nil
  }

  private func refusalOfIdentity(_ hello: WorkerHello, from peer: PeerID, at now: Instant)
    -> Refusal?
  {
    if quarantined.contains(hello.worker) || peer.key.map(quarantinedKeys.contains) == true {
      return Refusal(
        .quarantined,
        "results of this worker were outvoted by others' \(Limits.outvotedResults) times: check the "
          + "memory and the processor of \(hello.host)")
    }
    let known = workers[hello.worker]
    let isBound = known != nil || boundKeys[hello.worker] != nil
    if isBound, (known?.key ?? boundKeys[hello.worker]) != peer.key {
      return Refusal(
        .key, "worker \(hello.worker) registered with another key before: an identity has one key")
    }
    if let known, known.session != hello.session, isAlive(known, at: now) {
      return Refusal(
        .identity,
        "worker \(hello.worker) is at work already, as \(known.host): no two processes may share an "
          + "identity; if that one has ended, try again in \(policy.silenceLimit)")
    }
    return nil
  }

  private func isAlive(_ worker: WorkerState, at now: Instant) -> Bool {
    now <= worker.lastHeard.advanced(by: policy.silenceLimit)
  }

  /// Turns what the worker still holds into leases of this epoch, as far as nobody else has it.
  ///
  /// What the worker had from this coordinator and no longer names is handed back. Trials whose results
  /// it holds are lent to nobody while these are on their way; else a restart would cost the work of
  /// its whole outage. What was suspect stays so.
  private mutating func adopt(_ held: [HeldLease], by worker: WorkerID, at now: Instant)
    -> [Welcome.Adoption]
  {
    for lease in workers[worker]?.leases ?? [] { takeBack(lease) }
    var adopted: [Welcome.Adoption] = []
    for offer in held.prefix(Limits.leasesPerWorker) {
      guard let job = jobPositions[offer.job], !jobs[job].isCancelled,
        hasComponents(worker, for: job)
      else { continue }
      let remaining = jobs[job].pending.intersection(offer.remaining)
      guard !remaining.isEmpty else { continue }
      let isSuspect = jobs[job].takeSuspected(remaining)
      if jobs[job].pending.isEmpty { ready.remove(job) }
      let id = open(remaining, of: job, for: .training, worker, isSuspect: isSuspect, at: now)
      if offer.lease == .ofResults {
        leases[id]?.isTrained = true
      } else {
        leases[id]?.hasBegun = offer.hasBegun
        adopted.append(Welcome.Adoption(held: offer.lease, lease: id))
      }
    }
    return adopted
  }
}
