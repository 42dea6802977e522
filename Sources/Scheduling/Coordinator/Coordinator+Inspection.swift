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
  }

  /// How far each job is, in the order in which they are served.
  public var progress: [JobProgress] {
    jobOrder.compactMap { id in
      jobs[id].map { JobProgress(job: id, trials: $0.job.trials, recorded: $0.recorded.count) }
    }
  }

  /// The workers that are registered.
  public var workerCount: Int { workers.count }

  /// Whether nothing is on its way to the store.
  public var isQuiescent: Bool { commits.isEmpty }

  /// Counts of what is kept, all of which must be small when there is nothing to do.
  package var footprint: Footprint {
    Footprint(
      workers: workers.count, leases: leases.count, commits: commits.count,
      crashes: jobs.values.reduce(0) { $0 + $1.crashes.count },
      suspects: jobs.values.reduce(0) { $0 + $1.suspects.count })
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
    var lent: [JobID: IntervalSet] = [:]
    for (id, lease) in leases {
      precondition(!lease.remaining.isEmpty, "lease \(id) is done but open")
      precondition(
        workers[lease.worker]?.leases.contains(id) == true, "lease \(id) has no worker")
      for range in lease.remaining.ranges {
        precondition(
          lent[lease.job, default: IntervalSet()].intersection(range).isEmpty,
          "trials \(range) are lent twice")
        lent[lease.job, default: IntervalSet()].insert(range)
      }
    }
    for (id, state) in jobs {
      let places = [
        state.recorded, state.committing, state.pending, lent[id] ?? IntervalSet(),
      ]
      var all = IntervalSet()
      for place in places { all.formUnion(place) }
      precondition(
        places.reduce(0) { $0 + $1.count } == all.count, "a trial of \(id) is in two places")
      precondition(
        all == IntervalSet(TrialRange(0, state.job.trials)), "a trial of \(id) is nowhere")
      precondition(openJobs.contains(id) == !state.isFinished, "job \(id) is on the wrong list")
    }
    for (id, worker) in workers {
      precondition(Set(worker.leases).count == worker.leases.count)
      for lease in worker.leases { precondition(leases[lease]?.worker == id) }
      if let peer = worker.peer { precondition(workerByPeer[peer] == id) }
    }
    for (peer, worker) in workerByPeer { precondition(workers[worker]?.peer == peer) }
  }
}
