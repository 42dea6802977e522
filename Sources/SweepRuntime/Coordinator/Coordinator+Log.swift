import Logging
import Scheduling
import SweepModel
import SweepProtocol

extension Logger {
  /// Writes what happened with the identifiers that it concerns.
  func write(_ notice: Coordinator.Notice) {
    switch notice {
    case .workerJoined(let worker, let host, let slots):
      info(
        "worker joined", metadata: ["worker": "\(worker)", "host": "\(host)", "slots": "\(slots)"])
    case .workerLeft(let worker): info("worker left", metadata: ["worker": "\(worker)"])
    case .workerLost(let worker, let trials):
      warning(
        "worker lost; its trials go to others",
        metadata: ["worker": "\(worker)", "trials": "\(trials)"])
    case .workerRefused(let host, let refusal):
      warning("worker turned away: \(refusal.text)", metadata: ["host": "\(host)"])
    case .leaseExpired(let lease, let worker, let trials):
      warning(
        "lease without progress; its trials go to others",
        metadata: [
          "lease": "\(lease.rawValue)", "worker": "\(worker)", "trials": "\(trials)",
        ])
    case .variantRejected(let variant, let worker, let reason):
      warning(
        "worker cannot train a variant: \(reason)",
        metadata: ["worker": "\(worker)", "variant": "\(variant)"])
    case .trialFailed(let job, let index, let crashes):
      error(
        "trial failed: its worker ended without a word",
        metadata: ["job": "\(job)", "trial": "\(index)", "times": "\(crashes)"])
    case .determinismViolated(let job, let index, let worker):
      error(
        "DETERMINISM VIOLATION: a trial gave other bits than before; both results are kept",
        metadata: [
          "job": "\(job)", "trial": "\(index)", "worker": "\(worker?.description ?? "none")",
        ])
    case .variantWaits(let variant, let reason):
      warning(
        "no connected worker can train a variant; its trials wait for one that can: \(reason)",
        metadata: ["variant": "\(variant)"])
    case .slotHung(let worker, let job, let trials):
      warning(
        "a slot makes no progress; its trials go to others",
        metadata: ["worker": "\(worker)", "job": "\(job)", "trials": "\(trials)"])
    case .trialsTakenOver(let job, let victim, let worker, let count):
      debug(
        "trials taken over",
        metadata: [
          "job": "\(job)", "from": "\(victim)", "worker": "\(worker)", "trials": "\(count)",
        ])
    case .disputeSettled(let job, let index, let outvoted):
      error(
        "a majority of workers decided between a trial's results; all are kept",
        metadata: [
          "job": "\(job)", "trial": "\(index)",
          "outvoted": "\(outvoted.map(\.description).joined(separator: " "))",
        ])
    case .workerOutvoted(let worker, let job, let index):
      error(
        "a worker's result was outvoted",
        metadata: ["worker": "\(worker)", "job": "\(job)", "trial": "\(index)"])
    case .workerQuarantined(let worker, let failures):
      error(
        "worker quarantined; what it alone produced is trained again",
        metadata: ["worker": "\(worker)", "failures": "\(failures)"])
    case .trialsDistrusted(let worker, let job, let count):
      warning(
        "trials of a quarantined worker are trained again",
        metadata: ["worker": "\(worker)", "job": "\(job)", "trials": "\(count)"])
    case .checksLeftOpen(let job, let audits, let disputes):
      warning(
        "checks stay open for want of another worker",
        metadata: ["job": "\(job)", "audits": "\(audits)", "disputes": "\(disputes)"])
    case .jobAdded(let job, let trials):
      info("job added", metadata: ["job": "\(job)", "trials": "\(trials)"])
    case .jobCancelled(let job, let left):
      info("job cancelled", metadata: ["job": "\(job)", "left": "\(left)"])
    case .garbage:
      warning("something that is not a worker of ours sent bytes to this address")
    }
  }
}

extension CoordinatorService {
  /// Reads a frame; nil where it is none of ours.
  func decode(_ frame: [UInt8]?) -> WorkerMessage? {
    guard let frame else { return nil }
    return try? WorkerMessage(encoded: frame)
  }
}
