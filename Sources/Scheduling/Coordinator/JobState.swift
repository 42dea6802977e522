import SweepModel

/// Where the trials of one job are.
///
/// `recorded`, `committing` and `pending` are disjoint; every other trial is in the `remaining` of
/// exactly one lease for training. Such a lease may hold recorded trials, too: those whose results came
/// from others.
struct JobState {
  private(set) var job: CoordinatorJob
  /// In the store.
  var recorded: IntervalSet
  /// Received, and on their way to the store.
  var committing = IntervalSet()
  /// Waiting to be leased.
  var pending: IntervalSet
  /// Parts of `pending` that may hold a trial that crashes its worker: each is leased by itself, to a
  /// worker that has nothing else.
  private(set) var suspects: [TrialRange] = []
  /// How often a trial was alone in a lease whose worker crashed; only of trials without a result.
  private(set) var crashes: [TrialIndex: Int] = [:]
  /// Trials without a result that workers have claimed to fail.
  private(set) var claims: [WorkerID: IntervalSet] = [:]
  /// Trials without a result that workers had to stop because their time was over.
  var interruptions = Interruptions()
  /// Its open leases.
  var leases: Set<LeaseID> = []
  /// Its commits that the store has not finished.
  var openCommits = 0
  /// Whether it is not wanted any more.
  var isCancelled = false
  /// Whether an earlier life of the coordinator had begun it.
  let isResumed: Bool
  /// Whether it is among `Coordinator.openJobs`.
  var isOpen = false
  var checks: JobChecks
  /// The speeds of the workers that have finished a lease of it, and are connected.
  var pace = Pace()

  /// Speeds of several workers together.
  struct Pace: Hashable {
    private(set) var thousandths: UInt64 = 0
    private(set) var workers: UInt64 = 0

    mutating func add(_ speed: WorkerState.JobSpeed) {
      thousandths += speed.thousandths
      workers += 1
    }

    mutating func remove(_ speed: WorkerState.JobSpeed) {
      thousandths -= speed.thousandths
      workers -= 1
    }
  }

  init(_ job: CoordinatorJob) {
    self.job = job
    recorded = job.recorded
    isResumed = !job.recorded.isEmpty
    pending = IntervalSet(TrialRange(0, job.trials))
    pending.subtract(job.recorded)
    checks = JobChecks(job)
  }

  /// Goes on after it was cancelled, or with more trials, or with another share of audits.
  mutating func extend(to longer: CoordinatorJob) {
    isCancelled = false
    job.audit = longer.audit
    job.models = longer.models
    guard longer.trials > job.trials else { return }
    let more = TrialRange(job.trials, longer.trials)
    checks.add(longer, in: IntervalSet(more))
    let known = longer.recorded.intersection(more)
    job = longer
    pending.insert(more)
    pending.subtract(known)
    recorded.formUnion(known)
  }

  var isRecorded: Bool { recorded.count == job.trials }

  /// Those of `trials` that have no result, here or in the store.
  func missing(of trials: IntervalSet) -> IntervalSet {
    var missing = trials
    for range in trials.ranges {
      missing.subtract(recorded.intersection(range))
      missing.subtract(committing.intersection(range))
    }
    return missing
  }

  /// Takes out a range that is suspect, as it is, and holds none of `excluded`.
  mutating func takeSuspect(except excluded: IntervalSet? = nil) -> TrialRange? {
    var aside: [TrialRange] = []
    defer { suspects += aside.reversed() }
    while let suspect = suspects.popLast() {
      if let excluded, !excluded.intersection(suspect).isEmpty {
        aside.append(suspect)
        continue
      }
      // A late result may have emptied or split a suspect range since it was queued.
      let waiting = pending.intersection(suspect).ranges
      guard let range = waiting.first else { continue }
      suspects += waiting.dropFirst().reversed()
      pending.remove(range)
      return range
    }
    return nil
  }

  /// Takes out `trials`, which are pending; returns whether one of them is suspect.
  mutating func takeSuspected(_ trials: IntervalSet) -> Bool {
    pending.subtract(trials)
    guard suspects.contains(where: { !trials.intersection($0).isEmpty }) else { return false }
    forgetIdleSuspects()
    return true
  }

