import Foundation
import Scheduling
import SweepModel
import SweepProtocol
import TrialStore

extension CoordinatorService {
  /// Reads a client's frame; nil where clients are not served, or it is none of theirs.
  func decodeRequest(_ frame: [UInt8]?) -> ControlRequest? {
    guard control != nil, let frame else { return nil }
    return try? ControlRequest(encoded: frame)
  }

  /// Does what a client asks.
  func take(_ request: ControlRequest, from peer: PeerID) throws(RuntimeError) {
    guard let control else { return }
    monitor.metrics.requests += 1
    if isStopping || (isFinished && machine.endsWhenFinished) { control.desk.isEnding = true }
    let actions = control.desk.receive(
      request, from: peer, isAllowed: mayControl(peer), at: clock.now)
    try perform(actions)
  }

  /// Takes what a clerk has done.
  func take(_ report: ControlClerk.Report) throws(RuntimeError) {
    guard let control else { return }
    switch report {
    case .prepared(let id, .success(let submission)):
      try perform(control.desk.finish(id, try begin(submission)))
    case .prepared(let id, .failure(let error)), .cancelled(let id, _, .failure(let error)):
      log.write("request not granted: \(error)", level: .info, kind: "not granted")
      try perform(control.desk.finish(id, .refused(ControlRefusal(error))))
    case .cancelled(let id, let sweep, .success(let exceptions)):
      let jobs = registry.cancel(sweep, exceptions)
      try handle(.jobsCancelled(jobs))
      let status = registry.status(ofSweep: sweep, progressByJob)
      if let status { try perform(control.desk.finish(id, .cancelled(status))) }
    case .counted(let exceptions):
      registry.note(exceptions)
      try perform(control.desk.answerStatus(currentStatus()))
    case .failed(let error):
      // What is shown is older than it could be; a store that fails ends the coordinator elsewhere.
      log.write("cannot read the store: \(error)", kind: "unreadable")
      try perform(control.desk.answerStatus(currentStatus()))
    }
  }

  /// Tells clients that listen that the coordinator leaves.
  func sayFarewell() {
    guard let control else { return }
    control.desk.isEnding = true
    // Nobody is left to hear of an error.
    try? perform(control.desk.farewell(currentStatus(), at: clock.now))
  }

  /// Runs a submitted sweep. Returns the answer.
  private func begin(_ submission: ControlClerk.PreparedSubmission) throws(RuntimeError)
    -> ControlAnswer.Outcome
  {
    let name = submission.sweep.name
    guard registry.key(ofSweep: name) != nil || registry.count < Limits.sweeps else {
      return .refused(
        ControlRefusal(
          .environment,
          "the coordinator has \(Limits.sweeps) sweeps, its limit; it takes up this one when it is "
            + "started again"))
    }
    writer.add(variants: submission.stored.variants)
    for sweep in submission.stored.sweeps { registry.add(sweep, submission.exceptions) }
    if machine.endsWhenFinished, isFinished {
      return .refused(
        ControlRefusal(
          .environment,
          "the coordinator is about to end; started again over its store it goes on with \(name)"))
    }
    try handle(.jobsAdded(submission.stored.jobs))
    isFinished = machine.isFinished
    log.write(
      "sweep submitted", level: .info, kind: "submitted",
      ["sweep": "\(name)", "trials": "\(submission.sweep.trials)"])
    let key = submission.stored.sweeps[0].key
    guard let status = registry.status(ofSweep: key, progressByJob) else {
      preconditionFailure("a sweep that was just added")
    }
    return .submitted(status, isNew: submission.isNew, warnings: submission.warnings)
  }

  private func perform(_ actions: [ControlDesk.Action]) throws(RuntimeError) {
    guard let control else { return }
    for action in actions {
      switch action {
      case .answer(let peer, let answer): try sendToClient(answer.encoded, to: peer)
      case .prepare(let id, let submission): control.clerk.prepare(id, submission)
      case .cancel(let id, let name):
        if let key = registry.key(ofSweep: name) {
          control.clerk.cancel(id, key)
        } else {
          let known = registry.sweepNames.prefix(10).map { "`\($0)`" }.joined(separator: ", ")
          let refusal = ControlRefusal(
            .input,
            "no sweep `\(name)` here; "
              + (known.isEmpty ? "there is none" : "there are \(known)"))
          try perform(control.desk.finish(id, .refused(refusal)))
        }
      case .readStatus: control.clerk.count(registry.keys)
      }
    }
  }

  /// How far each job is.
  var progressByJob: [JobID: Coordinator.JobProgress] {
    Dictionary(uniqueKeysWithValues: machine.progress.map { ($0.job, $0) })
  }

  private func currentStatus() -> CoordinatorStatus {
    var status = CoordinatorStatus()
    status.epoch = machine.epoch.rawValue
    status.uptimeSeconds = Date().timeIntervalSince1970 - monitor.metrics.startTimeSeconds
    status.store = store.path
    status.isEnding = control?.desk.isEnding ?? false
    status.uncommittedResults = UInt64(max(0, uncommittedResults))
    status.waitingSubmissions = control?.desk.openCount ?? 0
    status.sweeps = registry.statuses(progressByJob)
    status.workers = machine.workerConditions(at: clock.now).map { condition in
      WorkerStatus(condition, key: condition.key.map { access.name(of: $0) })
    }
    return status
  }
}

extension WorkerStatus {
  fileprivate init(_ report: Coordinator.WorkerCondition, key: String?) {
    self.init(
      id: report.worker.bytes, host: report.host, processor: report.processor,
      slots: report.slots, leases: report.leases, trialsPerSecond: report.trialsPerSecond,
      silentSeconds: max(0, report.silence.seconds), key: key, isStalled: report.isStalled)
  }
}

extension ControlRefusal {
  fileprivate init(_ error: RuntimeError) {
    self.init(error.kind == .input ? .input : .environment, error.message)
  }
}
