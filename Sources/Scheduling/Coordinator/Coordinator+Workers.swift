import SweepModel

extension Coordinator {
  mutating func receive(
    _ report: WorkerReport, _ stamp: MessageStamp, from peer: PeerID, at now: Instant,
    _ effects: inout [Effect]
  ) {
    guard stamp.epoch == epoch, let worker = workerByPeer[peer],
      let place = change(worker, { Self.note(stamp, in: &$0, at: now) }) ?? nil
    else {
      // Never dropped: a worker that we forgot, or that knew our predecessor, must be told.
      effects.append(.send(peer, .registerAgain(stamp)))
      return
    }
    switch place {
    case .next: break
    case .repeated: return
    case .gap:
      effects.append(.send(peer, .registerAgain(stamp)))
      return
    }
    switch report {
    case .heartbeat(let progress):
      noteProgress(progress, of: worker, at: now)
      order(.heartbeat, worker, &effects)
      serve(worker, at: now, &effects)
    case .specificationWanted(let digest):
      sendSpecification(digest, to: worker, &effects)
    case .leaseBegun(let id, let lanes, let room):
      guard let lease = leases[id], lease.worker == worker else { return }
      leases[id]?.hasBegun = true
      change(worker) { state in
        state.progressAt = now
        state.noteBeginning(of: lease.job, lanes: lanes, room: room)
      }
      forgetAttempts(at: jobs[lease.job].job.variant, by: worker)
    case .results(let batch):
      accept(batch, from: worker, peer, at: now, &effects)
    case .leasesReturned(let returned):
      for lease in returned where leases[lease]?.worker == worker { takeBack(lease) }
      serveIdle(at: now, &effects)
    case .trialsReturned(let lease, let trials, let cause):
      noteReturn(of: trials, lease, cause, by: worker, at: now, &effects)
      takeBack(trials, of: lease, from: worker)
      serveIdle(at: now, &effects)
    case .trialsHung(let job, let trials):
      noteHang(trials, of: job, by: worker, at: now, &effects)
    case .variantRejected(let variant, let rejection):
      noteRejection(of: variant, by: worker, rejection, at: now, &effects)
      serve(worker, at: now, &effects)
      serveIdle(at: now, &effects)
    case .goodbye:
      for lease in workers[worker]?.leases ?? [] { takeBack(lease) }
      forget(worker, &effects)
      effects.append(.notice(.workerLeft(worker)))
      serveIdle(at: now, &effects)
    }
  }

  /// Where a message stands among those of its registration.
  private enum MessagePlace {
    case next
    /// What was there before is a repetition.
    case repeated
    /// Only a new registration sets things right.
    case gap
  }

  /// Nil for a message of another registration.
  private static func note(_ stamp: MessageStamp, in state: inout WorkerState, at now: Instant)
    -> MessagePlace?
  {
    guard state.incarnation == stamp.incarnation else { return nil }
    state.lastHeard = now
    guard stamp.number > state.reportsReceived else { return .repeated }
    guard stamp.number == state.reportsReceived + 1 else { return .gap }
    state.reportsReceived = stamp.number
    return .next
  }

  private mutating func sendSpecification(
    _ digest: VariantDigest, to worker: WorkerID, _ effects: inout [Effect]
  ) {
    // Workers ask only for what a lease named, so the variant of a lease is the likely one and an
    // unknown digest needs no answer.
    let held = (workers[worker]?.leases ?? []).compactMap { leases[$0]?.job }
    let job =
      held.first { jobs[$0].job.variant == digest }
      ?? jobs.firstIndex { $0.job.variant == digest }
    guard let job else { return }
    let found = jobs[job].job
    order(
      .specification(digest, found.specification, files: found.files), worker, &effects)
  }

  // MARK: Ends

  /// A worker is gone without a goodbye: what it may have begun is suspect, the rest goes back.
  ///
  /// The first of its leases may have begun though no word of it came: what a process said last is lost
  /// with it, and a trial that crashes at once would never be found.
  mutating func lose(
    _ worker: WorkerID, _ cause: LossCause, isCertain: Bool = false, at now: Instant,
    _ effects: inout [Effect]
  ) {
    guard let state = workers[worker] else { return }
    // A registration that its worker has never used may be of a hello that was replayed: what it
    // claims to have begun is nobody's fault.
    let wasThere = isCertain || state.reportsReceived > 0
    // One whose time was over has crashed nowhere, and nor have its trials.
    let isOverdue = state.leavesAt.map { $0 <= now } ?? false
    // What was trained long ago has crashed nobody.
    let untrained = state.leases.filter { leases[$0]?.isTrained == false }
    var returned: UInt64 = 0
    for id in state.leases {
      guard let lease = leases[id] else { continue }
      returned += lease.remaining.count
      if wasThere, !isOverdue, !lease.isTrained, lease.hasBegun || id == untrained.first {
        chargeCrash(of: id, isAlone: untrained.count == 1, &effects)
      } else {
        takeBack(id)
      }
    }
    forget(worker, &effects)
    tally.workersLost += 1
    losses.note("lost", cause.text, on: state.host, at: now)
    effects.append(.notice(.workerLost(worker, trialsReturned: returned, cause)))
    serveIdle(at: now, &effects)
  }

