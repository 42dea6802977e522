import Scheduling
import SweepModel

/// What TrialStore promises, without SQLite: the first result stays, a failure yields to a result, others
/// are confirmations or violations; a transaction is there whole or not at all.
///
/// `StoreAgreementTests` hold it against the real store.
struct SimulatedStore {
  /// The trials of one job, by index: simulated sweeps are small.
  private(set) var results: [[TrialResult?]]
  private(set) var recorded: [IntervalSet]
  /// Results that differ from the first, with who sent them.
  private(set) var violations: [TrialKey: Int] = [:]
  /// Who sent the result that stands; nil for the coordinator itself.
  private var owners: [[WorkerID?]]
  /// Rises with each coordinator that opens the store.
  private(set) var epoch: UInt64 = 0

  init(jobs: Int, trials: UInt64) {
    results = Array(repeating: Array(repeating: nil, count: Int(trials)), count: jobs)
    owners = Array(repeating: Array(repeating: nil, count: Int(trials)), count: jobs)
    recorded = Array(repeating: IntervalSet(), count: jobs)
  }

  mutating func beginEpoch() -> UInt64 {
    epoch += 1
    return epoch
  }

  subscript(_ key: TrialKey) -> TrialResult? { results[key.job][Int(key.index.rawValue)] }

  /// Stores one commit.
  mutating func apply(_ commit: Coordinator.Commit, job: Int) -> [Coordinator.CommitOutcome] {
    commit.results.map { record($0, job, commit.worker) }
  }

  private mutating func record(_ result: TrialResult, _ job: Int, _ worker: WorkerID?)
    -> Coordinator.CommitOutcome
  {
    let place = Int(result.index.rawValue)
    guard let known = results[job][place] else {
      results[job][place] = result
      owners[job][place] = worker
      recorded[job].insert(result.index)
      return .recorded
    }
    if result.status == .failed { return .confirmed }
    if result.agrees(with: known) { return .confirmed }
    if known.status == .failed, known.seed == result.seed {
      results[job][place] = result
      owners[job][place] = worker
      return .recorded
    }
    violations[TrialKey(job: job, index: result.index), default: 0] += 1
    return .violated
  }

  /// A word that depends on every bit of every result, in the order of jobs and indices.
  var contentDigest: UInt64 {
    var digest: UInt64 = 0
    func add(_ word: UInt64) { digest = SimulationRandom.mix(digest ^ word) &+ word }
    for job in results {
      for result in job {
        guard let result else {
          add(0)
          continue
        }
        add(result.index.rawValue)
        add(result.seed.rawValue)
        switch result.outcome {
        case .completed: add(1)
        case .diverged(let epoch, _): add(2 + UInt64(epoch) << 8)
        case .failed: add(3)
        }
        guard let measurements = result.measurements else { continue }
        for metric in measurements.metrics { add(metric.bitPattern) }
        for byte in measurements.weightsDigest.bytes { add(UInt64(byte)) }
        for byte in measurements.historyDigest.bytes { add(UInt64(byte)) }
      }
    }
    return digest
  }
}
