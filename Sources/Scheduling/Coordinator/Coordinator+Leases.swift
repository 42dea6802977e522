import HeapModule
import SweepModel

extension Coordinator {
  // MARK: Giving

  /// Gives the worker leases until it holds as many as it should, or nothing is left for it.
  ///
  /// Votes on disputes come first, so that a worker that lies is found soon; audits wait until they fill
  /// a lease or nothing else is left; then what others hold is taken over.
  mutating func serve(_ worker: WorkerID, at now: Instant, _ effects: inout [Effect]) {
    guard !isOver, change(worker, { $0.peer != nil && !$0.isStalled }) == true else { return }
    var held = 0
    for id in heldLeases(of: worker) {
      if changeLease(id, { $0.isSuspect }) == true { return }
      held += 1
    }
    while held < policy.leasesPerWorker {
      let isServed =
        lendCheck(to: worker, onlyMany: true, at: now, &effects)
        || lendWaiting(to: worker, at: now, &effects)
        || lendCheck(to: worker, onlyMany: false, at: now, &effects)
        || takeOver(for: worker, at: now, &effects)
      guard isServed else { break }
      held += 1
      if leases[LeaseID(lastLease)]?.isSuspect == true { return }
    }
    if held < policy.leasesPerWorker, workers[worker]?.isIdle == false {
      workers[worker]?.isIdle = true
      idle.append(worker)
      // Those that have left, and may have come back, are still in it.
      if idle.count > 2 * workers.count + 64 {
        var seen: Set<WorkerID> = []
        idle.removeAll { workers[$0]?.isIdle != true || !seen.insert($0).inserted }
      }
    }
  }

  /// Gives work to those that had nothing to do: call it when trials came back.
  ///
  /// It stops when some in a row could not use what there is; they are served with their heartbeats.
  mutating func serveIdle(at now: Instant, _ effects: inout [Effect]) {
    var looks = idle.count
    var misses = 0
    while looks > 0, misses < Self.mostMisses, !ready.isEmpty || !checked.isEmpty,
      let worker = idle.popFirst()
    {
      looks -= 1
      workers[worker]?.isIdle = false
      let before = lastLease
      serve(worker, at: now, &effects)
      misses = lastLease == before ? misses + 1 : 0
    }
  }

  private static let mostMisses = 8

  /// Slot-seconds, for each of its slots, that a worker stays with its sweep beyond that one's share.
  private static let secondsToStay = 10.0

  private mutating func lendWaiting(
    to worker: WorkerID, at now: Instant, _ effects: inout [Effect]
  ) -> Bool {
    guard let state = workers[worker] else { return false }
    let own = ready.sweepToStayWith(
      after: state.lastJob, patience: Self.secondsToStay * Double(state.slots))
    if let own, lendWaiting(ofSweep: own, to: worker, at: now, &effects) { return true }
    var place = 0
    while let sweep = ready.sweep(at: place) {
      if sweep != own, lendWaiting(ofSweep: sweep, to: worker, at: now, &effects) { return true }
      // Unless the last of its jobs turned out to have nothing.
      if ready.sweep(at: place) == sweep { place += 1 }
    }
    return false
  }

  private mutating func lendWaiting(
    ofSweep sweep: Int, to worker: WorkerID, at now: Instant, _ effects: inout [Effect]
  ) -> Bool {
    var place = 0
    while let job = ready.job(at: place, ofSweep: sweep) {
      place += 1
      if rejects(worker, job, at: now) { continue }
      let inTime = trialsInTime(of: job, for: worker, at: now)
      if inTime == 0 { continue }
      let tooLong = trialsOutOfTime(of: job, for: worker, at: now)
      let limit = min(leaseSize(of: job, for: worker), inTime)
      var range = jobs[job].takeRange(
        limit: limit, fromEnd: jobs[job].isResumed && awaitsWorkers(at: now), for: worker,
        except: tooLong)
      if range == nil { range = takeClaimed(of: job, for: worker, limit: limit) }
      // When nothing else is left, so that those who are at work need not stop for it.
      let isSuspect =
        range == nil && workers[worker]?.leases.isEmpty == true && judges(worker, at: now)
      if isSuspect { range = jobs[job].takeSuspect(except: tooLong) }
      if jobs[job].pending.isEmpty {
        ready.remove(job)
        place -= 1
      }
      guard let range else { continue }
      grant(
        IntervalSet(range), of: job, for: .training, to: worker, isSuspect: isSuspect, at: now,
        &effects)
      workers[worker]?.lastJob = job
      return true
    }
    return false
  }

