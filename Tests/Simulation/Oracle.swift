import Scheduling
import SweepModel

/// What must hold whatever happens, known from outside the machines.
struct Oracle {
  private let jobs: [JobID]
  /// Workers that give other bits than they should.
  private(set) var liars: Set<WorkerID> = []
  /// How far each liar's bits are off: each in its own way, as two of one mind would outvote an honest one.
  private(set) var errors: [WorkerID: UInt64] = [:]
  /// Workers that report failures of trials which do not fail.
  var claimers: Set<WorkerID> = []
  /// What was claimed of each trial: by whom, and how often when nobody honest was there to ask.
  private var claims: [TrialKey: Claims] = [:]
  /// Trials whose results a worker was told that it may forget.
  var acknowledged: Set<TrialKey> = []
  /// Batches that were sent and not acknowledged, by worker process and number.
  private var batches: [BatchKey: ResultBatch] = [:]
  /// Trials that were lent to a worker, since it was lost last.
  private var lent: [WorkerID: [TrialSpan]] = [:]
  /// How often a worker was lost that a trial was lent to, or said that its slot hung in it: what may make
  /// it a failed one.
  private var losses: [[Int]]

  private struct BatchKey: Hashable {
    let worker: Int
    let number: BatchNumber
  }

  private struct Claims {
    var workers: Set<WorkerID> = []
    var unheard = 0
  }

  private struct TrialSpan {
    let job: Int
    let trials: IntervalSet
  }

  init(jobs: [JobID], trials: UInt64) {
    self.jobs = jobs
    losses = Array(repeating: Array(repeating: 0, count: Int(trials)), count: jobs.count)
  }

  /// How often something happened that may have been charged to the trial.
  func blame(of key: TrialKey) -> Int {
    let claims = claims[key]
    return losses[key.job][Int(key.index.rawValue)] + (claims?.workers.count ?? 0)
      + (claims?.unheard ?? 0)
  }

  /// Claims that trials fail. `isContested` says whether a worker is there that claims no such thing.
  mutating func coordinatorReceives(
    _ batch: ResultBatch, from worker: WorkerID, isContested: Bool
  ) {
    guard let job = jobs.firstIndex(of: batch.job) else { return }
    for result in batch.results where result.status == .failed {
      let key = TrialKey(job: job, index: result.index)
      claims[key, default: Claims()].workers.insert(worker)
      if !isContested { claims[key]?.unheard += 1 }
    }
  }

  mutating func workerSends(_ batch: ResultBatch, _ worker: Int) {
    batches[BatchKey(worker: worker, number: batch.number)] = batch
  }

  /// The store must have each of the results, or another that it compared with this one.
  mutating func acknowledges(
    _ number: BatchNumber, by worker: Int, _ store: SimulatedStore, _ isWanted: [Bool]
  ) -> String? {
    guard let batch = batches[BatchKey(worker: worker, number: number)] else {
      return "batch \(number.rawValue) of worker \(worker) is acknowledged, and was never sent"
    }
    // A coordinator that does not know a job has no use for its results.
    guard let job = jobs.firstIndex(of: batch.job), isWanted[job] else { return nil }
    for result in batch.results {
      let key = TrialKey(job: job, index: result.index)
      // Nobody promises to keep what is only claimed.
      if result.status == .failed { continue }
      guard let stored = store[key] else {
        return "\(key) is acknowledged, and is not in the store"
      }
      if stored.status == .failed {
        return "\(key) is acknowledged, and the store has a failure in its place"
      }
      acknowledged.insert(key)
    }
    return nil
  }

  mutating func coordinatorLends(_ grant: LeaseGrant, to worker: WorkerID) {
    guard let job = jobs.firstIndex(of: grant.job) else { return }
    lent[worker, default: []].append(TrialSpan(job: job, trials: grant.trials))
  }

  /// A hello may bring leases of an earlier coordinator.
  mutating func coordinatorReceives(_ message: WorkerMessage) {
    guard case .hello(let hello) = message else { return }
    for held in hello.held {
      guard let job = jobs.firstIndex(of: held.job) else { continue }
      lent[hello.worker, default: []].append(TrialSpan(job: job, trials: held.remaining))
    }
  }

