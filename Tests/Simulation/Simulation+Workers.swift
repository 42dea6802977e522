import Scheduling
import SweepModel
import SweepProtocol

/// Workers' processes, as `WorkerService`, `Slot` and whoever starts workers run them.
extension Simulation {
  func startWorker() {
    guard !coordinatorFinished else { return }
    let honest = isHealed || random.chance(0.9)
    var traits = WorkerProcess.Traits()
    traits.slowness = honest ? 1 + random.fraction() : random.magnitude(1...20)
    if !setup.needing.isEmpty, !isHealed, random.chance(setup.plainShare) {
      traits.components = random.chance(0.5) ? [] : [SimulatedSweep.component(version: 1)]
      statistics.plainWorkers += 1
    }
    startWorker(traits: traits)
  }

  @discardableResult
  func startWorker(traits: WorkerProcess.Traits, slots: Int? = nil, id: WorkerID? = nil) -> Int {
    let id = id ?? makeWorkerID()
    let slots = slots ?? random.integer(1...setup.mostSlots)
    let number = workers.count
    let identity = WorkerIdentity(
      id: id, host: "host-\(number)", processor: "processor-\(number % 3)",
      instructionSet: "reference", slots: slots, goldenWeights: SimulatedSweep.goldenWeights,
      session: random.next(), components: setup.needing.isEmpty ? [] : traits.components)
    let limit = drawTimeLimit()
    let machine = Worker(
      identity: identity, jitterSeed: random.next(), policy: setup.policy,
      timeLimit: limit.map { Instant(.nanoseconds($0)) })
    workers.append(
      WorkerProcess(machine, id: id, slots: slots, traits: traits, limit: limit))
    trace("worker \(number) starts as \(id) with \(slots) slots, limit \(limit ?? 0)")
    if let limit { queue.add(.script { $0.endTimeLimit(of: number) }, at: limit) }
    tellWorker(number, .connected)
    queue.add(.connect(worker: number), at: now + Time(seconds: 3 * setup.latency) + 1)
    wakeWorker(number)
    return number
  }

  /// When a scheduler will end a new worker; nil for never. What is mended is given the time that it takes.
  private func drawTimeLimit() -> Time? {
    guard setup.limitedShare > 0, !isHealed, random.chance(setup.limitedShare) else { return nil }
    let range = setup.limitSeconds
    let seconds = range.lowerBound + random.fraction() * (range.upperBound - range.lowerBound)
    return now + Time(seconds: seconds)
  }

  /// The scheduler ends a worker that is still there; one that could run in its last seconds never is.
  private func endTimeLimit(of number: Int) {
    let worker = workers[number]
    guard worker.isAlive else { return }
    if !worker.isStopped, worker.resumedAt + setup.policy.drainGrace.nanoseconds < now {
      fail("worker \(number) is still there at its time limit")
    }
    killWorker(number)
  }