  /// Takes out at most `limit` trials to lease to `worker` that are not suspect, and that it has not
  /// claimed to fail: the first, or the last. None of them is one of `excluded`.
  mutating func takeRange(
    limit: UInt64, fromEnd: Bool = false, for worker: WorkerID, except excluded: IntervalSet? = nil
  ) -> TrialRange? {
    var claimed = claims.isEmpty ? nil : claims[worker]
    if let excluded {
      var all = claimed ?? IntervalSet()
      all.formUnion(excluded)
      claimed = all
    }
    if suspects.isEmpty, !fromEnd, claimed == nil { return pending.popFirst(limit: limit) }
    guard var range = freeRange(last: fromEnd, except: claimed) else { return nil }
    let count = min(limit, range.count)
    let first = fromEnd ? range.upperBound.rawValue - count : range.lowerBound.rawValue
    range = TrialRange(first, first + count)
    pending.remove(range)
    return range
  }

  private func freeRange(last: Bool, except claimed: IntervalSet?) -> TrialRange? {
    if suspects.isEmpty, claimed == nil { return last ? pending.ranges.last : pending.ranges.first }
    var free = pending
    for suspect in suspects { free.remove(suspect) }
    if let claimed { free.subtract(claimed) }
    return last ? free.ranges.last : free.ranges.first
  }

  // MARK: Claims

  /// The worker has claimed that these trials fail.
  mutating func noteClaims(_ trials: IntervalSet, by worker: WorkerID) {
    if !trials.isEmpty { claims[worker, default: IntervalSet()].formUnion(trials) }
  }

  /// Waiting trials that are not suspect and that the worker has claimed to fail; nil for none.
  func claimedAndFree(by worker: WorkerID) -> IntervalSet? {
    guard let claimed = claims[worker] else { return nil }
    var free = pending.intersection(claimed)
    for suspect in suspects { free.remove(suspect) }
    return free.isEmpty ? nil : free
  }

  /// Whether the worker has claimed that one of these trials fails.
  func claims(_ worker: WorkerID, oneOf trials: IntervalSet) -> Bool {
    claims[worker].map { !$0.intersection(trials).isEmpty } ?? false
  }

  private mutating func forgetClaims(of trials: IntervalSet) {
    guard !claims.isEmpty else { return }
    claims = claims.compactMapValues {
      var left = $0
      left.subtract(trials)
      return left.isEmpty ? nil : left
    }
  }

  /// Gives back trials whose worker ended, or hung, while it trained them: in parts that close in on the
  /// trial that is to blame.
  ///
  /// One trial leaves no doubt and is charged, unless its worker may have trained another: then it
  /// `isAlone` not. Returns the trials that were charged as often as is allowed; they are neither
  /// pending nor leased any more.
  ///
  /// - Precondition: none of `trials` has a result or is pending.
  mutating func returnAfterCrash(_ trials: IntervalSet, isAlone: Bool) -> [TrialIndex] {
    if isAlone, trials.count == 1, let index = trials.first {
      guard charge(index) < Limits.trialCrashes else { return [index] }
    }
    pending.formUnion(trials)
    for range in trials.ranges.reversed() {
      if trials.ranges.count > 1 || range.count == 1 {
        suspects.append(range)
      } else {
        let middle = range.lowerBound.rawValue + range.count / 2
        suspects.append(TrialRange(middle, range.upperBound.rawValue))
        suspects.append(TrialRange(range.lowerBound.rawValue, middle))
      }
    }
    return []
  }

  /// Keeps trials that are given back under suspicion.
  mutating func suspect(_ trials: IntervalSet) { suspects += trials.ranges.reversed() }

  /// Suspects whose results came after all, or that are lent, need no room.
  private mutating func forgetIdleSuspects() {
    guard !suspects.isEmpty else { return }
    let waiting = pending
    suspects.removeAll { waiting.intersection($0).isEmpty }
  }

  /// Counts a crash against a trial; returns how many there are.
  mutating func charge(_ index: TrialIndex) -> Int {
    crashes[index, default: 0] += 1
    return crashes[index, default: 0]
  }

  /// The results of these trials are in the store.
  mutating func record(_ trials: IntervalSet) {
    committing.subtract(trials)
    pending.subtract(trials)
    recorded.formUnion(trials)
    forgetIdleSuspects()
    forgetClaims(of: trials)
    if !interruptions.isEmpty { interruptions.forget(trials) }
    guard !crashes.isEmpty else { return }
    if UInt64(crashes.count) <= trials.count {
      crashes = crashes.filter { !trials.contains($0.key) }
    } else {
      for range in trials.ranges { for index in range.indices { crashes[index] = nil } }
    }
  }
}