  /// Whether workers of an earlier life may still be on their way back.
  ///
  /// What they hold was lent from the beginning of what was left; whoever comes first is given its end
  /// then, so that nobody trains what another has.
  private mutating func awaitsWorkers(at now: Instant) -> Bool {
    let since = firstServed ?? now
    firstServed = since
    return since.duration(to: now) < policy.silenceLimit
  }

  /// Whether the worker may be given suspects.
  ///
  /// One of which a slot hung a while ago leaves them to others, if there are any: it may be slow itself,
  /// and its slots alone could charge an innocent trial as often as is allowed.
  private func judges(_ worker: WorkerID, at now: Instant) -> Bool {
    guard let hungAt = workers[worker]?.hungAt, workers.count > 1 else { return true }
    return hungAt.advanced(by: leasePatience) < now
  }

  mutating func grant(
    _ trials: IntervalSet, of position: Int, for purpose: Lease.Purpose, to worker: WorkerID,
    isSuspect: Bool = false, at now: Instant, _ effects: inout [Effect]
  ) {
    let id = open(trials, of: position, for: purpose, worker, isSuspect: isSuspect, at: now)
    let job = jobs[position].job
    let grant = LeaseGrant(
      id: id, job: job.id, variant: job.variant, trials: trials, seeds: job.seeds(of: trials),
      keepsHistory: job.keepsHistory, models: job.modelOrder)
    order(.lease(grant), worker, &effects)
  }

  mutating func open(
    _ trials: IntervalSet, of job: Int, for purpose: Lease.Purpose, _ worker: WorkerID,
    isSuspect: Bool = false, at now: Instant
  ) -> LeaseID {
    lastLease += 1
    let id = LeaseID(lastLease)
    let cost = expectedCost(of: trials.count, of: job, for: worker)
    leases[id] = Lease(
      job: job, worker: worker, purpose: purpose, remaining: trials, startedAt: now,
      size: trials.count, costPerTrial: cost / Double(max(1, trials.count)), isSuspect: isSuspect)
    ready.charge(cost, to: job)
    jobs[job].leases.insert(id)
    workers[worker]?.leases.append(id)
    if purpose == .training, !isSuspect {
      endings.insert(Ending(time: expectedEnd(of: id, at: now), lease: id))
      forgetClosedEndings()
    }
    return id
  }

  /// Keeps the heaps within twice the leases that are open.
  private mutating func forgetClosedEndings() {
    let limit = 2 * leases.count + 64
    if endings.count > limit {
      endings = Heap(endings.unordered.filter { leases[$0.lease] != nil })
    }
    if lastTrials.count > limit {
      lastTrials = Heap(lastTrials.unordered.filter { leases[$0.lease] != nil })
    }
  }

  // MARK: Taking back

  /// Forgets a lease; what is to become of its trials is for the caller to say.
  @discardableResult
  mutating func close(_ id: LeaseID) -> Lease? {
    guard let lease = leases.removeValue(forKey: id) else { return nil }
    ready.charge(-lease.cost(of: lease.remaining.count), to: lease.job)
    jobs[lease.job].leases.remove(id)
    workers[lease.worker]?.leases.removeAll { $0 == id }
    return lease
  }

  /// Ends a lease; what is left of it waits again, charged to nothing.
  mutating func takeBack(_ id: LeaseID) {
    guard let lease = close(id) else { return }
    giveBack(lease.remaining, of: lease)
  }

  /// Ends a part of a lease that its worker hands back, or claims to fail: it shows no speed.
  mutating func takeBack(_ trials: IntervalSet, of id: LeaseID, from worker: WorkerID) {
    guard let lease = leases[id], lease.worker == worker else { return }
    let returned = lease.remaining.intersection(trials)
    ready.charge(-lease.cost(of: returned.count), to: lease.job)
    leases[id]?.remaining.subtract(returned)
    leases[id]?.size -= min(lease.size, returned.count)
    giveBack(returned, of: lease)
    if leases[id]?.remaining.isEmpty == true { close(id) }
  }