  mutating func addLiar(_ worker: WorkerID) {
    liars.insert(worker)
    errors[worker] = UInt64(liars.count)
  }

  mutating func coordinatorNotes(_ notice: Coordinator.Notice) -> String? {
    switch notice {
    case .workerLost(let worker, _, _):
      for span in lent.removeValue(forKey: worker) ?? [] {
        for range in span.trials.ranges {
          for index in range.indices where Int(index.rawValue) < losses[span.job].count {
            losses[span.job][Int(index.rawValue)] += 1
          }
        }
      }
    case .workerLeft(let worker): lent[worker] = nil
    case .slotHung(_, let job, let trials):
      // A trial longer than the lease's patience is one that hangs, and is charged as by a crash.
      guard let position = jobs.firstIndex(of: job) else { return nil }
      for index in trials.indices where Int(index.rawValue) < losses[position].count {
        losses[position][Int(index.rawValue)] += 1
      }
    case .determinismViolated(let job, let index, _) where liars.isEmpty:
      return "a determinism violation of \(job) \(index), and nobody lied"
    case .workerOutvoted(let worker, _, _) where !liars.contains(worker):
      return "\(worker) is outvoted, and never lied"
    case .workerQuarantined(let worker, _) where !liars.contains(worker):
      return "\(worker) is quarantined, and never lied"
    case .trialFailed(let job, let index, let crashes):
      guard let position = jobs.firstIndex(of: job) else { return nil }
      let key = TrialKey(job: position, index: index)
      // This loss is noted after the failure that it caused.
      if blame(of: key) + 1 < crashes {
        return "\(key) is failed for \(crashes) crashes, and only \(blame(of: key)) can be its"
      }
    default: break
    }
    return nil
  }
}

/// What is looked at when all is over.
extension Simulation {
  /// The store must have what one worker alone would have given.
  func noteFinish() {
    finishedAt = now
    for job in 0..<setup.jobs {
      for index in 0..<setup.trials {
        let key = TrialKey(job: job, index: TrialIndex(index))
        guard let result = store[key] else { return fail("\(key) is missing at the end") }
        if let text = objection(to: result, key) { return fail(text) }
      }
    }
  }

  private func objection(to result: TrialResult, _ key: TrialKey) -> String? {
    let expected = SimulatedSweep.result(job: key.job, index: key.index)
    guard result.seed == expected.seed else { return "\(key) has the seed \(result.seed)" }
    if result.status == .failed {
      // A real result may still replace it.
      return nil
    }
    if setup.poison.contains(key) { return "\(key) crashes whoever trains it, and has a result" }
    if result.agrees(with: expected) { return nil }
    return mayBeWrong(key) ? nil : "\(key) has other bits than it should"
  }

  /// A lie may stand while nobody has spoken against it, or while there is no majority.
  private func mayBeWrong(_ key: TrialKey) -> Bool {
    guard let record = store.record(key), let owner = record.votes[record.owner].worker else {
      return false
    }
    guard oracle.liars.contains(owner) else { return false }
    // Liars may outvote each other; with one honest vote it is open at least.
    let isContradicted = record.votes.contains { vote in
      vote.worker.map { !oracle.liars.contains($0) } ?? true
    }
    return record.isDisputed || !isContradicted
  }

  func checkEnd() {
    guard finishedAt != nil else { return fail("nothing is left to happen, and all is not done") }
    noteFinish()
    for job in 0..<setup.jobs {
      for index in 0..<setup.trials {
        let key = TrialKey(job: job, index: TrialIndex(index))
        if store[key]?.status == .failed, !setup.poison.contains(key),
          oracle.blame(of: key) < Limits.trialCrashes
        {
          fail("\(key) is failed, and is to blame for nothing")
        }
      }
    }
    for key in oracle.acknowledged.sorted() where store[key] == nil {
      fail("\(key) was acknowledged and is lost")
    }
    if let machine = coordinator?.machine {
      machine.checkInvariants()
      let left = machine.footprint
      // Checks that are left open keep the crashes that they caused.
      let crashes = setup.audit > 0 || !oracle.liars.isEmpty ? 0 : left.crashes
      if left.commits + left.leases + crashes + left.suspects > 0 {
        fail("the coordinator still holds \(left)")
      }
    }
  }
}
