import Scheduling
import SweepModel
import TrialStore

extension TrialStore {
  /// For each worker, those trials with an open audit or dispute of which it gave a result.
  ///
  /// A name that is no worker's identifier is left out, as the coordinator's is, which records failures:
  /// nobody of that name is ever lent a check.
  func votingWorkers(_ variant: VariantKey) throws(StoreError) -> [WorkerID: IntervalSet] {
    var voting: [WorkerID: IntervalSet] = [:]
    for (name, trials) in try voters(variant) {
      if let worker = WorkerID(hex: name) { voting[worker] = trials }
    }
    return voting
  }
}
