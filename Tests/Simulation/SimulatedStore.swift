import Scheduling
import SweepModel

/// What TrialStore promises, without SQLite: a transaction is there whole or not at all; a failure yields to a
/// result; results that differ are voted on (docs/store.md).
///
/// `StoreAgreementTests` hold it against the real store.
public struct SimulatedStore: Sendable {
  /// One trial that has a result.
  struct Record: Sendable {
    /// The results that workers gave, each worker's own once; nil is the coordinator.
    var votes: [(worker: WorkerID?, result: TrialResult)]
    /// The vote that answers for the stored result.
    var owner = 0
    var isDisputed = false
    var outvoted: Set<WorkerID> = []
    var hasOpenAudit = false

    var result: TrialResult { votes[owner].result }

    /// Puts a result in the place of a failure; an audit that is open stays so.
    mutating func replace(by vote: (worker: WorkerID?, result: TrialResult)) {
      let isOpen = hasOpenAudit
      self = Record(votes: [vote])
      hasOpenAudit = isOpen
    }
  }

  private(set) var records: [[Record?]]
  private(set) var recorded: [IntervalSet]
  private(set) var quarantined: Set<WorkerID> = []
  /// Rises with each coordinator that opens the store.
  private(set) var epoch: UInt64 = 0

  /// An empty store.
  public init(jobs: Int, trials: UInt64) {
    records = Array(repeating: Array(repeating: nil, count: Int(trials)), count: jobs)
    recorded = Array(repeating: IntervalSet(), count: jobs)
  }

  mutating func beginEpoch() -> UInt64 {
    epoch += 1
    return epoch
  }

  subscript(_ key: TrialKey) -> TrialResult? { record(key)?.result }

  func record(_ key: TrialKey) -> Record? { records[key.job][Int(key.index.rawValue)] }

  /// Stores one commit; returns what became of each of its results.
  public mutating func apply(_ commit: Coordinator.Commit, job: Int) -> [Coordinator.CommitOutcome]
  {
    commit.results.map { result in
      let place = Int(result.index.rawValue)
      let isNew = records[job][place]?.result.measurements == nil
      let outcome = add(result, job, commit.worker)
      if outcome == .recorded, isNew, commit.audits.contains(result.index) {
        records[job][place]?.hasOpenAudit = true
      }
      return outcome
    }
  }

  private func isTrusted(_ worker: WorkerID?) -> Bool {
    worker.map { !quarantined.contains($0) } ?? true
  }

  private mutating func add(_ result: TrialResult, _ job: Int, _ worker: WorkerID?)
    -> Coordinator.CommitOutcome
  {
    let place = Int(result.index.rawValue)
    guard var record = records[job][place] else {
      records[job][place] = Record(votes: [(worker, result)])
      recorded[job].insert(result.index)
      return .recorded
    }
    defer { records[job][place] = record }
    let yields = isTrusted(worker) && !isTrusted(record.votes[record.owner].worker)
    if record.result.status == .failed {
      if result.status == .failed {
        if yields { record.replace(by: (worker, result)) }
        return .confirmed
      }
      record.replace(by: (worker, result))
      return .recorded
    }
    if result.status == .failed { return .confirmed }
    if worker != record.votes[record.owner].worker, isTrusted(worker) {
      record.hasOpenAudit = false
    }
    let isKnown = record.votes.contains { $0.worker == worker && $0.result.agrees(with: result) }
    if !isKnown { record.votes.append((worker, result)) }
    guard record.votes.contains(where: { !$0.result.agrees(with: result) }) else {
      if yields {
        record.owner = record.votes.firstIndex { $0.worker == worker } ?? record.owner
      }
      return .confirmed
    }
    return recount(&record)
  }

  /// Which result stands is a function of the set of votes and of who is trusted.
  private func recount(_ record: inout Record) -> Coordinator.CommitOutcome {
    let votes = record.votes
    let choices = votes.map { vote in
      votes.firstIndex { $0.result.agrees(with: vote.result) } ?? 0
    }
    // A worker that gave two results counts for neither.
    func isSteady(_ place: Int) -> Bool {
      votes.indices.allSatisfy {
        votes[$0].worker != votes[place].worker || choices[$0] == choices[place]
      }
    }
    var counted = votes.indices.filter { isTrusted(votes[$0].worker) && isSteady($0) }
    let isTrustworthy = !counted.isEmpty
    if counted.isEmpty { counted = votes.indices.filter(isSteady) }
    if counted.isEmpty { counted = Array(votes.indices) }
    func support(_ choice: Int) -> Int { counted.count { choices[$0] == choice } }
    var best = choices[counted[0]]
    for place in counted where choices[place] != best {
      let (more, less) = (support(choices[place]), support(best))
      if more > less || (more == less && votes[choices[place]].result.precedes(votes[best].result))
      {
        best = choices[place]
      }
    }
    let isSettled = isTrustworthy && 2 * support(best) > counted.count
    // The owner stays where it may.
    if choices[record.owner] != best || !counted.contains(record.owner) {
      record.owner = counted.first { choices[$0] == best } ?? best
    }
    record.isDisputed = !isSettled
    let losers = isSettled ? votes.indices.filter { choices[$0] != best } : []
    let outvoted = Set(losers.compactMap { votes[$0].worker })
    let new = outvoted.subtracting(record.outvoted)
    record.outvoted = outvoted
    return isSettled ? .settled(outvoted: new.sorted()) : .violated
  }

  /// Marks a worker; returns the trials that stand on the word of such workers alone.
  mutating func distrust(_ worker: WorkerID) -> [IntervalSet] {
    quarantined.insert(worker)
    for job in records.indices {
      for place in records[job].indices {
        guard var record = records[job][place],
          record.votes.contains(where: { $0.worker == worker })
        else { continue }
        if record.votes.contains(where: { !$0.result.agrees(with: record.result) }) {
          _ = recount(&record)
          records[job][place] = record
        }
      }
    }
    return unsupported(of: worker)
  }

  /// The trials for which no trusted worker vouches; of one worker, or of all.
  func unsupported(of worker: WorkerID? = nil) -> [IntervalSet] {
    guard !quarantined.isEmpty else { return records.map { _ in IntervalSet() } }
    return records.map { job in
      var trials = IntervalSet()
      for case let record? in job {
        let vouching = record.votes.filter { $0.result.agrees(with: record.result) }
        if vouching.contains(where: { isTrusted($0.worker) }) { continue }
        if worker == nil || vouching.contains(where: { $0.worker == worker }) {
          trials.insert(record.result.index)
        }
      }
      return trials
    }
  }
}

extension TrialResult {
  /// Puts results of one trial in an order that only their bits decide.
  fileprivate func precedes(_ other: TrialResult) -> Bool {
    orderingKey.lexicographicallyPrecedes(other.orderingKey)
  }

  private var orderingKey: [UInt64] {
    var key: [UInt64] = []
    if let measurements {
      key += measurements.weightsDigest.bytes.map(UInt64.init)
      key += measurements.historyDigest.bytes.map(UInt64.init)
      key.append(UInt64(measurements.metrics.count))
      key += measurements.metrics.map(\.bitPattern)
    }
    if case .diverged(let epoch, _) = outcome { key.append(UInt64(epoch)) }
    key.append(seed.rawValue)
    return key
  }
}
