import Randomness
import Scheduling
import SweepModel

/// What a coordinator is told of its store when it starts, and what tests compare.
extension SimulatedStore {
  /// Trials that were chosen to be trained again, and were not.
  func openAudits(of job: Int) -> IntervalSet { indices(of: job) { $0.hasOpenAudit } }

  /// Trials with results that differ, none of which has a majority.
  func disputed(of job: Int) -> IntervalSet { indices(of: job) { $0.isDisputed } }

  private func indices(of job: Int, where isWanted: (Record) -> Bool) -> IntervalSet {
    var trials = IntervalSet()
    for case let record? in records[job] where isWanted(record) {
      trials.insert(record.result.index)
    }
    return trials
  }

  /// Which of the open matters each worker has given a result of.
  func voters(of job: Int) -> [WorkerID: IntervalSet] {
    var voters: [WorkerID: IntervalSet] = [:]
    for case let record? in records[job] where record.hasOpenAudit || record.isDisputed {
      for vote in record.votes {
        guard let worker = vote.worker else { continue }
        voters[worker, default: IntervalSet()].insert(record.result.index)
      }
    }
    return voters
  }

  /// A word that depends on every bit of every stored result, in the order of jobs and indices.
  public var contentDigest: UInt64 {
    var digest: UInt64 = 0
    func add(_ word: UInt64) { digest = SplitMix64.mix(digest ^ word) &+ word }
    for job in records {
      for record in job {
        guard let result = record?.result else {
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
