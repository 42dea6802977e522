import Logging
import Scheduling

/// Says in a worker's log why it is idle: each reason once, and only when it lasts.
struct IdleNotes {
  private var told: Worker.IdleReason?

  /// What is to be logged now, if anything.
  mutating func update(
    _ idleness: (reason: Worker.IdleReason, since: Instant)?, at now: Instant, coordinator: String
  ) -> (level: Logger.Level, message: String)? {
    guard let idleness else {
      told = nil
      return nil
    }
    guard idleness.reason != told,
      idleness.since.advanced(by: Self.patience(idleness.reason)) <= now
    else { return nil }
    told = idleness.reason
    return Self.entry(idleness.reason, coordinator)
  }

  /// How long a worker may be idle for a reason before it is worth a line.
  private static func patience(_ reason: Worker.IdleReason) -> Duration {
    switch reason {
    case .refused: .zero
    case .noCoordinator, .noTrials: .seconds(5)
    case .coordinatorSilent: .seconds(10)
    // Large data take a while, and the workers of `run` all wait for them.
    case .preparing: .seconds(30)
    }
  }

  private static func entry(
    _ reason: Worker.IdleReason, _ coordinator: String
  ) -> (level: Logger.Level, message: String) {
    switch reason {
    case .noCoordinator:
      (
        .warning,
        "idle: no coordinator has answered at \(coordinator) yet; trying again until one does"
      )
    case .coordinatorSilent:
      (
        .warning,
        "idle: the coordinator at \(coordinator) does not answer any more; trying again until it does"
      )
    case .refused(let refusal):
      (.warning, "idle: refused by the coordinator, trying again: \(refusal.text)")
    case .preparing(let variant):
      (.warning, "idle: waiting for the data of variant \(variant)")
    case .noTrials: (.info, "idle: the coordinator has no trials for this worker")
    }
  }
}
