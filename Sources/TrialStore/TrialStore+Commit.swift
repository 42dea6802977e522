import GRDB
import SweepModel

extension TrialStore {
  /// Stores results, in one transaction: when it returns all are on the disk, when it throws none is.
  ///
  /// Sending the same results again changes nothing, so a batch of which nobody knows whether it was
  /// stored is simply committed again.
  ///
  /// - Returns: for each batch what became of its results, in their order.
  /// - Throws: `unusable` for a result that no store takes, `diskFull`, and what else the disk gives.
  public func commit(_ batches: [StoredBatch]) throws(StoreError) -> [[CommitOutcome]] {
    for batch in batches { for result in batch.results { try checkUsable(result) } }
    do {
      return try write { database in
        var recorder = try ResultRecorder(database)
        let outcomes = try batches.map { try recorder.record($0) }
        try recorder.finish()
        return outcomes
      }
    } catch {
      guard error.code == .diskFull else { throw error }
      // Reading needs no space: how much is safe is what the user wants to know.
      let saved = try? connection.read {
        try Int64.fetchOne($0, sql: "SELECT count(*) FROM trial").flatMap(UInt64.init(exactly:))
      }
      throw .diskFull(path, trials: saved ?? nil)
    }
  }

  /// Stores results of which no more is known than their workers' names.
  ///
  /// - Returns: what became of each, in the order of `results`.
  public func commit(_ results: [StoredResult]) throws(StoreError) -> [CommitOutcome] {
    var batches: [StoredBatch] = []
    for result in results {
      if batches.last?.variant == result.variant, batches.last?.worker.name == result.worker {
        batches[batches.count - 1].results.append(result.result)
      } else {
        batches.append(
          StoredBatch(
            variant: result.variant, results: [result.result],
            worker: StoredWorker(name: result.worker)))
      }
    }
    return try commit(batches).flatMap { $0 }
  }

  private func checkUsable(_ result: TrialResult) throws(StoreError) {
    guard result.index.rawValue < Limits.trials else {
      throw .unusable(path, "trial \(result.index): \(Limits.trials) trials are the limit")
    }
    guard result.seconds.isFinite, result.seconds >= 0 else {
      throw .unusable(path, "a trial \(result.index) that took \(result.seconds) seconds")
    }
    if let metrics = result.measurements?.metrics, metrics.count > Limits.resultMetrics {
      throw .unusable(
        path, "\(metrics.count) metrics of a trial: \(Limits.resultMetrics) is the limit")
    }
    if case .failed(let reason) = result.outcome, reason.count > Limits.reasonLength {
      throw .unusable(
        path, "a reason of \(reason.count) characters: \(Limits.reasonLength) is the limit")
    }
  }
}