  /// Puts trials of a lease, which it holds no more, back to where those of its purpose wait.
  mutating func giveBack(_ trials: IntervalSet, of lease: Lease) {
    switch lease.purpose {
    case .training:
      let missing = jobs[lease.job].missing(of: trials)
      // Handed back is not acquitted.
      if lease.isSuspect { jobs[lease.job].suspect(missing) }
      jobs[lease.job].pending.formUnion(missing)
      offer(lease.job)
    case .copy(let original):
      leases[original]?.copy = nil
    case .audit(let owner):
      jobs[lease.job].checks.auditsAway -= trials.count
      // A trial that is trained anew has no result to compare.
      let recorded = jobs[lease.job].recorded.intersection(trials)
      let processor = owner.flatMap { workers[$0]?.processor } ?? ""
      jobs[lease.job].checks.addAudits(recorded, of: owner, processor: processor)
    case .dispute:
      for range in trials.ranges {
        for index in range.indices { jobs[lease.job].checks.returnDispute(index) }
      }
    }
  }

  /// Notes that a job may have trials to lease.
  mutating func offer(_ job: Int) {
    if !jobs[job].isCancelled, !jobs[job].pending.isEmpty { ready.insert(job) }
  }

  /// The lease's worker ended, without a word, while it trained the lease.
  mutating func chargeCrash(of id: LeaseID, isAlone: Bool, _ effects: inout [Effect]) {
    chargeCrash(of: id, leases[id]?.remaining ?? IntervalSet(), isAlone: isAlone, &effects)
    takeBack(id)
  }

  /// The lease's worker ended, or a slot of it hung, while it trained one of `trials`, or, where it
  /// `isAlone` not, perhaps one of another lease.
  mutating func chargeCrash(
    of id: LeaseID, _ trials: IntervalSet, isAlone: Bool, _ effects: inout [Effect]
  ) {
    guard var lease = leases[id] else { return }
    lease.remaining.subtract(trials)
    leases[id]?.remaining = lease.remaining
    if lease.remaining.isEmpty { close(id) }
    let missing = jobs[lease.job].missing(of: trials)
    switch lease.purpose {
    case .training:
      guard !missing.isEmpty else { return }
      let failed = jobs[lease.job].returnAfterCrash(missing, isAlone: isAlone)
      offer(lease.job)
      for index in failed { recordFailure(of: index, in: lease.job, &effects) }
    case .copy:
      giveBack(trials, of: lease)
      // Its own lease still holds the trial: only its guilt is noted.
      if isAlone, missing.count == 1, let index = missing.first {
        _ = jobs[lease.job].charge(index)
      }
    case .audit, .dispute:
      // A check that ends its workers is given up: the result that is there stands.
      var rest = trials
      for range in trials.ranges {
        for index in range.indices
        where jobs[lease.job].charge(index) >= Limits.trialCrashes {
          rest.remove(index)
          if lease.purpose == .dispute { jobs[lease.job].checks.closeDispute(index) }
        }
      }
      if lease.purpose != .dispute {
        jobs[lease.job].checks.auditsAway -= trials.count - rest.count
      }
      giveBack(rest, of: lease)
    }
  }

  // MARK: Ends of leases

  /// Closes the worker's leases that have nothing left, and learns its speed from them.
  mutating func closeFinishedLeases(
    of worker: WorkerID, at now: Instant, _ effects: inout [Effect]
  ) {
    for id in heldLeases(of: worker) {
      guard changeLease(id, { $0.remaining.isEmpty }) == true, let lease = close(id) else {
        continue
      }
      let elapsed = lease.startedAt.duration(to: now).seconds
      let slots = Double(workers[worker]?.slots ?? 1)
      if !lease.isTrained {
        ready.charge(elapsed * slots - lease.cost(of: lease.size), to: lease.job)
      }
      if elapsed > 0, lease.size > 0, !lease.isTrained {
        noteSpeed(lease.size, in: elapsed, of: lease.job, by: worker)
      }
      if let next = workers[worker]?.leases.first { leases[next]?.startedAt = now }
      if let copy = lease.copy { revoke(copy, at: now, &effects) }
    }
  }

  /// Ends a lease of which nothing is wanted any more.
  mutating func revoke(_ id: LeaseID, at now: Instant, _ effects: inout [Effect]) {
    guard let worker = leases[id]?.worker else { return }
    takeBack(id)
    order(.leaseRevoked(id), worker, &effects)
    serve(worker, at: now, &effects)
  }
}
