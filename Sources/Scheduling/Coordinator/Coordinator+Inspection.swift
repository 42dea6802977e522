import SweepModel

extension Coordinator {
  /// How far one job is.
  public struct JobProgress: Hashable, Sendable {
    /// The job.
    public let job: JobID
    /// All its trials.
    public let trials: UInt64
    /// Those in the store.
    public let recorded: UInt64
    /// Leases that are open.
    public let leases: Int
    /// Results that wait to be trained again by another worker.
    public let audits: UInt64
    /// Trials with results that differ, without a majority.
    public let disputes: UInt64
    /// Whether it was cancelled.
    public let isCancelled: Bool
  }

  /// How far each job is, in the order in which they are served.
  public var progress: [JobProgress] {
    jobs.map { state in
      JobProgress(
        job: state.job.id, trials: state.job.trials, recorded: state.recorded.count,
        leases: state.leases.count, audits: state.checks.waitingAudits + state.checks.auditsAway,
        disputes: state.checks.openDisputes, isCancelled: state.isCancelled)
    }
  }

  /// Whether a sweep is not done.
  public var hasWork: Bool { openJobs > 0 && !isOver }

  /// The workers that are registered.
  public var workerCount: Int { workers.count }

  /// Whether a worker is registered under this address.
  public func isRegistered(_ peer: PeerID) -> Bool { workerByPeer[peer] != nil }

  /// Whether nothing is on its way to the store.
  public var isQuiescent: Bool { commits.isEmpty && distrusted.isEmpty }

  /// Counts of what is kept, all of which must be small when there is nothing to do.
  package var footprint: Footprint {
    Footprint(
      workers: workers.count, leases: leases.count, commits: commits.count,
      crashes: jobs.reduce(0) { $0 + $1.crashes.count },
      suspects: jobs.reduce(0) { $0 + $1.suspects.count })
  }

  /// What a coordinator keeps.
  package struct Footprint: Hashable, Sendable {
    /// Workers that are registered.
    package let workers: Int
    /// Leases that are lent.
    package let leases: Int
    /// Commits on their way to the store.
    package let commits: Int
    /// Trials that have crashed a worker.
    package let crashes: Int
    /// Ranges that may hold such a trial.
    package let suspects: Int
  }

  /// Stops the program if a trial is in two places or in none, or an index of the state is off.
  ///
  /// Tests call it after every event. Its cost is that of all intervals and leases.
  public func checkInvariants() {
    for position in jobs.indices { checkPlaces(position) }
    ready.checkInvariants()
    for (id, lease) in leases {
      precondition(!lease.remaining.isEmpty, "lease \(id) is done but open")
      precondition(workers[lease.worker]?.leases.contains(id) == true, "lease \(id) has no worker")
      precondition(jobs[lease.job].leases.contains(id), "lease \(id) is not its job's")
      precondition(
        hasComponents(lease.worker, for: lease.job), "lease \(id) is a worker's without components")
      precondition(lease.size >= 0 && lease.remaining.count <= Limits.leaseTrials)
      if let copy = lease.copy, let other = leases[copy] {
        precondition(other.purpose == .copy(of: id), "lease \(id) has a copy of another")
        precondition(other.worker != lease.worker, "a worker copies its own lease \(id)")
      }
    }
    for (id, worker) in workers {
      precondition(worker.leases.count <= Limits.leasesPerWorker)
      precondition(Set(worker.leases).count == worker.leases.count)
      for lease in worker.leases { precondition(leases[lease]?.worker == id) }
      if let peer = worker.peer { precondition(workerByPeer[peer] == id) }
      precondition(worker.key == worker.peer?.key || worker.peer == nil, "a worker with two keys")
      precondition(!quarantined.contains(id), "a quarantined worker is at work")
      precondition(
        !worker.isIdle || idle.contains(id), "worker \(id) waits nowhere")
      precondition(!worker.isStalled || worker.leases.isEmpty, "a stalled worker has leases")
    }
    for (peer, worker) in workerByPeer { precondition(workers[worker]?.peer == peer) }
    let live = alarms.unordered.filter { workers[$0.worker]?.alarm == $0.time }
    precondition(Set(live.map(\.worker)).count == workers.count, "a worker without an alarm")
    precondition(processors.values.reduce(0, +) == workers.count)
    var countedPrograms: [Set<ComponentIdentity>: Int] = [:]
    for worker in workers.values { countedPrograms[worker.components, default: 0] += 1 }
    precondition(programs == countedPrograms, "programs are miscounted")
    precondition(rejections == countedRejections(\.rejected.keys), "rejections are miscounted")
    precondition(
      troubles.mapValues(\.workers) == countedRejections(\.rejectionAttempts.keys),
      "troubles are miscounted")
    precondition(jobs.map(\.pace) == countedPaces, "the speeds are miscounted")
    precondition(openJobs == jobs.count(where: \.isOpen))
    precondition(endings.count <= 2 * leases.count + 64 + 64 + 2 * Limits.workers)
  }

  private func countedRejections(
    _ variants: (WorkerState) -> some Collection<VariantDigest>
  ) -> [VariantDigest: Int] {
    var counts: [VariantDigest: Int] = [:]
    for worker in workers.values {
      for variant in variants(worker) { counts[variant, default: 0] += 1 }
    }
    return counts
  }

  private var countedPaces: [JobState.Pace] {
    var paces = [JobState.Pace](repeating: JobState.Pace(), count: jobs.count)
    for worker in workers.values {
      for speed in worker.speeds { paces[speed.job].add(speed) }
    }
    return paces
  }

  private func checkPlaces(_ position: Int) {
    let state = jobs[position]
    var lent = IntervalSet()
    var auditsAway: UInt64 = 0
    for id in state.leases {
      guard let lease = leases[id] else {
        preconditionFailure("job \(position) has no lease \(id)")
      }
      precondition(lease.job == position)
      switch lease.purpose {
      case .training:
        precondition(lent.intersection(lease.remaining).isEmpty, "trials of \(id) are lent twice")
        lent.formUnion(lease.remaining)
      case .audit(let owner):
        precondition(owner != lease.worker, "a worker audits itself")
        auditsAway += lease.remaining.count
      case .copy, .dispute: break
      }
    }
    var all = IntervalSet()
    for place in [state.recorded, state.committing, state.pending] {
      precondition(all.intersection(place).isEmpty, "a trial of job \(position) is in two places")
      all.formUnion(place)
    }
    precondition(lent.intersection(state.pending).isEmpty, "a trial is lent and waits")
    all.formUnion(lent)
    precondition(
      all == IntervalSet(TrialRange(0, state.job.trials)), "a trial of job \(position) is nowhere")
    for commit in commits.values where commit.job == position {
      for part in commit.checked { auditsAway += part.trials.count }
    }
    precondition(auditsAway == state.checks.auditsAway, "audits are miscounted")
    precondition(state.openCommits == commits.values.count { $0.job == position })
    let isServable = !state.isCancelled && !state.pending.isEmpty
    precondition(
      ready.contains(position) == isServable, "job \(position) is not served")
    if !state.checks.isEmpty { precondition(checked.positions.contains(position)) }
    precondition(state.crashes.count <= state.job.trials)
  }
}