  func makeWorkerID() -> WorkerID {
    var bytes: [UInt8] = []
    for _ in 0..<2 {
      let word = random.next()
      for shift in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: word >> (8 * shift))) }
    }
    guard let id = WorkerID(bytes: bytes) else { preconditionFailure("sixteen bytes") }
    return id
  }

  func wakeWorker(_ number: Int, at time: Time? = nil) {
    let worker = workers[number]
    guard worker.isAlive, !worker.isStopped else { return }
    let turn = max(now, time ?? now)
    if let wakesAt = worker.wakesAt, wakesAt <= turn { return }
    worker.wakesAt = turn
    queue.add(.workerTurn(number), at: turn)
  }

  /// One round of the loop of `WorkerService.run`.
  func takeWorkerTurn(_ number: Int) {
    let worker = workers[number]
    guard worker.isAlive, !worker.isStopped, worker.wakesAt == now else { return }
    worker.wakesAt = nil
    while worker.isAlive, let note = worker.notes.popFirst() { take(note, number) }
    var read = 0
    while worker.isAlive, read < Limits.messagesPerTurn, let frame = worker.inbox.popFirst() {
      read += 1
      receive(frame, by: number)
    }
    guard worker.isAlive else { return }
    resend(number)
    if worker.isAlive, worker.machine.nextDeadline <= instant {
      tellWorker(number, .timePassed(progress: worker.progress(at: now)))
    }
    guard worker.isAlive else { return }
    if !worker.inbox.isEmpty { wakeWorker(number, at: now + .microsecond) }
    // poll() takes whole milliseconds, rounded up.
    let wait = max(0, worker.machine.nextDeadline.nanoseconds - now)
    wakeWorker(number, at: now + (wait + .millisecond - 1) / .millisecond * .millisecond)
  }

  private func take(_ note: WorkerProcess.Note, _ number: Int) {
    let worker = workers[number]
    switch note {
    case .finished(let slot, let ticket):
      guard let training = worker.slots[slot], training.ticket == ticket else { return }
      worker.slots[slot] = nil
      worker.stepsDone[slot] += WorkerProcess.stepsOfAssignment
      tellWorker(number, .assignmentFinished(slot: slot, results(of: training, worker)))
    case .aborted(let slot, let epochs):
      tellWorker(number, .assignmentAborted(slot: slot, epochs: epochs))
    case .prepared(let variant): tellWorker(number, .variantPrepared(variant))
    case .rejected(let variant):
      tellWorker(
        number, .variantRejected(variant, VariantRejection(.dataMissing, "its data are not here")))
    case .drainRequested: tellWorker(number, .drainRequested)
    }
  }

  private func receive(_ frame: Frame, by number: Int) {
    frame.connection.toWorker.waiting -= 1
    statistics.messages += 1
    guard let bytes = frame.bytes, let message = try? CoordinatorMessage(encoded: bytes) else {
      trace("worker \(number) < garbage")
      return
    }
    if frame.isFlipped { fail("worker \(number) takes a frame in which a bit has flipped") }
    trace("worker \(number) < \(message.outline)")
    if case .registered(_, .lease) = message, springs(.grant, number) { return }
    tellWorker(number, .messageReceived(message))
  }

  func tellWorker(_ number: Int, _ event: Worker.Event) {
    let worker = workers[number]
    for effect in worker.machine.handle(event, at: instant) {
      guard worker.isAlive else { return }
      perform(effect, number)
    }
  }

  private func perform(_ effect: Worker.Effect, _ number: Int) {
    let worker = workers[number]
    switch effect {
    case .send(let message):
      // What waits was meant for a registration that the hello ends.
      if case .hello = message { worker.unsent = [] }
      queueMessage(message, number)
      resend(number)
    case .prepare(let digest, _, _):
      let seconds = random.magnitude(0.001...0.1)
      queue.add(.prepared(worker: number, digest), at: now + Time(seconds: seconds))
    case .start(let slot, let assignment): start(assignment, slot, number)
    case .abort(let slot):
      guard let training = worker.slots[slot], !training.isHanging else { return }
      worker.slots[slot] = nil
      let share = Double(now - training.startedAt) / Double(training.duration)
      worker.notes.append(.aborted(slot: slot, epochs: Int(100 * min(share, 1))))
      wakeWorker(number, at: now + Time(seconds: setup.trialSeconds * 0.05))
    case .release, .forget: break
    case .exit(let reason):
      trace("worker \(number) ends: \(reason)")
      worker.exit = reason
      let gaveUp =
        switch reason {
        case .gaveUp, .neverWelcomed: true
        default: false
        }
      if gaveUp, isHealed, !coordinatorFinished,
        let limit = setup.policy.giveUpAfter,
        healedAt + limit.nanoseconds + 60 * .second < now
      {
        fail("worker \(number) gives up, and its coordinator is there")
      }
      endWorker(number, noticedAfter: 0)
    }
  }

  private func queueMessage(_ message: WorkerMessage, _ number: Int) {
    let worker = workers[number]
    var message = message
    var isResults = false
    switch message {
    case .hello(var hello):
      hello.wireProtocol = worker.traits.wireProtocol ?? hello.wireProtocol
      message = .hello(hello)
    case .registered(_, .results(let batch)):
      isResults = true
      oracle.workerSends(batch, number)
    case .registered: break
    }
    trace("worker \(number) > \(message.outline)")
    let bytes = message.encoded
    mark(UInt64(bytes.count) << 32 | UInt64(number))
    record(bytes)
    worker.unsent.append((bytes, isResults))
  }

  /// Gives the socket what it did not take before; ZMQ_IMMEDIATE takes nothing without a connection.
  private func resend(_ number: Int) {
    let worker = workers[number]
    while let frame = worker.unsent.first, let connection = worker.connection {
      guard transmit(frame.bytes, on: connection, .toCoordinator) else { return }
      worker.unsent.removeFirst()
      if frame.isResults, springs(.send, number) { return }
    }
  }

  // MARK: Training

  private func start(_ assignment: Worker.Assignment, _ slot: Int, _ number: Int) {
    let worker = workers[number]
    if let limit = worker.limit, limit - setup.policy.drainGrace.nanoseconds <= now {
      fail("worker \(number) begins trials when its time is over")
    }
    guard let job = sweep.position(of: assignment.variant) else {
      return fail("worker \(number) is to train a variant that nobody knows")
    }
    if !sweep.canTrain(job, with: worker.traits.components) {
      fail("worker \(number) is to train job \(job) without its component")
    }
    var seconds = 0.0
    var deadly: Double?
    for trial in assignment.trials {
      let key = TrialKey(job: job, index: trial.index)
      if trial.seed != SimulatedSweep.masterSeed.trialSeed(at: trial.index) {
        fail("worker \(number) is to train \(key) with the wrong seed")
      }
      let own = setup.trialSeconds * (0.5 + random.fraction()) * worker.traits.slowness
      if deadly == nil, setup.poison.contains(key) { deadly = seconds + own * random.fraction() }
      seconds += own
    }
    statistics.begun += 1
    worker.lastTicket += 1
    worker.slots[slot] = WorkerProcess.Training(
      ticket: worker.lastTicket, assignment: assignment, startedAt: now,
      duration: max(1, Time(seconds: seconds)), isHanging: worker.hangsLeft > 0)
    if worker.hangsLeft > 0 {
      worker.hangsLeft -= 1
      return
    }
    if let deadly {
      queue.add(.dieOfTrial(worker: number), at: now + Time(seconds: deadly))
    }
    queue.add(
      .slotEnded(worker: number, slot: slot, ticket: worker.lastTicket),
      at: now + max(1, Time(seconds: seconds)))
  }

  func endSlot(_ number: Int, _ slot: Int, _ ticket: Int) {
    let worker = workers[number]
    guard worker.isAlive, let training = worker.slots[slot], training.ticket == ticket else {
      return
    }
    guard !worker.isStopped else {
      // What is left to do when the process goes on.
      worker.slots[slot] = training
      stopped.append((number, .slotEnded(worker: number, slot: slot, ticket: ticket), now))
      return
    }
    // A process that was stopped in between may have its death still before it.
    if let job = sweep.position(of: training.assignment.variant),
      training.assignment.trials.contains(where: {
        setup.poison.contains(TrialKey(job: job, index: $0.index))
      })
    {
      return dieOfTrial(number)
    }
    statistics.trained += training.assignment.trials.count
    if springs(.result, number) { return }
    worker.notes.append(.finished(slot: slot, ticket: ticket))
    wakeWorker(number)
  }

  func dieOfTrial(_ number: Int) {
    let worker = workers[number]
    guard worker.isAlive else { return }
    guard !worker.isStopped else {
      stopped.append((number, .dieOfTrial(worker: number), now))
      return
    }
    trace("worker \(number) crashes in a trial")
    killWorker(number)
  }

  func endPreparation(_ number: Int, _ variant: VariantDigest) {
    let worker = workers[number]
    guard worker.isAlive else { return }
    guard !worker.isStopped else {
      stopped.append((number, .prepared(worker: number, variant), now))
      return
    }
    let isMissing =
      worker.traits.missing != nil && worker.traits.missing == sweep.position(of: variant)
    worker.notes.append(isMissing ? .rejected(variant) : .prepared(variant))
    wakeWorker(number)
  }

  private func results(of training: WorkerProcess.Training, _ worker: WorkerProcess)
    -> [TrialResult]
  {
    let job = sweep.position(of: training.assignment.variant) ?? 0
    let results = training.assignment.trials.map {
      SimulatedSweep.result(job: job, index: $0.index, seed: $0.seed)
    }
    guard let lie = worker.traits.lie else { return results }
    // All of them, as a batch of results that differ in their metrics' number cannot be encoded.
    if case .otherBits = lie {
      // Now and then, so that it is believed for a while.
      let error = oracle.errors[worker.id] ?? 0
      return results.map {
        guard random.chance(0.3) else { return $0 }
        return SimulatedSweep.result(job: job, index: $0.index, seed: $0.seed, error: error)
      }
    }
    if lie == .failures {
      return results.map { random.chance(0.5) ? lie.told(of: $0, trials: sweep.trials) : $0 }
    }
    return results.map { lie.told(of: $0, trials: sweep.trials) }
  }

  // MARK: Ends

  /// kill -9: the process is gone with all it held.
  func killWorker(_ number: Int, isMachine: Bool = false) {
    guard workers[number].isAlive else { return }
    trace("worker \(number) is killed")
    let silence = isMachine ? Time(seconds: random.magnitude(1...60)) : 0
    endWorker(number, noticedAfter: silence)
    if !coordinatorFinished {
      queue.add(.startWorker, at: now + Time(seconds: random.magnitude(0.05...3)))
    }
  }

  private func endWorker(_ number: Int, noticedAfter delay: Time) {
    let worker = workers[number]
    worker.isAlive = false
    let isPolite = worker.exit != nil
    if let connection = worker.connection {
      // A polite end waits for what ZeroMQ has taken (linger).
      if isPolite {
        connection.isOpenAtWorker = false
        connection.toWorker.cutAt = now
        let last = max(now, connection.toCoordinator.lastArrival) + 1
        queue.add(.closedAtCoordinator(connection), at: last)
      } else {
        loseWorkerEnd(connection, noticedAfter: delay)
      }
    }
    worker.connection = nil
    if setup.isLocal, let coordinator {
      coordinator.notes.append(.workerProcessEnded(worker.id))
      wakeCoordinator()
    }
    if case .refused? = worker.exit, worker.traits.lie != nil || worker.traits.wireProtocol != nil {
      return
    }
    // Whoever starts workers keeps their number up.
    if isPolite, worker.exit != .finished, !coordinatorFinished {
      queue.add(.startWorker, at: now + .second)
    }
  }

  /// Whether the process was to die here; then it is dead.
  private func springs(_ ambush: WorkerProcess.Ambush, _ number: Int) -> Bool {
    guard workers[number].ambush == ambush else { return false }
    workers[number].ambush = nil
    killWorker(number)
    return true
  }

  func stopWorker(_ number: Int, for duration: Time) {
    let worker = workers[number]
    guard worker.isAlive, !worker.isStopped else { return }
    trace("worker \(number) is stopped")
    worker.isStopped = true
    worker.stoppedAt = now
    queue.add(.resumeWorker(number), at: now + duration)
  }

  func resumeWorker(_ number: Int) {
    let worker = workers[number]
    guard worker.isAlive, worker.isStopped else { return }
    trace("worker \(number) goes on")
    worker.isStopped = false
    worker.resumedAt = now
    worker.wakesAt = nil
    let own = stopped.filter { $0.worker == number }
    stopped.removeAll { $0.worker == number }
    for (_, event, due) in own { queue.add(event, at: now + (due - worker.stoppedAt)) }
    wakeWorker(number)
  }
}

extension WorkerProcess.Lie {
  /// Why all fails, they say.
  static let reason = "out of luck"

  func told(of result: TrialResult, trials: UInt64) -> TrialResult {
    var result = result
    switch self {
    case .wrongSeed: result.seed = TrialSeed(result.seed.rawValue ^ 1)
    case .beyondTheSweep: result.index = TrialIndex(result.index.rawValue + trials)
    case .negativeSeconds: result.seconds = -1
    case .otherBits: break
    case .failures: result.outcome = .failed(reason: Self.reason)
    case .wrongMetricCount:
      guard var measurements = result.measurements else { return result }
      measurements.metrics = []
      result.outcome = .completed(measurements)
    }
    return result
  }
}
