import SweepModel
import SweepReport

/// What workers that disagree leave behind: a trial that a majority has settled, and one that is open.
/// docs/json.md shows its document.
enum TrustExample {
  static let first = TrustReport.Worker(
    name: String(repeating: "0a", count: 16), host: "node-1:311", processor: "Zen 9",
    instructionSet: "avx512", software: "0.1.0", executable: String(repeating: "c3", count: 32))
  static let second = TrustReport.Worker(
    name: String(repeating: "0b", count: 16), host: "node-2:97", processor: "Lake 4",
    instructionSet: "avx2", software: "0.1.0")
  static let liar = TrustReport.Worker(
    name: String(repeating: "0c", count: 16), host: "node-3:5", processor: "Lake 4",
    instructionSet: "avx2", software: "0.1.0", failures: 2, isQuarantined: true)
  static let unknown = TrustReport.Worker(name: "old worker")

  static let settled = TrustReport.Dispute(
    variant: "base", trial: TrialReference(TrialIndex(1), TrialSeed(Example.seeds[1])),
    isSettled: true,
    results: [
      TrustReport.Result(result: result(1), stands: true, workers: [first, second]),
      TrustReport.Result(result: result(1, weights: "other"), stands: false, workers: [liar]),
    ])
  static let open = TrustReport.Dispute(
    variant: "base", trial: TrialReference(TrialIndex(4), TrialSeed(Example.seeds[4])),
    isSettled: false,
    results: [
      TrustReport.Result(result: result(4), stands: true, workers: [first]),
      TrustReport.Result(result: result(4, history: "late"), stands: false, workers: [unknown]),
    ])

  static let report: TrustReport = {
    var counts = TrustReport.Counts()
    counts.violatedTrials = 2
    counts.openTrials = 1
    counts.auditsDone = 30
    counts.auditsOpen = 4
    counts.unsupported = 3
    return TrustReport(
      counts: [counts, TrustReport.Counts()], disputes: [open, settled], quarantined: [liar],
      quarantinedCount: 1)
  }()

  /// A result whose digests are of these texts.
  static func result(
    _ index: UInt64, weights: String = "weights", history: String = "history"
  ) -> TrialResult {
    var measurements = Example.measurements([0.05])
    measurements.weightsDigest = WeightsDigest(hashing: weights.utf8)
    measurements.historyDigest = HistoryDigest(hashing: history.utf8)
    measurements.history = []
    return Example.result(index, .completed(measurements))
  }
}
