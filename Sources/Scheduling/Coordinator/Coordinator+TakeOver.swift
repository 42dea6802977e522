import HeapModule
import SweepModel

/// What a worker does that has nothing of its own to do, when nothing waits any more.
///
/// First it takes over: of the lease that will end last, the rest that is not begun, as much of it as
/// lets both workers end together. Its worker is told to begin it no more; should it have begun some, its
/// results are compared, as any that come twice.
///
/// When only trials are left that somebody is at, it repeats those of a worker that is much later than
/// it would be itself. This cannot blow up: a lease is copied to one worker at a time, so that a trial
/// is trained by two at most, and by no third while either goes on. It cannot starve anybody: a copy is
/// given to those only that have nothing else, and whatever is trained twice is revoked when either
/// result is there.
extension Coordinator {
  /// Leases looked at for one worker.
  private static let looks = 16
  /// What a worker must save to be worth the messages.
  private static let leastGain = 0.1
  /// How many times longer than another would need a lease's worker may be silent about it.
  private static let patience = 3.0

  mutating func takeOver(for thief: WorkerID, at now: Instant, _ effects: inout [Effect]) -> Bool {
    guard let state = workers[thief] else { return false }
    let held = state.leases.reduce(0) { $0 + (leases[$1]?.remaining.count ?? 0) }
    guard held < UInt64(state.slots) else { return false }
    return takeRest(for: thief, at: now, &effects) || copyLate(for: thief, at: now, &effects)
  }

  // MARK: What is not begun

  private mutating func takeRest(
    for thief: WorkerID, at now: Instant, _ effects: inout [Effect]
  ) -> Bool {
    var aside: [Ending] = []
    defer { for ending in aside { endings.insert(ending) } }
    while aside.count < Self.looks, let ending = endings.popMax() {
      guard let lease = leases[ending.lease] else { continue }
      let expected = expectedEnd(of: ending.lease, at: now)
      if expected < ending.time {
        endings.insert(Ending(time: expected, lease: ending.lease))
        continue
      }
      let isOpen =
        lease.worker != thief && !rejects(thief, lease.job, at: now)
        && !jobs[lease.job].claims(thief, oneOf: lease.remaining)
        && hasTime(thief, for: lease.remaining, of: lease.job, at: now)
      guard isOpen else {
        aside.append(ending)
        continue
      }
      switch share(of: ending.lease, for: thief, at: now) {
      case .nothingYet: aside.append(ending)
      case .nothingAnyMore: lastTrials.insert(ending)
      case .trials(let count):
        aside.append(ending)
        let inTime = trialsInTime(of: lease.job, for: thief, at: now)
        if move(min(count, inTime), of: ending.lease, to: thief, at: now, &effects) { return true }
      }
    }
    return false
  }

  /// What may be taken of a lease.
  private enum Share {
    case nothingYet
    case nothingAnyMore
    case trials(UInt64)
  }

  private func share(of id: LeaseID, for thief: WorkerID, at now: Instant) -> Share {
    guard let lease = leases[id], let victim = workers[lease.worker], let taker = workers[thief]
    else { return .nothingAnyMore }
    let speed = victim.speed(of: lease.job)
    let rest = lease.remaining.count
    var kept: UInt64 = 0
    var isPreparing = false
    if lease.isTrained {
      guard lease.startedAt.advanced(by: policy.silenceLimit) < now else { return .nothingYet }
    } else if lease.hasBegun {
      let begun = (speed ?? 0) * timeUnseen(of: lease, victim, at: now)
      kept = max(UInt64(victim.slots), UInt64(min(begun, Double(rest))))
      guard rest > kept else { return .nothingAnyMore }
    } else if victim.leases.first(where: { leases[$0]?.isTrained == false }) == id {
      // It is about to begin, or prepares its data: that may take long. Another that would have to
      // prepare them first is given the trials only when there is reason to doubt.
      let grace = policy.leaseTarget * (taker.speed(of: lease.job) == nil ? 20 : 2)
      guard lease.startedAt.advanced(by: grace) < now else { return .nothingYet }
      isPreparing = true
    }
    let ahead = victim.leases.prefix { $0 != id }.reduce(0) {
      $0 + (leases[$1].map { $0.isTrained ? 0 : $0.remaining.count } ?? 0)
    }
    // Of one whose speed is not known, as much as its slots say.
    let slots = Double(taker.slots) / Double(victim.slots)
    let own = speed ?? taker.speed(of: lease.job).map { $0 / slots }
    guard let own else {
      return .trials(min(rest - kept, max(1, (ahead + rest) / 2), UInt64(taker.slots)))
    }
    let other = taker.speed(of: lease.job) ?? own * slots
    let work = Double(ahead + rest)
    // Preparing may take long whatever the speed; else it must be worth it.
    if !isPreparing, work / own < max(Self.leastGain, 1 / other) { return .nothingYet }
    let fair = UInt64(min(work * other / (own + other), Double(Limits.leaseTrials)))
    return .trials(min(rest - kept, max(1, fair)))
  }

