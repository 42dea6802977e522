import Scheduling
import SweepModel
import SweepProtocol

/// Faults, from the first to the moment at which everything is mended.
extension Simulation {
  func scheduleFault() {
    let total = setup.faults.reduce(0) { $0 + $1.rate }
    // About exponential, without a logarithm: the sum of four fractions has the right mean and tails enough.
    let spread = (random.fraction() + random.fraction()) * (random.fraction() + random.fraction())
    let next = now + Time(seconds: spread / total)
    if next < Time(seconds: setup.faultSeconds) { queue.add(.fault, at: next) }
  }

  func inflictFault() {
    defer { scheduleFault() }
    let total = setup.faults.reduce(0) { $0 + $1.rate }
    var choice = random.fraction() * total
    for (fault, rate) in setup.faults {
      choice -= rate
      if choice < 0 { return inflict(fault) }
    }
  }

  /// Makes something go wrong now.
  public func inflict(_ fault: Fault) {
    trace("FAULT \(fault)")
    statistics.faults += 1
    switch fault {
    case .killWorker, .killWorkerAtGrant, .killWorkerAtResult, .killWorkerAfterSend, .loseMachine,
      .stopWorker, .drainWorker, .addWorker, .hangTrainer, .slowWorker:
      inflictOnWorker(fault)
    case .killCoordinator, .killInCommit, .killBeforeAcknowledgement, .killAfterAcknowledgement,
      .stopCoordinator, .drainCoordinator, .secondCoordinator, .restoreSnapshot, .diskFull,
      .storeBusy:
      inflictOnCoordinator(fault)
    case .breakConnection, .halfOpenAtWorker, .halfOpenAtCoordinator, .partition,
      .partitionOneWay, .breakAll, .refuseConnections, .delayMessages, .duplicateMessages,
      .dropMessages, .reorderMessages, .corruptMessages:
      inflictOnNetwork(fault)
    case .garbage, .wrongFrames, .replay, .helloFlood, .otherVersion, .wrongResults,
      .rejectVariant, .wrongBits, .claimFailures, .cloneWorker, .oversizedMessage:
      inflictByStrangers(fault)
    case .submitJob, .cancelJob, .revokeKey: inflictByClients(fault)
    }
  }

  var livingWorkers: [Int] { workers.indices.filter { workers[$0].isAlive } }

  private func inflictOnWorker(_ fault: Fault) {
    let living = livingWorkers
    guard !living.isEmpty else { return }
    let number = random.pick(living)
    switch fault {
    case .killWorker: killWorker(number)
    case .loseMachine: killWorker(number, isMachine: true)
    case .killWorkerAtGrant: workers[number].ambush = .grant
    case .killWorkerAtResult: workers[number].ambush = .result
    case .killWorkerAfterSend: workers[number].ambush = .send
    case .stopWorker:
      stopWorker(number, for: Time(seconds: random.magnitude(0.1...100)))
    case .drainWorker:
      workers[number].notes.append(.drainRequested)
      wakeWorker(number)
    case .addWorker where living.count < setup.workers + 4: startWorker()
    case .slowWorker where living.count < setup.workers + 4:
      startWorker(traits: WorkerProcess.Traits(slowness: random.magnitude(5...50)))
    case .hangTrainer:
      workers[number].hangsLeft = random.chance(0.5) ? 1 : 1_000
      // Whoever watches over workers kills one that hangs, late.
      queue.add(
        .script { $0.killWorker(number) }, at: now + Time(seconds: random.magnitude(20...200)))
    default: break
    }
  }

  private func inflictOnCoordinator(_ fault: Fault) {
    guard let process = coordinator else { return }
    switch fault {
    case .killCoordinator: killCoordinator()
    case .killInCommit: coordinatorAmbush = .commit
    case .killBeforeAcknowledgement: coordinatorAmbush = .beforeAcknowledgement
    case .killAfterAcknowledgement: coordinatorAmbush = .afterAcknowledgement
    case .stopCoordinator:
      guard !process.isStopped else { return }
      process.isStopped = true
      queue.add(
        .resumeCoordinator(life: process.life), at: now + Time(seconds: random.magnitude(0.1...40)))
    case .drainCoordinator:
      process.notes.append(.stopRequested)
      wakeCoordinator()
    case .secondCoordinator:
      // The lock on the store turns it away: see startCoordinator.
      startCoordinator()
    case .restoreSnapshot:
      guard let saved = snapshot else {
        snapshot = (store, oracle.acknowledged)
        return
      }
      killCoordinator()
      store = saved.store
      oracle.acknowledged = saved.acknowledged
      snapshot = nil
      finishedAt = nil
    case .diskFull: diskFullUntil = now + Time(seconds: random.magnitude(0.5...30))
    case .storeBusy: busyStoreUntil = now + Time(seconds: random.magnitude(0.1...20))
    default: break
    }
  }

