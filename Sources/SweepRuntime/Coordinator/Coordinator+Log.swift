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
