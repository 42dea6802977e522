import DequeModule
import SweepModel

/// The recorded trials of one job that other workers are to train again: audits and disputes.
struct JobChecks {
  /// Audits of one worker's results; none of them is lent.
  struct AuditGroup {
    let processor: String
    var trials: IntervalSet
  }

  /// A trial whose results differ.
  struct Dispute {
    /// The workers that have given a result, as far as is known.
    var voters: [WorkerID]
    var isLent = false
  }

  /// By the worker whose result is to be compared; nil where that is not known.
  private(set) var audits: [WorkerID?: AuditGroup] = [:]
  /// The workers of `audits`, in the order in which they are served.
  private var owners: Deque<WorkerID?> = []
  private(set) var disputes: [TrialIndex: Dispute] = [:]
  /// Disputes that may be lent, in the order in which they are served.
  private var waitingDisputes: Deque<TrialIndex> = []
  /// What workers were lent to check and claimed to fail: they are not asked again.
  private var declined: [WorkerID: IntervalSet] = [:]
  /// Audits that are lent, or whose results are on their way to the store.
  var auditsAway: UInt64 = 0
  private var disputesAway = 0
  /// Workers or disputes looked at before giving up: what a worker may not check is no reason to search
  /// everything.
  private static let looks = 16
  /// Votes after which a dispute without a majority stays one.
  static let mostVotes = 5

  init(_ job: CoordinatorJob) { add(job, in: IntervalSet(TrialRange(0, job.trials))) }

  /// Takes in what an earlier life left open of some trials.
  mutating func add(_ job: CoordinatorJob, in trials: IntervalSet) {
    let disputed = job.disputed.intersection(trials)
    var unowned = job.openAudits.intersection(trials)
    unowned.subtract(disputed)
    for (worker, trials) in job.voters.sorted(by: { $0.key < $1.key }) {
      let own = unowned.intersection(trials)
      addAudits(own, of: worker, processor: "")
      unowned.subtract(own)
    }
    addAudits(unowned, of: nil, processor: "")
    let voters = job.voters.sorted { $0.key < $1.key }
    for index in disputed.ranges.flatMap({ $0.indices }).prefix(Limits.disputes) {
      openDispute(index, voters: voters.filter { $0.value.contains(index) }.map(\.key))
    }
  }

  var isEmpty: Bool { audits.isEmpty && disputes.isEmpty && auditsAway == 0 }
  /// Whether something may be lent to the right worker.
  var hasWaiting: Bool { !audits.isEmpty || !waitingDisputes.isEmpty }
  /// Audits that are not lent.
  var waitingAudits: UInt64 { audits.values.reduce(0) { $0 + $1.trials.count } }
  /// Disputes without a majority.
  var openDisputes: UInt64 { UInt64(disputes.count) }
  /// Whether something is lent or on its way to the store.
  var isBusy: Bool { auditsAway > 0 || disputesAway > 0 }

  // MARK: Audits

  mutating func addAudits(_ trials: IntervalSet, of owner: WorkerID?, processor: String) {
    guard !trials.isEmpty else { return }
    if audits[owner] == nil {
      audits[owner] = AuditGroup(processor: processor, trials: trials)
      owners.append(owner)
    } else {
      audits[owner]?.trials.formUnion(trials)
    }
  }

  /// Takes audits of one worker's results for `worker`, who is not that one; where `isChoosy`, only of
  /// results of another model of processor. At most `limit`, and none where there are fewer than
  /// `least`.
  mutating func takeAudits(
    for worker: WorkerID, processor: String, isChoosy: Bool, least: UInt64, limit: UInt64
  ) -> (owner: WorkerID?, trials: IntervalSet)? {
    for position in 0..<min(owners.count, Self.looks) {
      let owner = owners[position]
      guard owner != worker, let group = audits[owner], group.trials.count >= least else {
        continue
      }
      if isChoosy, group.processor == processor { continue }
      var taken = IntervalSet()
      if declined[worker] == nil {
        taken = audits[owner]?.trials.popLast(limit: limit) ?? taken
      } else {
        var open = self.open(group, for: worker)
        guard !open.isEmpty, open.count >= least else { continue }
        taken = open.popLast(limit: limit)
        audits[owner]?.trials.subtract(taken)
      }
      if audits[owner]?.trials.isEmpty == true {
        audits[owner] = nil
        owners.remove(at: position)
      }
      auditsAway += taken.count
      return (owner, taken)
    }
    return nil
  }

