import SweepModel
import SweepReport
import TrialStore

extension TrialStore {
  /// What running trials of a sweep again has shown.
  ///
  /// - Parameter variants: the variants to look at, by position; all where it is nil.
  /// - Throws: ``RuntimeError`` where the store cannot be read.
  public func trust(
    of stored: StoredSweep, variants: [Int]? = nil
  ) throws(RuntimeError) -> TrustReport {
    do throws(StoreError) {
      let unsupported = try unsupportedTrials()
      var report = TrustReport()
      for position in variants ?? Array(stored.variants.indices) {
        let variant = stored.variants[position]
        let counts = try trustCounts(variant.key, unsupported: unsupported)
        report.counts.append(TrustReport.Counts(counts))
        guard counts.violatedTrials > 0 else { continue }
        let room = TrustReport.shown - report.disputes.count
        if room > 0 {
          report.disputes += try disputes(variant.key, limit: room).map {
            TrustReport.Dispute($0, variant: variant.name)
          }
        }
      }
      let quarantined = try suspectedWorkers().filter { !$0.isTrusted }
      report.quarantined = quarantined.prefix(TrustReport.shown).map(TrustReport.Worker.init)
      report.quarantinedCount = UInt64(quarantined.count)
      return report
    } catch {
      throw RuntimeError(error)
    }
  }

  /// The trials of a sweep that are recorded as failed, over all its variants and trials.
  public func failedTrials(of stored: StoredSweep) throws(RuntimeError) -> UInt64 {
    do throws(StoreError) {
      var count: UInt64 = 0
      for variant in stored.variants {
        count += try recordedIndices(variant.key, status: .failed).count
      }
      return count
    } catch {
      throw RuntimeError(error)
    }
  }
}

extension TrustReport.Counts {
  init(_ counts: TrustCounts) {
    self.init()
    violatedTrials = counts.violatedTrials
    openTrials = counts.openTrials
    auditsDone = counts.auditsDone
    auditsOpen = counts.auditsOpen
    unsupported = counts.unsupported
  }
}

extension TrustReport.Worker {
  init(_ judged: JudgedWorker) {
    let worker = judged.worker
    self.init(
      name: worker.name, host: worker.host, processor: worker.processor,
      instructionSet: worker.instructionSet, software: worker.software,
      executable: worker.executable.map { Hexadecimal.text($0) }, failures: judged.failures,
      isQuarantined: !judged.isTrusted)
  }
}

extension TrustReport.Dispute {
  /// The votes of a dispute, put together by result.
  init(_ dispute: StoredDispute, variant: String) {
    var results: [TrustReport.Result] = []
    for vote in dispute.votes {
      let worker = TrustReport.Worker(vote.worker)
      if let known = results.firstIndex(where: { $0.result.agrees(with: vote.result) }) {
        results[known].workers.append(worker)
      } else {
        var result = vote.result
        // A report does not depend on the time that trials took.
        result.seconds = 0
        results.append(TrustReport.Result(result: result, stands: vote.stands, workers: [worker]))
      }
    }
    let seed = dispute.votes.first?.result.seed ?? TrialSeed(0)
    self.init(
      variant: variant, trial: TrialReference(dispute.index, seed), isSettled: dispute.isSettled,
      results: results)
  }
}
