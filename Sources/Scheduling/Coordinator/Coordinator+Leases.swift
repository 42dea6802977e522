import SweepModel

extension Coordinator {
  /// Gives the worker leases until it holds as many as it should.
  mutating func serve(_ worker: WorkerID, at now: Instant, _ effects: inout [Effect]) {
    guard let state = workers[worker], state.peer != nil, !state.isStalled else { return }
    var held = state.leases.count
    for id in openJobs {
      guard let job = jobs[id]?.job, !state.rejected.contains(job.variant) else { continue }
      while held < policy.leasesPerWorker {
        let limit = leaseSize(of: id, for: state)
        guard let range = jobs[id]?.takeRange(limit: limit) else { break }
        let lease = open(IntervalSet(range), of: id, for: worker, at: now)
        held += 1
        let trials = IntervalSet(range)
        order(
          .lease(
            LeaseGrant(
              id: lease, job: id, variant: job.variant, trials: trials,
              seeds: job.seeds(of: trials), keepsHistory: job.keepsHistory)), worker, &effects)
      }
      if held >= policy.leasesPerWorker { return }
    }
  }

  /// Gives work to all workers that hold less than they should: call it when trials came back.
  mutating func serveIdleWorkers(at now: Instant, _ effects: inout [Effect]) {
    guard openJobs.contains(where: { jobs[$0]?.pending.isEmpty == false }) else { return }
    let idle = workers.filter { $0.value.leases.count < policy.leasesPerWorker }
    for worker in idle.keys.sorted() { serve(worker, at: now, &effects) }
  }

  /// About ``SchedulingPolicy/leaseTarget`` of work, and near the end of a job a share of what is
  /// left, so that all workers finish together (guided self-scheduling, Polychronopoulos & Kuck 1987).
  private func leaseSize(of job: JobID, for worker: WorkerState) -> UInt64 {
    let waiting = jobs[job]?.pending.count ?? 0
    let share = max(1, waiting / UInt64(2 * max(1, workers.count)))
    // An unknown job starts with one trial a slot: it may take a millisecond or a day.
    let target = (worker.speed[job] ?? 0) * policy.leaseTarget.seconds
    let wanted = max(UInt64(worker.slots), UInt64(min(target, Double(Limits.leaseTrials))))
    return min(wanted, share, Limits.leaseTrials)
  }

  mutating func open(
    _ trials: IntervalSet, of job: JobID, for worker: WorkerID, at now: Instant
  ) -> LeaseID {
    lastLease += 1
    let id = LeaseID(lastLease)
    leases[id] = Lease(
      job: job, worker: worker, remaining: trials, startedAt: now, size: trials.count,
      deadline: now.advanced(by: policy.leaseDuration))
    workers[worker]?.leases.append(id)
    return id
  }

  /// Ends a lease; what is left of it waits again, charged to nothing.
  mutating func takeBack(_ id: LeaseID) {
    guard let lease = leases.removeValue(forKey: id) else { return }
    jobs[lease.job]?.pending.formUnion(lease.remaining)
    workers[lease.worker]?.leases.removeAll { $0 == id }
  }

  mutating func expireLeases(at now: Instant, _ effects: inout [Effect]) {
    let expired = leases.filter { $0.value.deadline < now }
    guard !expired.isEmpty else { return }
    for (id, lease) in expired.sorted(by: { $0.key < $1.key }) {
      takeBack(id)
      workers[lease.worker]?.isStalled = true
      effects.append(
        .notice(.leaseExpired(id, lease.worker, trialsReturned: lease.remaining.count)))
      order(.leaseRevoked(id), lease.worker, &effects)
    }
    serveIdleWorkers(at: now, &effects)
  }

  /// Takes a trial whose result has arrived out of the lease that it belongs to.
  ///
  /// Its own worker's leases are the likely ones; a late result may be of a trial that has been lent
  /// to another worker since. Returns the lease.
  mutating func removeFromLeases(_ index: TrialIndex, of job: JobID, for worker: WorkerID)
    -> LeaseID?
  {
    let own = workers[worker]?.leases ?? []
    func holds(_ id: LeaseID) -> Bool {
      leases[id]?.job == job && leases[id]?.remaining.contains(index) == true
    }
    let holder = own.first(where: holds) ?? leases.keys.first(where: holds)
    if let holder { leases[holder]?.remaining.remove(index) }
    return holder
  }

  /// Ends those leases of which late results of other workers have left nothing.
  mutating func revokeFinished(
    _ overtaken: Set<LeaseID>, at now: Instant, _ effects: inout [Effect]
  ) {
    for id in overtaken.sorted() {
      guard let lease = leases[id], lease.remaining.isEmpty else { continue }
      takeBack(id)
      order(.leaseRevoked(id), lease.worker, &effects)
      serve(lease.worker, at: now, &effects)
    }
  }

  /// Closes the worker's leases that have nothing left, and learns its speed from them.
  mutating func closeFinishedLeases(of worker: WorkerID, at now: Instant) {
    guard let state = workers[worker] else { return }
    for id in state.leases {
      guard let lease = leases[id] else { continue }
      guard lease.remaining.isEmpty else {
        // It shows progress, and the next one begins only now.
        leases[id]?.deadline = now.advanced(by: policy.leaseDuration)
        continue
      }
      leases[id] = nil
      workers[worker]?.leases.removeAll { $0 == id }
      let elapsed = lease.startedAt.duration(to: now).seconds
      if elapsed > 0 { noteSpeed(Double(lease.size) / elapsed, of: lease.job, for: worker) }
      if let next = workers[worker]?.leases.first { leases[next]?.startedAt = now }
    }
  }

  private mutating func noteSpeed(_ speed: Double, of job: JobID, for worker: WorkerID) {
    let known = workers[worker]?.speed[job]
    workers[worker]?.speed[job] = known.map { ($0 + speed) / 2 } ?? speed
  }
}
