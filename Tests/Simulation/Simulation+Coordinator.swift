import Scheduling
import SweepModel
import SweepProtocol

/// The coordinator's process, as `CoordinatorService` and `StoreWriter` run it.
extension Simulation {
  func startCoordinator() {
    // The lock on the store keeps a second one out.
    guard coordinator == nil, !coordinatorFinished else { return }
    guard diskFullUntil <= now else {
      queue.add(.startCoordinator, at: diskFullUntil + .second)
      return
    }
    life += 1
    statistics.lives += 1
    let epoch = store.beginEpoch()
    let jobs = zip(sweep.coordinatorJobs(of: setup.audit, from: store), isWanted)
      .filter(\.1).map(\.0)
    let machine = Coordinator(
      jobs: jobs, epoch: CoordinatorEpoch(epoch), goldenWeights: SimulatedSweep.goldenWeights,
      endsWhenFinished: !setup.isService, quarantined: store.quarantined, policy: setup.policy)
    coordinator = CoordinatorProcess(machine, life: life)
    trace("coordinator \(life) starts in epoch \(epoch)")
    tell(.timePassed)
    wakeCoordinator()
  }

  /// Schedules a turn for as soon as the thread is free.
  func wakeCoordinator(at time: Time? = nil) {
    guard let coordinator, !coordinator.isStopped else { return }
    let turn = max(time ?? now, coordinator.busyUntil)
    if let wakesAt = coordinator.wakesAt, wakesAt <= turn { return }
    coordinator.wakesAt = turn
    queue.add(.coordinatorTurn(life: coordinator.life), at: turn)
  }

  func takeCoordinatorTurn(_ life: Int) {
    guard let process = coordinator, process.life == life, !process.isStopped,
      process.wakesAt == now
    else { return }
    process.wakesAt = nil
    while let note = process.notes.popFirst() { take(note, process) }
    var read = 0
    while isRunning(process), read < Limits.messagesPerTurn, isReading(process),
      let frame = process.inbox.popFirst()
    {
      read += 1
      receive(frame)
    }
    guard isRunning(process) else { return }
    process.busyUntil = now + Time(seconds: setup.messageSeconds * Double(read))
    if process.nextTick <= now {
      process.nextTick = now + process.machine.policy.heartbeatInterval.nanoseconds / 4
      tell(.timePassed)
    }
    guard isRunning(process) else { return }
    if endsNow(process) { return }
    if !process.inbox.isEmpty, isReading(process) { wakeCoordinator() }
    wakeCoordinator(at: process.nextTick)
  }

  private func isRunning(_ process: CoordinatorProcess) -> Bool {
    coordinator === process && !process.isStopped && failure == nil
  }

  private func isReading(_ process: CoordinatorProcess) -> Bool {
    !process.isStopping && process.uncommittedResults < Limits.uncommittedResults
  }

  private func endsNow(_ process: CoordinatorProcess) -> Bool {
    if process.isFinished, setup.leavesWhenFinished, !setup.isService,
      process.machine.workerCount == 0 || process.farewellDeadline <= now
    {
      process.isStopping = true
      // What came last is in the store before it leaves.
      guard process.machine.isQuiescent else { return false }
      coordinatorFinished = true
      trace("the coordinator is done and leaves")
      endCoordinator(restartsAfter: nil)
      return true
    }
    if process.isStopping, process.machine.isQuiescent {
      trace("the coordinator leaves as asked")
      endCoordinator(restartsAfter: Time(seconds: random.magnitude(0.1...20)))
      return true
    }
    return false
  }

  private func receive(_ frame: Frame) {
    frame.connection.toCoordinator.waiting -= 1
    let peer = frame.connection.peer
    statistics.messages += 1
    // As the driver does, which asks the allow-list about each message.
    if let key = peer.key, revokedKeys.contains(key) { return }
    if let bytes = frame.bytes, let message = try? WorkerMessage(encoded: bytes) {
      if frame.isFlipped { fail("the coordinator takes a frame in which a bit has flipped") }
      trace("coordinator < \(frame.connection.peer.bytes.suffix(2)) \(message.outline)")
      oracle.coordinatorReceives(message)
      noteClaims(in: message, over: frame.connection)
      tell(.messageReceived(from: peer, message))
    } else {
      trace("coordinator < \(frame.connection.peer.bytes.suffix(2)) garbage")
      tell(.garbageReceived(from: peer))
    }
    if let worker = frame.connection.worker { wakeWorker(worker) }
  }