  /// Takes a worker out that holds nothing any more, or whose leases are taken back with it.
  mutating func forget(_ worker: WorkerID, _ effects: inout [Effect]) {
    for lease in workers[worker]?.leases ?? [] { takeBack(lease) }
    guard let state = workers.removeValue(forKey: worker) else { return }
    if let peer = state.peer { workerByPeer[peer] = nil }
    if let key = state.key { boundKeys.insert(key, of: worker) }
    for speed in state.speeds { jobs[speed.job].pace.remove(speed) }
    processors[state.processor, default: 1] -= 1
    if processors[state.processor] == 0 { processors[state.processor] = nil }
    forgetProgram(state.components)
    forgetRejections(of: state)
    // Checks may have lost who could do them.
    for position in checked.positions { review(position, &effects) }
  }

  /// Turns away a registered worker.
  mutating func expel(
    _ worker: WorkerID, _ refusal: Refusal, at now: Instant, _ effects: inout [Effect]
  ) {
    guard let state = workers[worker] else { return }
    note(refusal, of: state.host, at: now, &effects)
    if let peer = state.peer { effects.append(.send(peer, .refused(refusal))) }
    forget(worker, &effects)
    serveIdle(at: now, &effects)
  }

  /// Remembers and tells that a worker was turned away.
  mutating func note(
    _ refusal: Refusal, of host: String, at now: Instant, _ effects: inout [Effect]
  ) {
    tally.workersRefused += 1
    refusals.note(refusal.code.rawValue, refusal.text, on: host, at: now)
    effects.append(.notice(.workerRefused(host: host, refusal)))
  }

  /// Turns away the key's workers. Whether it may be used again is for those to say who ask the
  /// allow-list about each message.
  mutating func revoke(_ key: PublicKey, at now: Instant, _ effects: inout [Effect]) {
    let refusal = Refusal(.key, "the worker's key was revoked: give it another one")
    for worker in workers.filter({ $0.value.key == key }).keys.sorted() {
      expel(worker, refusal, at: now, &effects)
    }
  }

  // MARK: Time

  /// Looks at the workers whose time has come.
  mutating func sound(at now: Instant, _ effects: inout [Effect]) {
    announceLongTrials(at: now, &effects)
    while let alarm = alarms.min, alarm.time < now {
      alarms.removeMin()
      guard let state = workers[alarm.worker], state.alarm == alarm.time else { continue }
      let silence = state.lastHeard.advanced(by: policy.silenceLimit)
      guard silence >= now else {
        lose(alarm.worker, .silence(policy.silenceLimit), at: now, &effects)
        continue
      }
      var next = silence
      if !state.isStalled, state.leases.contains(where: { leases[$0]?.hasBegun == true }) {
        let patience = state.progressAt.advanced(by: leasePatience)
        if patience < now {
          stall(alarm.worker, at: now, &effects)
        } else {
          next = min(next, patience)
        }
      }
      returnUnbegunSuspect(of: alarm.worker, at: now, &effects)
      // Twice in a tick would be once too often.
      next = max(next, now)
      workers[alarm.worker]?.alarm = next
      alarms.insert(Alarm(time: next, worker: alarm.worker))
    }
  }

  /// A little longer than a worker waits for its slots: its own word says more than our suspicion.
  var leasePatience: Duration { policy.leaseDuration + policy.heartbeatInterval * 5 }

  private mutating func stall(_ worker: WorkerID, at now: Instant, _ effects: inout [Effect]) {
    workers[worker]?.isStalled = true
    for id in workers[worker]?.leases ?? [] {
      let count = leases[id]?.remaining.count ?? 0
      takeBack(id)
      effects.append(.notice(.leaseExpired(id, worker, trialsReturned: count)))
      order(.leaseRevoked(id), worker, &effects)
    }
    for position in checked.positions { review(position, &effects) }
    serveIdle(at: now, &effects)
  }

  /// Nobody takes a suspect over; so that it does not wait for ever for a worker that cannot begin it, it goes
  /// round among those that have nothing else.
  private mutating func returnUnbegunSuspect(
    of worker: WorkerID, at now: Instant, _ effects: inout [Effect]
  ) {
    for id in workers[worker]?.leases ?? [] {
      guard let lease = leases[id], lease.isSuspect, !lease.hasBegun,
        lease.startedAt.advanced(by: leasePatience) < now
      else { continue }
      takeBack(id)
      order(.leaseRevoked(id), worker, &effects)
      serveIdle(at: now, &effects)
      serve(worker, at: now, &effects)
    }
  }

  /// A lease that has not begun needs no progress: its worker may be preparing data for hours, and others
  /// take it over when they have nothing else.
  private mutating func noteProgress(
    _ progress: [UInt64], of worker: WorkerID, at now: Instant
  ) {
    change(worker) { state in
      guard state.progress != progress else { return }
      state.progress = progress
      state.progressAt = now
      state.isStalled = false
    }
  }

  /// A slot of the worker has hung in one of these trials: they are charged as by a crash.
  private mutating func noteHang(
    _ trials: TrialRange, of job: JobID, by worker: WorkerID, at now: Instant,
    _ effects: inout [Effect]
  ) {
    guard let position = jobPositions[job] else { return }
    for id in workers[worker]?.leases ?? [] where leases[id]?.job == position {
      let held = leases[id]?.remaining.intersection(trials) ?? IntervalSet()
      guard !held.isEmpty else { continue }
      effects.append(.notice(.slotHung(worker, job, trials)))
      workers[worker]?.hungAt = now
      chargeCrash(of: id, held, isAlone: true, &effects)
    }
    // A check that was given up may be the last thing that the sweep waited for.
    for position in checked.positions { review(position, &effects) }
    serve(worker, at: now, &effects)
    serveIdle(at: now, &effects)
  }
}
