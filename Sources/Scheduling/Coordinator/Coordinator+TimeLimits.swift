import SweepModel

/// Workers with a time limit are leased only what they can finish.
///
/// How much that is follows from the time that they have left, less what they hold already, and from the
/// time that they need for trials of the job. A worker that has not finished any is given a first lease
/// whatever time it has: how long a trial takes must be learnt somewhere. What it had to
/// stop is then known to take longer, and goes only to workers that have more time, so that no two of them
/// stop the same trial for the same reason.
extension Coordinator {
  /// Trials of a job that a worker can still finish beside what it holds; `UInt64.max` without a time limit.
  func trialsInTime(of job: Int, for worker: WorkerID, at now: Instant) -> UInt64 {
    guard let state = workers[worker], let end = state.leavesAt else { return .max }
    // What it cannot finish another goes on with.
    if jobs[job].job.models.takesCheckpoints { return now < end ? .max : 0 }
    let left = now.duration(to: end).seconds
    guard left > 0, !state.outOfTime.contains(job) else { return 0 }
    // Where one trial was finished, others may be shorter than the one that was stopped.
    if jobs[job].recorded.isEmpty, jobs[job].interruptions.areAllLonger(than: now.duration(to: end))
    {
      return 0
    }
    let ahead = state.leases.reduce(0.0) { $0 + (leases[$1].map { time(for: $0, state) } ?? 0) }
    guard left > ahead else { return 0 }
    guard let row = state.rowSeconds(of: job), row > 0 else { return .max }
    let rows = min((left - ahead) / row, Double(Limits.leaseTrials))
    return UInt64(rows) * state.packedTrials(of: job)
  }

  /// Seconds that a worker needs for what is left of a lease, as far as that is known.
  private func time(for lease: Lease, _ state: WorkerState) -> Double {
    guard !lease.isTrained, let row = state.rowSeconds(of: lease.job) else { return 0 }
    let packed = state.packedTrials(of: lease.job)
    return Double((lease.remaining.count + packed - 1) / packed) * row
  }

  /// Trials of a job that are known to take longer than a worker has time; nil for none.
  func trialsOutOfTime(of job: Int, for worker: WorkerID, at now: Instant) -> IntervalSet? {
    guard let end = workers[worker]?.leavesAt else { return nil }
    return jobs[job].interruptions.trials(longerThan: now.duration(to: end))
  }

  /// Whether a worker has the time for one of these trials of a job at least, and for none of them too
  /// little as far as that is known.
  func hasTime(_ worker: WorkerID, for trials: IntervalSet, of job: Int, at now: Instant) -> Bool {
    guard trialsInTime(of: job, for: worker, at: now) > 0 else { return false }
    guard let long = trialsOutOfTime(of: job, for: worker, at: now) else { return true }
    return long.ranges.allSatisfy { trials.intersection($0).isEmpty }
  }

  /// A worker returns trials because of its time limit.
  mutating func noteReturn(
    of trials: IntervalSet, _ lease: LeaseID, _ cause: ReturnCause, by worker: WorkerID,
    at now: Instant, _ effects: inout [Effect]
  ) {
    guard let job = leases[lease].map({ $0.worker == worker ? $0.job : nil }) ?? nil else { return }
    switch cause {
    case .notBegun: break
    case .tooLittleTime:
      workers[worker]?.outOfTime.insert(job)
    case .interrupted(let time, let epochs):
      let missing = jobs[job].missing(of: trials)
      for range in missing.ranges {
        for index in range.indices {
          jobs[job].interruptions.note(index, after: time, epochs: epochs)
        }
      }
      guard let index = missing.first else { return }
      self.interrupted.insert(job)
      effects.append(
        .notice(.trialInterrupted(worker, jobs[job].job.id, index, after: time, epochs: epochs)))
    }
  }

  /// Says once which trial no registered worker has the time for.
  mutating func announceLongTrials(at now: Instant, _ effects: inout [Effect]) {
    for job in interrupted.positions.prefix(Self.jobsAnnounced) {
      if jobs[job].interruptions.isEmpty { interrupted.remove(job) }
      guard !jobs[job].interruptions.isAnnounced, let long = longTrial(of: job, at: now) else {
        continue
      }
      jobs[job].interruptions.isAnnounced = true
      effects.append(
        .notice(
          .trialOutlastsWorkers(
            jobs[job].job.id, long.index, after: long.time, epochs: long.epochs)))
    }
  }

  private static let jobsAnnounced = 16

  /// A waiting trial that was stopped, and that no registered worker has the time for; nil where there is
  /// none, or no worker whose program could train it.
  ///
  /// Costs O(workers), for jobs of which a trial was stopped.
  func longTrial(of job: Int, at now: Instant) -> Interruptions.Longest? {
    guard let longest = jobs[job].interruptions.longest, !workers.isEmpty, !jobs[job].isCancelled,
      jobs[job].pending.contains(longest.index)
    else { return nil }
    let needed = jobs[job].job.components
    guard workersWithComponents(for: job) > 0 else { return nil }
    let suffices = workers.values.contains { state in
      guard state.has(needed) else { return false }
      return state.leavesAt.map { longest.fits(now.duration(to: $0)) } ?? true
    }
    return suffices ? nil : longest
  }
}

/// Trials of a job that workers had to stop because their time was over, and how long each had run.
struct Interruptions: Hashable, Sendable {
  /// The trial that ran longest.
  struct Longest: Hashable, Sendable {
    let index: TrialIndex
    let time: Duration
    let epochs: Int

    /// Whether that much time may be enough for it.
    func fits(_ left: Duration) -> Bool { Interruptions.mayFit(time, left) }
  }

  private var times: [TrialIndex: Duration] = [:]
  /// The one that ran longest of those that are not finished.
  private(set) var longest: Longest?
  /// Whether it was said that nobody has the time for it.
  var isAnnounced = false

  var isEmpty: Bool { times.isEmpty }

  /// A trial that was stopped is tried again only with noticeably more time.
  private static let margin = 1.05

  static func mayFit(_ time: Duration, _ left: Duration) -> Bool { time * margin < left }

  /// Notes how long a trial has run without coming to its end.
  mutating func note(_ index: TrialIndex, after time: Duration, epochs: Int) {
    times[index] = max(time, times[index] ?? .zero)
    if longest.map({ $0.time < time }) ?? true {
      longest = Longest(index: index, time: time, epochs: epochs)
      isAnnounced = false
    }
    // What there is no room for is tried again.
    guard times.count > Limits.interruptedTrials else { return }
    if let other = times.keys.filter({ $0 != longest?.index }).min() { times[other] = nil }
  }

  /// These trials are finished.
  mutating func forget(_ trials: IntervalSet) {
    guard !times.isEmpty else { return }
    times = times.filter { !trials.contains($0.key) }
    guard let known = longest, trials.contains(known.index) else { return }
    isAnnounced = false
    // What they had completed is not kept: only the times decide.
    longest = times.max { ($0.value, $1.key) < ($1.value, $0.key) }
      .map { Longest(index: $0.key, time: $0.value, epochs: 0) }
  }

  /// The trials that take longer than so much time; nil for none.
  func trials(longerThan left: Duration) -> IntervalSet? {
    guard let longest, !longest.fits(left) else { return nil }
    var trials = IntervalSet()
    for (index, time) in times where !Self.mayFit(time, left) { trials.insert(index) }
    return trials.isEmpty ? nil : trials
  }

  /// Whether a trial took longer than so much time, so that others may be expected to.
  func areAllLonger(than left: Duration) -> Bool { longest.map { !$0.fits(left) } ?? false }
}