  private func noteClaims(in message: WorkerMessage, over connection: Connection) {
    guard case .registered(_, .results(let batch)) = message, !oracle.claimers.isEmpty,
      let machine = coordinator?.machine, let number = connection.worker
    else { return }
    let job = sweep.position(of: batch.job)
    // Whom the machine could ask, as far as it knows.
    let isContested = machine.workerConditions(at: instant).contains { other in
      !other.isStalled && !oracle.claimers.contains(other.worker)
        && !workers.contains {
          $0.id == other.worker && cannotTrain($0, job)
        }
    }
    oracle.coordinatorReceives(batch, from: workers[number].id, isContested: isContested)
  }

  /// Whether a worker has not what it takes to train a job.
  func cannotTrain(_ worker: WorkerProcess, _ job: Int?) -> Bool {
    guard let job else { return false }
    return worker.traits.missing == job
      || !sweep.canTrain(job, with: worker.traits.components)
  }

  private func take(_ note: CoordinatorProcess.Note, _ process: CoordinatorProcess) {
    guard isRunning(process) else { return }
    switch note {
    case .written(let events):
      for event in events where isRunning(process) {
        if case .commitFinished(_, let outcomes) = event {
          process.uncommittedResults -= outcomes.count
        }
        tell(event)
      }
    case .storeFailed:
      trace("the coordinator dies: the disk is full")
      endCoordinator(restartsAfter: Time(seconds: random.magnitude(1...10)))
    case .workerProcessEnded(let worker): tell(.workerProcessEnded(worker))
    case .stopRequested: process.isStopping = true
    }
  }

  /// Gives the machine an event and does what it wants.
  func tell(_ event: Coordinator.Event) {
    guard let process = coordinator else { return }
    let effects = process.machine.handle(event, at: instant)
    process.events += 1
    if setup.checksAlways || process.events % 16 == 0 { process.machine.checkInvariants() }
    for effect in effects where isRunning(process) { perform(effect, process) }
    // Said once, though a client may have asked for more since.
    if setup.isService, isHealed, finishedAt == nil, isWanted.allSatisfy({ $0 }),
      process.machine.isFinished
    {
      noteFinish()
    }
  }

  private func perform(_ effect: Coordinator.Effect, _ process: CoordinatorProcess) {
    switch effect {
    case .send(let peer, let message): send(message, to: peer, process)
    case .commit(let commit):
      process.uncommittedResults += commit.results.count
      process.unwritten.append(.commit(commit))
      beginTransaction(process)
    case .distrust(let worker):
      process.unwritten.append(.distrust(worker))
      beginTransaction(process)
    case .notice(let notice):
      trace("coordinator: \(notice)")
      if case .trialOutlastsWorkers = notice { statistics.longTrials += 1 }
      if let text = oracle.coordinatorNotes(notice) { fail(text) }
    case .allFinished:
      trace("every trial is in the store")
      process.isFinished = true
      checkTrust(at: process)
      process.farewellDeadline = now + process.machine.policy.farewellLimit.nanoseconds
      if finishedAt == nil, isWanted.allSatisfy({ $0 }) { noteFinish() }
    }
  }

  private func send(
    _ message: CoordinatorMessage, to peer: PeerID, _ process: CoordinatorProcess
  ) {
    trace("coordinator > \(peer.bytes.suffix(2)) \(message.outline)")
    if case .registered(_, .acknowledged(let batch)) = message {
      if let connection = process.connections[peer], let worker = connection.worker,
        let text = oracle.acknowledges(batch, by: worker, store, isWanted)
      {
        fail(text)
      }
      guard !springs(.beforeAcknowledgement) else { return }
    }
    let bytes = message.encoded
    mark(UInt64(bytes.count))
    record(bytes)
    if case .registered(_, .lease(let grant)) = message, let worker = workerOfPeer[peer] {
      oracle.coordinatorLends(grant, to: workers[worker].id)
      if let job = sweep.position(of: grant.job),
        !sweep.canTrain(job, with: workers[worker].traits.components)
      {
        fail("worker \(worker) is lent \(grant.id) of job \(job), and lacks its component")
      }
      if let key = peer.key, revokedKeys.contains(key) { fail("a revoked key is lent \(grant.id)") }
    }
    guard let connection = process.connections[peer] else { return tell(.peerLost(peer)) }
    guard transmit(bytes, on: connection, .toWorker) else {
      trace("the queue of \(peer.bytes.suffix(2)) is full")
      return tell(.peerLost(peer))
    }
    if case .registered(_, .acknowledged) = message { _ = springs(.afterAcknowledgement) }
  }

