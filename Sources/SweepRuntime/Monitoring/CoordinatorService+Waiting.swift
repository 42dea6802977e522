import Logging
import Scheduling
import SweepModel
import SweepReport

/// Why nothing happens: what `status`, metrics and the log all say.
extension CoordinatorService {
  /// Why trials wait, or why workers that could train do not, the most important first.
  func waitingReasons() -> [WaitingReason] {
    let now = clock.now
    var reasons = machine.waitingReasons(at: now)
    guard machine.hasWork else { return reasons }
    reasons += access.turnedAwayKeys().map { entry in
      var reason = WaitingReason(.unknownKey, isBlocking: machine.workerCount == 0)
      reason.key = entry.key.z85
      reason.address = entry.address
      reason.connected = machine.workerCount
      reason.seconds = entry.since.duration(to: .now).seconds
      return reason
    }
    if uncommittedResults >= Limits.uncommittedResults {
      var reason = WaitingReason(.storeBusy, isBlocking: false)
      reason.trials = UInt64(uncommittedResults)
      reason.connected = machine.workerCount
      reasons.append(reason)
    }
    WaitingReason.sort(&reasons)
    return Array(reasons.prefix(Limits.waitingReasons))
  }

  /// Says in the log what trials have begun to wait for, and for what no longer, each once.
  func noteWaiting() {
    guard nextWaitingLook <= clock.now else { return }
    nextWaitingLook = clock.now.advanced(by: Self.waitingInterval)
    let reasons = waitingReasons()
    monitor.metrics.waiting = reasons
    let change = waitingChanges.update(reasons.filter { !$0.code.hasNotice })
    for reason in change.new {
      log.write(
        reason.text(), level: reason.code == .lastTrials ? .info : .warning,
        kind: "waiting \(reason.code.rawValue)", ["reason": "\(reason.code.rawValue)"])
    }
    if change.isOver { log.write("trials are no longer waiting", level: .info, kind: "goes on") }
  }

  private static let waitingInterval = Duration.seconds(1)
}

extension WaitingReason.Code {
  /// Whether the log has an entry of what happened already.
  fileprivate var hasNotice: Bool {
    switch self {
    case .unknownKey, .workerRefused, .workerLost, .timeLimit: true
    case .noWorkers, .componentMissing, .dataMissing, .dataDiffer, .memory, .variantRejected,
      .workersStalled, .lastTrials, .storeBusy:
      false
    }
  }
}
