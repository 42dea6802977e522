import Scheduling
import SweepModel

/// What must have been checked when the coordinator says that all is done.
extension Simulation {
  /// Every audit and dispute that is still open in the store must be one that no worker which is there
  /// could do, and no trial may stand on the word of quarantined workers alone.
  ///
  /// Only where nothing is on its way to the store, so that it and the machine know the same.
  func checkTrust(at process: CoordinatorProcess) {
    guard process.machine.isQuiescent, process.unwritten.isEmpty, process.writing.isEmpty else {
      return
    }
    let able = process.machine.workerConditions(at: instant).filter { !$0.isStalled }.map(\.worker)
    for job in 0..<setup.jobs where isWanted[job] {
      if let index = store.unsupported()[job].first {
        return fail("\(TrialKey(job: job, index: index)) stands on no trusted word at the end")
      }
      for index in 0..<setup.trials {
        let key = TrialKey(job: job, index: TrialIndex(index))
        guard let record = store.record(key), record.hasOpenAudit || record.isDisputed,
          let worker = whoCouldCheck(key, record, among: able)
        else { continue }
        return fail("\(key) is unchecked at the end, and \(worker) could check it")
      }
    }
  }

  private func whoCouldCheck(
    _ key: TrialKey, _ record: SimulatedStore.Record, among able: [WorkerID]
  ) -> WorkerID? {
    // Checks that end their workers are given up, and so are votes after the fifth.
    guard !setup.poison.contains(key), oracle.blame(of: key) < Limits.trialCrashes else {
      return nil
    }
    let voters = Set(record.votes.compactMap(\.worker))
    if record.isDisputed {
      if voters.count >= 5 { return nil }
    } else if voters.count > 1 {
      // By one that was quarantined since: the audit was done, and is not done again.
      return nil
    }
    return able.first { worker in
      !voters.contains(worker) && !oracle.claimers.contains(worker)
        && !workers.contains { $0.id == worker && cannotTrain($0, key.job) }
    }
  }
}