  // MARK: The store's writer

  /// All that waits when the writer is free is one transaction.
  func beginTransaction(_ process: CoordinatorProcess) {
    guard process.writing.isEmpty, !process.unwritten.isEmpty else { return }
    process.writing = process.unwritten
    process.unwritten = []
    let seconds = setup.commitSeconds * (0.5 + random.fraction())
    let start = max(now, busyStoreUntil)
    queue.add(.transactionEnded(life: process.life), at: start + Time(seconds: seconds))
  }

  func endTransaction(_ life: Int) {
    guard let process = coordinator, process.life == life else { return }
    guard !process.isStopped else {
      queue.add(.transactionEnded(life: life), at: now + .second / 2)
      return
    }
    guard !springs(.commit) else { return }
    guard diskFullUntil <= now else {
      process.notes.append(.storeFailed)
      return wakeCoordinator()
    }
    process.notes.append(.written(store(process.writing)))
    process.writing = []
    beginTransaction(process)
    wakeCoordinator()
  }

  private func store(_ writes: [CoordinatorProcess.Write]) -> [Coordinator.Event] {
    writes.map { write in
      switch write {
      case .commit(let commit):
        guard let job = sweep.position(of: commit.job) else {
          preconditionFailure("a commit of a job that nobody knows")
        }
        let outcomes = store.apply(commit, job: job)
        trace("stored: job \(job) \(commit.results.map { $0.index.rawValue }) \(outcomes)")
        mark(commit.id.rawValue)
        return .commitFinished(commit.id, outcomes)
      case .distrust(let worker):
        _ = store.distrust(worker)
        let trials = store.unsupported()
        trace("\(worker) is quarantined in the store: \(trials)")
        var byJob: [JobID: IntervalSet] = [:]
        for (job, indices) in trials.enumerated() where !indices.isEmpty {
          byJob[sweep.jobs[job]] = indices
        }
        var disputes: [JobID: Coordinator.OpenDisputes] = [:]
        for job in 0..<setup.jobs {
          disputes[sweep.jobs[job]] = Coordinator.OpenDisputes(
            trials: store.disputed(of: job), voters: store.voters(of: job))
        }
        return .workerDistrusted(worker, byJob, disputes: disputes)
      }
    }
  }

  // MARK: Ends

  /// Whether the coordinator was to die here; then it is dead.
  private func springs(_ ambush: CoordinatorAmbush) -> Bool {
    guard coordinatorAmbush == ambush else { return false }
    coordinatorAmbush = nil
    killCoordinator()
    return true
  }

  /// kill -9, or a loss of power: a transaction under way is in the store whole or not at all.
  func killCoordinator() {
    guard let process = coordinator else { return }
    if !process.writing.isEmpty, random.chance(0.5) {
      trace("the transaction under way reached the disk")
      _ = store(process.writing)
    }
    trace("the coordinator is killed")
    endCoordinator(restartsAfter: Time(seconds: random.magnitude(0.05...20)))
  }

  func endCoordinator(restartsAfter delay: Time?) {
    guard let process = coordinator else { return }
    coordinator = nil
    // In the order of the routing ids: a dictionary's own order is not the same in every process.
    let connections = process.connections.values.sorted {
      $0.peer.bytes.lexicographicallyPrecedes($1.peer.bytes)
    }
    for connection in connections {
      connection.isOpenAtCoordinator = false
      if delay == nil { continue }
      connection.toWorker.cutAt = min(
        connection.toWorker.cutAt, now + Time(seconds: 2 * setup.latency * random.fraction()))
    }
    // A process that is killed closes its sockets; a machine that stops does not.
    let isSilent = delay != nil && random.chance(0.2)
    for connection in connections {
      let notice = isSilent ? Time(seconds: random.magnitude(1...15)) : .millisecond
      let last = delay == nil ? max(now, connection.toWorker.lastArrival) : now
      queue.add(.closedAtWorker(connection), at: last + notice + Time(seconds: setup.latency))
    }
    if let delay { queue.add(.startCoordinator, at: now + delay) }
  }

  func resumeCoordinator(_ life: Int) {
    guard let process = coordinator, process.life == life, process.isStopped else { return }
    trace("the coordinator goes on")
    process.isStopped = false
    process.wakesAt = nil
    wakeCoordinator()
  }
}
