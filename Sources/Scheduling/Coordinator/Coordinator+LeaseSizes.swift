import SweepModel

/// How many trials a lease holds: enough that messages cost nothing beside the work, few enough that all
/// workers finish together.
extension Coordinator {
  /// About ``SchedulingPolicy/leaseTarget`` of work, and near the end of a job a share of what is left, by
  /// the worker's speed, so that all workers finish together (guided self-scheduling, Polychronopoulos &
  /// Kuck 1987; with weights, Hummel, Schmidt, Uma & Wein 1996).
  func leaseSize(of job: Int, for worker: WorkerID) -> UInt64 {
    guard let state = workers[worker] else { return 1 }
    let wanted = wantedSize(of: job, for: state)
    let share = share(of: job, for: state)
    guard share < wanted else { return wanted }
    // A pack that is not full takes as long as one that is.
    let lanes = state.lanes(of: job)
    return min(wanted, max(1, (share + lanes - 1) / lanes * lanes))
  }

  /// Half of what a worker would get of what waits, if each got as much as it can train in the same time.
  ///
  /// Those whose speed is not known count as fast as the others are on average.
  private func share(of job: Int, for state: WorkerState) -> UInt64 {
    let waiting = jobs[job].pending.count
    let others = UInt64(max(1, workers.count))
    let pace = jobs[job].pace
    guard pace.workers > 0, let own = state.speeds.first(where: { $0.job == job }) else {
      return waiting / (2 * others)
    }
    let average = Double(pace.thousandths) / Double(pace.workers)
    let weight = Double(own.thousandths) / (2 * average * Double(others))
    return UInt64(min(Double(waiting) * weight, Double(waiting)))
  }

  /// The trials that keep a worker busy for ``SchedulingPolicy/leaseTarget``, in full packs.
  func wantedSize(of job: Int, for worker: WorkerID) -> UInt64 {
    workers[worker].map { wantedSize(of: job, for: $0) } ?? 1
  }

  private func wantedSize(of job: Int, for state: WorkerState) -> UInt64 {
    // An unknown job starts with one trial a slot: it may take a millisecond or a day.
    guard let speed = state.speed(of: job) else {
      return min(UInt64(state.slots), Limits.leaseTrials)
    }
    let target = min(speed * policy.leaseTarget.seconds, Double(Limits.leaseTrials))
    let packed = state.packedTrials(of: job)
    guard packed <= Limits.leaseTrials else { return Limits.leaseTrials }
    return max(1, UInt64(target) / packed) * packed
  }

  /// The slot-seconds that trials take, as far as is known; else those of a usual lease.
  func expectedCost(of trials: UInt64, of job: Int, for worker: WorkerID) -> Double {
    guard let state = workers[worker] else { return 0 }
    let seconds = state.speed(of: job).map { Double(trials) / $0 } ?? policy.leaseTarget.seconds
    return min(seconds, Self.mostCostSeconds) * Double(state.slots)
  }

  /// A speed may be next to nothing.
  private static let mostCostSeconds = 86_400.0

  /// Learns a worker's speed from a lease that it has finished.
  mutating func noteSpeed(
    _ trials: UInt64, in seconds: Double, of job: Int, by worker: WorkerID
  ) {
    let window = 2 * policy.leaseTarget.seconds
    let noted = change(worker) { $0.noteSpeed(trials, in: seconds, of: job, window: window) }
    guard let noted else { return }
    if let before = noted.before { jobs[job].pace.remove(before) }
    jobs[job].pace.add(noted.after)
    if let other = noted.forgotten { jobs[other.job].pace.remove(other) }
  }
}