  /// The worker claims that these cannot be trained.
  mutating func decline(_ trials: IntervalSet, by worker: WorkerID) {
    declined[worker, default: IntervalSet()].formUnion(trials)
  }

  /// How many workers have claimed such a thing.
  var declinerCount: Int { declined.count }

  private func open(_ group: AuditGroup, for worker: WorkerID) -> IntervalSet {
    var open = group.trials
    if let own = declined[worker] { open.subtract(own) }
    return open
  }

  /// Forgets audits of trials that are to be trained anew.
  mutating func dropAudits(_ trials: IntervalSet, of owner: WorkerID) {
    audits[owner]?.trials.subtract(trials)
    if audits[owner]?.trials.isEmpty == true {
      audits[owner] = nil
      owners.removeAll { $0 == owner }
    }
  }

  // MARK: Disputes

  /// A result differs from the one that was there; more votes are wanted, from others than `voters`.
  mutating func openDispute(_ index: TrialIndex, voters: [WorkerID]) {
    if disputes[index] == nil {
      guard disputes.count < Limits.disputes else { return }
      disputes[index] = Dispute(voters: [])
      waitingDisputes.append(index)
    }
    for voter in voters { addVoter(voter, to: index) }
  }

  mutating func addVoter(_ voter: WorkerID, to index: TrialIndex) {
    guard disputes[index]?.voters.contains(voter) == false else { return }
    disputes[index]?.voters.append(voter)
  }

  mutating func closeDispute(_ index: TrialIndex) {
    if disputes.removeValue(forKey: index)?.isLent == true { disputesAway -= 1 }
  }

  /// Takes a dispute in which `worker` has not voted.
  mutating func takeDispute(for worker: WorkerID) -> TrialIndex? {
    var looks = 0
    while looks < Self.looks, looks < waitingDisputes.count, let index = waitingDisputes.popFirst()
    {
      // Settled since, or out of votes: it stays a dispute and is not lent again. One that was settled
      // and is open again waits twice.
      guard let dispute = disputes[index], !dispute.isLent, dispute.voters.count < Self.mostVotes
      else { continue }
      guard mayVote(worker, on: index, dispute) else {
        waitingDisputes.append(index)
        looks += 1
        continue
      }
      disputes[index]?.isLent = true
      disputesAway += 1
      return index
    }
    return nil
  }

  /// A lent dispute has come back, voted on or not.
  mutating func returnDispute(_ index: TrialIndex) {
    guard disputes[index]?.isLent == true else { return }
    disputes[index]?.isLent = false
    disputesAway -= 1
    waitingDisputes.append(index)
  }

  /// Whether somebody could take what waits, if there were anybody.
  var wantsWorkers: Bool {
    !audits.isEmpty
      || waitingDisputes.contains {
        (disputes[$0]?.voters.count ?? Self.mostVotes) < Self.mostVotes
      }
  }

  /// Whether one of `workers`, of which there are few, could take what waits.
  func canBeTaken(by workers: [WorkerID]) -> Bool {
    for worker in workers {
      if declined[worker] != nil {
        // Whether any, in whatever order.
        if audits.contains(where: { $0.key != worker && !open($0.value, for: worker).isEmpty }) {
          return true
        }
        continue
      }
      if audits.count > 1 || (audits.count == 1 && audits[worker] == nil) { return true }
    }
    return waitingDisputes.contains { index in
      guard let dispute = disputes[index], dispute.voters.count < Self.mostVotes else {
        return false
      }
      return workers.contains { mayVote($0, on: index, dispute) }
    }
  }

  private func mayVote(_ worker: WorkerID, on index: TrialIndex, _ dispute: Dispute) -> Bool {
    !dispute.voters.contains(worker) && declined[worker]?.contains(index) != true
  }
}
