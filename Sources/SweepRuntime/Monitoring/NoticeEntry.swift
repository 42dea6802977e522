import Logging
import Scheduling
import SweepModel

/// What the log says of a notice.
///
/// Metadata have the same names everywhere: `sweep`, `variant`, `job`, `trial`, `worker`, `lease`, `peer`.
struct NoticeEntry {
  let level: Logger.Level
  /// The kind of notice: entries of one kind are limited together.
  let kind: String
  let message: String
  private(set) var metadata: Logger.Metadata

  private init(
    _ level: Logger.Level, _ kind: String, _ message: String, _ metadata: Logger.Metadata = [:]
  ) {
    self.level = level
    self.kind = kind
    self.message = message
    self.metadata = metadata
  }

  /// Adds which job it is, by the names that people know.
  private func of(_ job: JobID, _ registry: SweepRegistry) -> NoticeEntry {
    var entry = self
    entry.metadata["job"] = "\(job)"
    if let names = registry.names(of: job) {
      entry.metadata["sweep"] = "\(names.sweep)"
      entry.metadata["variant"] = "\(names.variant)"
    }
    return entry
  }

  /// The entry for a notice about the sweeps of `registry`.
  init(_ notice: Coordinator.Notice, _ registry: SweepRegistry) {
    self =
      switch notice {
      case .workerJoined(let worker, let host, let slots):
        .init(
          .info, "joined", "worker joined",
          ["worker": "\(worker)", "host": "\(host)", "slots": "\(slots)"])
      case .workerLeft(let worker): .init(.info, "left", "worker left", ["worker": "\(worker)"])
      case .workerLost(let worker, let trials, let cause):
        .init(
          .warning, "lost", "worker lost (\(cause.text)); its trials go to others",
          ["worker": "\(worker)", "trials": "\(trials)"])
      case .workerRefused(let host, let refusal):
        .init(
          .warning, "refused", "worker turned away: \(refusal.text)",
          ["host": "\(host)", "code": "\(refusal.code.rawValue)"])
      case .leaseExpired(let lease, let worker, let trials):
        .init(
          .warning, "expired", "lease without progress; its trials go to others",
          ["lease": "\(lease.rawValue)", "worker": "\(worker)", "trials": "\(trials)"])
      case .variantRejected(let variant, let worker, let rejection):
        .init(
          .info, "rejected", "worker cannot train a variant: \(rejection.text)",
          [
            "worker": "\(worker)", "variant_sha256": "\(variant)",
            "reason": "\(rejection.code.rawValue)",
          ])
      case .slotHung(let worker, let job, let trials):
        .init(
          .warning, "hung", "a slot makes no progress; its trials go to others",
          ["worker": "\(worker)", "trials": "\(trials)"]
        ).of(job, registry)
      case .failuresReported(let worker, let job, let trials, let reason):
        .init(
          .warning, "claimed", "a worker says that trials fail; others are asked: \(reason)",
          ["worker": "\(worker)", "trials": "\(trials)"]
        ).of(job, registry)
      case .trialInterrupted(let worker, let job, let index, let time, let epochs):
        .init(
          .info, "interrupted", "a worker that leaves stopped a trial; it is reassigned",
          [
            "worker": "\(worker)", "trial": "\(index)", "seconds": "\(Int(time.seconds))",
            "epochs": "\(epochs)",
          ]
        ).of(job, registry)
      case .trialOutlastsWorkers(let job, let index, let time, let epochs):
        .init(
          .warning, "outlasts",
          "trial \(index) of variant \(registry.names(of: job)?.variant ?? "\(job)") needs longer than the "
            + "time limit of any worker: it was stopped after \(Int(time.seconds)) s; start a worker with "
            + "a longer time limit, or without one",
          [
            "trial": "\(index)", "seconds": "\(Int(time.seconds))", "epochs": "\(epochs)",
          ]
        ).of(job, registry)
      case .trialsTakenOver(let job, let victim, let worker, let count):
        .init(
          .debug, "taken over", "trials taken over",
          ["from": "\(victim)", "worker": "\(worker)", "trials": "\(count)"]
        ).of(job, registry)
      case .trialFailed(let job, let index, let crashes):
        .init(
          .error, "failed", "trial failed: its workers ended without a word, hung, or said so",
          ["trial": "\(index)", "times": "\(crashes)"]
        ).of(job, registry)
      case .determinismViolated(let job, let index, let worker):
        .init(
          .error, "violated",
          "DETERMINISM VIOLATION: a trial gave other bits than before; both results are kept",
          ["trial": "\(index)", "worker": "\(worker?.description ?? "none")"]
        ).of(job, registry)
      case .disputeSettled(let job, let index, let outvoted):
        .init(
          .error, "settled",
          "a majority of workers decided between a trial's results; all are kept",
          [
            "trial": "\(index)",
            "outvoted": "\(outvoted.map(\.description).joined(separator: " "))",
          ]
        ).of(job, registry)
      case .workerOutvoted(let worker, let job, let index):
        .init(
          .error, "outvoted", "a worker's result was outvoted",
          ["worker": "\(worker)", "trial": "\(index)"]
        ).of(job, registry)
      case .workerQuarantined(let worker, let failures):
        .init(
          .error, "quarantined", "worker quarantined; what it alone produced is trained again",
          ["worker": "\(worker)", "failures": "\(failures)"])
      case .trialsDistrusted(let worker, let job, let count):
        .init(
          .warning, "distrusted",
          "trials stand on the word of a quarantined worker alone and wait to be trained again",
          ["worker": "\(worker)", "trials": "\(count)"]
        ).of(job, registry)
      case .checksLeftOpen(let job, let audits, let disputes):
        .init(
          .warning, "checks", "checks stay open for want of another worker",
          ["audits": "\(audits)", "disputes": "\(disputes)"]
        ).of(job, registry)
      case .jobAdded(let job, let trials):
        .init(.info, "added", "job added", ["trials": "\(trials)"]).of(job, registry)
      case .jobCancelled(let job, let left):
        .init(.info, "cancelled", "job cancelled", ["left": "\(left)"]).of(job, registry)
      case .garbage(let peer):
        .init(
          .warning, "garbage", "something that is not a worker of ours sent bytes to this address",
          ["peer": "\(Hexadecimal.text(peer.bytes.prefix(Self.shownBytes)))"])
      }
  }

  /// Enough of a peer's address to tell it from others.
  private static let shownBytes = 16
}
