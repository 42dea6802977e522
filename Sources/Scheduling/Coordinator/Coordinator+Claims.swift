import SweepModel

/// Failures that workers report.
///
/// No program of ours does: training cannot fail, and a variant that a worker cannot train it rejects as
/// a whole. So a reported failure is a claim like any other, and is not believed. It is charged to its
/// trial as a crash is, once for each worker, and another worker trains the trial; whoever claimed it
/// is lent it again only when everybody else who could train it has claimed the same. The fifth charge
/// ends the trial, with the reason that was given last: so one that really cannot be trained does end.
/// What is claimed of a trial that has a result says nothing about that result.
extension Coordinator {
  /// Takes the reported failures out of a batch that was checked, and charges them. Returns the rest.
  mutating func takeClaims(
    of results: [TrialResult], in job: Int, by worker: WorkerID, at now: Instant,
    _ effects: inout [Effect]
  ) -> [TrialResult] {
    guard Self.holdClaims(results) else { return results }
    var claimed = IntervalSet()
    var reason = ""
    for result in results {
      guard case .failed(let text) = result.outcome else { continue }
      claimed.insert(result.index)
      reason = text
    }
    effects.append(
      .notice(
        .failuresReported(worker, jobs[job].job.id, trials: claimed.count, reason: reason)))
    for id in workers[worker]?.leases ?? [] where leases[id]?.job == job {
      claim(claimed, of: id, by: worker, reason, at: now, &effects)
    }
    return results.filter { $0.status != .failed }
  }

  /// Whether there is a reported failure among many results: only the kind of each is looked at where it
  /// lies, as a copy of one counts the references of all its arrays.
  private static func holdClaims(_ results: [TrialResult]) -> Bool {
    results.withUnsafeBufferPointer { results in
      for position in results.indices {
        if case .failed = results[position].outcome { return true }
      }
      return false
    }
  }

  private mutating func claim(
    _ claimed: IntervalSet, of id: LeaseID, by worker: WorkerID, _ reason: String,
    at now: Instant, _ effects: inout [Effect]
  ) {
    guard let lease = leases[id] else { return }
    let trials = lease.remaining.intersection(claimed)
    guard !trials.isEmpty else { return }
    switch lease.purpose {
    case .training:
      leases[id]?.remaining.subtract(trials)
      // It shows no speed.
      leases[id]?.size -= min(lease.size, trials.count)
      charge(jobs[lease.job].missing(of: trials), of: lease, by: worker, reason, &effects)
      // A suspect goes to others, if there are any.
      if lease.isSuspect { workers[worker]?.hungAt = now }
      if leases[id]?.remaining.isEmpty == true { close(id) }
    case .copy:
      // Its own lease still holds them.
      jobs[lease.job].noteClaims(jobs[lease.job].missing(of: trials), by: worker)
      takeBack(trials, of: id, from: worker)
    case .audit, .dispute:
      // Of a dispute it is no vote, and uses up none.
      jobs[lease.job].checks.decline(trials, by: worker)
      takeBack(trials, of: id, from: worker)
    }
    if leases[id] == nil, let copy = lease.copy { revoke(copy, at: now, &effects) }
  }

  private mutating func charge(
    _ trials: IntervalSet, of lease: Lease, by worker: WorkerID, _ reason: String,
    _ effects: inout [Effect]
  ) {
    let job = lease.job
    let known = jobs[job].claims[worker]?.intersection(trials) ?? IntervalSet()
    // Said again it counts only where there is nobody else to ask.
    var uncharged = known
    uncharged.subtract(triedByOthers(known, of: job, than: worker))
    jobs[job].noteClaims(trials, by: worker)
    var again = IntervalSet()
    for range in trials.ranges {
      for index in range.indices {
        if uncharged.contains(index) || jobs[job].charge(index) < Limits.trialCrashes {
          again.insert(index)
        } else {
          recordFailure(of: index, in: job, because: reason, &effects)
        }
      }
    }
    giveBack(again, of: lease)
  }

  /// Those of `trials` that every other worker which could train them has claimed to fail.
  private func triedByOthers(_ trials: IntervalSet, of job: Int, than worker: WorkerID)
    -> IntervalSet
  {
    var tried = trials
    let (variant, needed) = (jobs[job].job.variant, jobs[job].job.components)
    // An intersection of all: their order does not matter.
    for (id, state) in workers where id != worker && !tried.isEmpty {
      guard !state.isStalled, state.rejected[variant] == nil, state.has(needed) else { continue }
      tried = jobs[job].claims[id].map { tried.intersection($0) } ?? IntervalSet()
    }
    return tried
  }

  /// Takes out waiting trials that the worker has claimed to fail, as everybody else has: there is nobody
  /// left who has not.
  mutating func takeClaimed(of job: Int, for worker: WorkerID, limit: UInt64) -> TrialRange? {
    guard let claimed = jobs[job].claimedAndFree(by: worker) else { return nil }
    let tried = triedByOthers(claimed, of: job, than: worker)
    guard let first = tried.ranges.first else { return nil }
    let start = first.lowerBound.rawValue
    let range = TrialRange(start, start + min(limit, first.count))
    jobs[job].pending.remove(range)
    return range
  }
}