  private func inflictOnNetwork(_ fault: Fault) {
    let open = livingWorkers.compactMap { workers[$0].connection }
    let until = now + Time(seconds: random.magnitude(0.2...40))
    switch fault {
    case .refuseConnections: refusesUntil = until
    case .delayMessages: slowUntil = until
    case .duplicateMessages: mischief.duplicates += 3
    case .dropMessages: mischief.drops += 2
    case .reorderMessages: mischief.reorders += 3
    case .corruptMessages: mischief.corruptions += 2
    case .breakAll: for connection in open { breakConnection(connection) }
    case .partition:
      splitUntil = until
      for connection in open {
        connection.toWorker.blockedUntil = until
        connection.toCoordinator.blockedUntil = until
      }
    case .breakConnection, .halfOpenAtWorker, .halfOpenAtCoordinator, .partitionOneWay:
      guard !open.isEmpty else { return }
      let connection = random.pick(open)
      switch fault {
      case .breakConnection: breakConnection(connection)
      case .halfOpenAtWorker:
        // The worker believes in it for a while; what it sends goes nowhere.
        connection.toCoordinator.cutAt = now
        connection.toWorker.cutAt = now
        closeAtCoordinator(connection)
        queue.add(.closedAtWorker(connection), at: until)
      case .halfOpenAtCoordinator:
        // What was under way may come later than what is sent on the next connection.
        if random.chance(0.5) { connection.toCoordinator.blockedUntil = until }
        closeAtWorker(connection)
        queue.add(.closedAtCoordinator(connection), at: until)
      default:
        if random.chance(0.5) {
          connection.toWorker.blockedUntil = until
        } else {
          connection.toCoordinator.blockedUntil = until
        }
      }
    default: break
    }
  }

  // MARK: The end of faults

  /// Mends everything but what is in trials and in liars; from here on the sweep must come to its end.
  func heal() {
    trace("everything is mended")
    isHealed = true
    healedAt = now
    refusesUntil = 0
    splitUntil = 0
    slowUntil = 0
    diskFullUntil = 0
    busyStoreUntil = 0
    mischief = Mischief()
    // ZeroMQ's own: a mark below what a registration brings at once is no fault that ends.
    highWaterMark = 2_000
    coordinatorAmbush = nil
    for number in workers.indices where workers[number].isAlive {
      workers[number].ambush = nil
      workers[number].hangsLeft = 0
      if let connection = workers[number].connection {
        connection.toWorker.blockedUntil = 0
        connection.toCoordinator.blockedUntil = 0
        // A connection that only one end believes in is found out by TCP's keep-alive.
        if !connection.isOpenAtCoordinator {
          queue.add(.closedAtWorker(connection), at: now + .second)
        }
      }
      resumeWorker(number)
    }
    if let coordinator { resumeCoordinator(coordinator.life) }
    if coordinator == nil, !coordinatorFinished { queue.add(.startCoordinator, at: now + .second) }
    endRevokedWorkers()
    let able = livingWorkers.filter { number in
      let traits = workers[number].traits
      return !workers[number].isHanging && traits.lie == nil && traits.missing == nil
        && (setup.needing.isEmpty || canTrainAll(traits))
    }
    for _ in 0..<max(0, setup.workers - able.count) where !coordinatorFinished {
      queue.add(.startWorker, at: now + Time(seconds: random.fraction()))
    }
    for job in isWanted.indices where !isWanted[job] { submit(job) }
    queue.add(.deadline, at: now + livenessBound)
  }

  /// Whether a worker can train what needs a component, and will not be turned away: it may be the only one.
  private func canTrainAll(_ traits: WorkerProcess.Traits) -> Bool {
    traits.wireProtocol == nil
      && setup.needing.allSatisfy { sweep.canTrain($0, with: traits.components) }
  }

  /// The time that a mended sweep may take, from the policy: nobody may wait for what never comes.
  ///
  /// All trials again on one worker of average speed, and whatever makes the machines wait: two silences and
  /// two expired leases one after another, the longest pause between hellos, and for each deadly trial
  /// the crashes that find it. Nobody takes a trial over from a slow worker before another's speed is
  /// known, and nobody takes a check over: so the slowest may train all its leases, once for the results,
  /// once for audits and once for each vote, and each deadly trial as often as it crashes.
  public var livenessBound: Time {
    let policy = setup.policy
    let trials = Double(setup.trials * UInt64(setup.jobs))
    // Where it is longer than a lease, each trial costs a round trip.
    let roundTrip = 2 * setup.latency * (1 + setup.jitter)
    let work = trials * (setup.trialSeconds * 30 + 10 * setup.commitSeconds + roundTrip)
    let waits =
      2 * policy.silenceLimit.seconds + 2 * policy.leaseDuration.seconds
      + 40 * policy.heartbeatInterval.seconds + 200 * setup.latency * (1 + setup.jitter)
    let rounds = 5.0 + Double(UInt64.bitWidth - setup.trials.leadingZeroBitCount)
    let slowness = livingWorkers.map { workers[$0].traits.slowness }.reduce(2, max)
    let longest = setup.trialSeconds * 1.5 * slowness
    let isChecked = setup.audit > 0 || !oracle.liars.isEmpty
    let leases = Double(policy.leasesPerWorker) * (isChecked ? 2 + Self.mostVotes : 1)
    let restarts =
      Double(setup.poison.count) * rounds * (policy.silenceLimit.seconds + 10 + longest)
    return Time(seconds: work + waits + leases * longest + restarts + 60)
  }

  /// Votes on one trial, at most.
  private static let mostVotes = 5.0

  /// Whether the sweep is in the store and everybody who should have has left.
  var isDone: Bool {
    guard finishedAt != nil, isHealed else { return false }
    if coordinatorFinished { return true }
    guard let machine = coordinator?.machine, machine.isFinished, machine.isQuiescent else {
      return false
    }
    if setup.isService { return true }
    return livingWorkers.allSatisfy { workers[$0].isHanging }
  }
}