  /// The seconds of work on a lease of which its worker has not told: what its slots were given, and
  /// what they have done while results waited to be sent. Taken over, it would be trained twice.
  private func timeUnseen(of lease: Lease, _ victim: WorkerState, at now: Instant) -> Double {
    let given = policy.assignmentTarget * 2
    let since = max(lease.startedAt, victim.lastResultAt).duration(to: now)
    return (given + min(since, policy.batchDelay + given)).seconds
  }

  private mutating func move(
    _ count: UInt64, of id: LeaseID, to thief: WorkerID, at now: Instant,
    _ effects: inout [Effect]
  ) -> Bool {
    guard var lease = leases[id] else { return false }
    let last = lease.remaining.popLast(limit: count)
    ready.charge(-lease.cost(of: last.count), to: lease.job)
    leases[id]?.remaining = lease.remaining
    leases[id]?.size -= min(lease.size, last.count)
    if lease.remaining.isEmpty {
      close(id)
      order(.leaseRevoked(id), lease.worker, &effects)
    } else {
      order(.leaseShortened(id, last), lease.worker, &effects)
    }
    // Late results of others may have come meanwhile.
    let taken = jobs[lease.job].missing(of: last)
    guard !taken.isEmpty else { return false }
    tally.takenOver += taken.count
    let job = jobs[lease.job].job.id
    effects.append(
      .notice(.trialsTakenOver(job, from: lease.worker, by: thief, count: taken.count)))
    grant(taken, of: lease.job, for: .training, to: thief, at: now, &effects)
    return true
  }

  // MARK: What somebody is at

  private mutating func copyLate(
    for thief: WorkerID, at now: Instant, _ effects: inout [Effect]
  ) -> Bool {
    var aside: [Ending] = []
    defer { for ending in aside { lastTrials.insert(ending) } }
    while aside.count < Self.looks, let ending = lastTrials.popMax() {
      guard let lease = leases[ending.lease] else { continue }
      aside.append(ending)
      guard lease.copy == nil, lease.worker != thief, isMuchLater(lease, than: thief, at: now),
        !rejects(thief, lease.job, at: now),
        !jobs[lease.job].claims(thief, oneOf: lease.remaining),
        hasTime(thief, for: lease.remaining, of: lease.job, at: now)
      else { continue }
      var trials = jobs[lease.job].missing(of: lease.remaining)
      let inTime = trialsInTime(of: lease.job, for: thief, at: now)
      trials = trials.popLast(limit: min(UInt64(workers[thief]?.slots ?? 1), inTime))
      guard !trials.isEmpty else { continue }
      tally.copied += trials.count
      grant(trials, of: lease.job, for: .copy(of: ending.lease), to: thief, at: now, &effects)
      leases[ending.lease]?.copy = LeaseID(lastLease)
      return true
    }
    return false
  }

  /// Whether the lease's worker has been silent about it for several times as long as the other would
  /// need for what is left of it.
  private func isMuchLater(_ lease: Lease, than thief: WorkerID, at now: Instant) -> Bool {
    guard let victim = workers[lease.worker], let taker = workers[thief],
      let speed = taker.speed(of: lease.job)
    else { return false }
    // A slot trains one trial at a time: a single one takes no less than a whole row of slots.
    let rows = (lease.remaining.count + UInt64(taker.slots) - 1) / UInt64(taker.slots)
    let needed = Double(rows * UInt64(taker.slots)) / speed
    let since = max(lease.startedAt, victim.lastResultAt)
    let limit = Self.patience * needed + policy.leaseTarget.seconds
    return since.duration(to: now).seconds > limit
  }

  /// When a lease would end if its worker kept its speed; far away where that is not known.
  func expectedEnd(of id: LeaseID, at now: Instant) -> Instant {
    guard let lease = leases[id], let worker = workers[lease.worker] else { return now }
    guard let speed = worker.speed(of: lease.job), speed > 0 else {
      return lease.startedAt.advanced(by: .seconds(1 << 32))
    }
    var trials = lease.remaining.count
    for earlier in worker.leases {
      if earlier == id { break }
      trials += leases[earlier]?.remaining.count ?? 0
    }
    let wait = min(Double(trials) / speed, Double(1 << 32))
    return now.advanced(by: .seconds(wait))
  }
}
