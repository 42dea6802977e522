import Foundation
import Scheduling
import SweepModel
import SweepProtocol
import SweepSpecification
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
    if case .upload(let upload)? = request.command, mayControl(peer) {
      control.uploads.add(upload, request.id, from: peer)
      return
    }
    if isStopping || (isFinished && machine.endsWhenFinished) { control.desk.isEnding = true }
    let actions = control.desk.receive(
      request, from: peer, isAllowed: mayControl(peer), at: clock.now)
    try perform(actions)
    try noteOpenChanges()
  }

  /// A coordinator that ends when all is done does not end while a submission that it has taken is being
  /// prepared.
  private func noteOpenChanges() throws(RuntimeError) {
    guard machine.endsWhenFinished, let control else { return }
    let areOpen = control.desk.openCount > 0
    if areOpen != machine.awaitsJobs { try handle(.jobsAwaited(areOpen)) }
  }

  /// Takes what a clerk has done.
  func take(_ report: ControlClerk.Report) throws(RuntimeError) {
    guard let control else { return }
    switch report {
    case .changed(.success(.submitted(let submission))):
      try perform(control.desk.finish(try begin(submission)))
    case .changed(.success(.filesWanted(let files))):
      try perform(control.desk.finish(.filesWanted(files)))
    case .changed(.success(.cancelled(let sweep, let exceptions))):
      try handle(.jobsCancelled(registry.cancel(sweep, exceptions)))
      data.catalog.pin(registry.openDataFiles)
      try perform(control.desk.finish(.cancelled(registry.status(ofSweep: sweep, progressByJob))))
    case .changed(.failure(let error)):
      log.write("request not granted: \(error)", level: .info, kind: "not granted")
      try perform(control.desk.finish(.refused(ControlRefusal(error))))
    case .counted(let exceptions):
      registry.note(exceptions)
      try perform(control.desk.answerStatus(currentStatus()))
    case .failed(let error):
      // What is shown is older than it could be; a store that fails ends the coordinator elsewhere.
      log.write("cannot read the store: \(error)", kind: "unreadable")
      try perform(control.desk.answerStatus(currentStatus()))
    }
    try noteOpenChanges()
  }

  /// Notes in the store which submissions are over, once results have come.
  ///
  /// Not while a submission is under way: it may be about to make longer what is done as yet.
  func noteTurns() {
    guard let control, control.hasNews, control.desk.openCount == 0 else { return }
    control.hasNews = false
    let turns = registry.takeTurns(progressByJob)
    for turn in turns { control.clerk.note(turn) }
    if !turns.isEmpty { data.catalog.pin(registry.openDataFiles) }
  }

  /// Tells clients that listen that the coordinator leaves.
  func sayFarewell() {
    guard let control else { return }
    // The clerk may not come to it any more.
    for turn in control.desk.openCount == 0 ? registry.takeTurns(progressByJob) : [] {
      try? store.noteSubmission(of: turn.sweep, trials: turn.trials, isOver: turn.isOver)
    }
    control.desk.isEnding = true
    // Nobody is left to hear of an error.
    try? perform(control.desk.farewell(currentStatus(), at: clock.now))
    // Who is stopped may be started again, and is then asked again by those who wait.
    if isFinished, machine.endsWhenFinished { try? perform(control.desk.abandon()) }
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
    switch submission.dataFiles {
    case .own(let entries, let files): data.catalog.add(entries, from: files)
    case .uploaded(let files): data.catalog.addUploaded(files)
    }
    data.catalog.pin(registry.openDataFiles)
    try handle(.jobsAdded(submission.stored.jobs))
    control?.hasNews = true
    isFinished = machine.isFinished
    log.write(
      "sweep submitted", level: .info, kind: "submitted",
      ["sweep": "\(name)", "trials": "\(submission.sweep.trials)"])
    let key = submission.stored.sweeps[0].key
    return .submitted(
      registry.status(ofSweep: key, progressByJob), isNew: submission.isNew,
      warnings: submission.warnings)
  }

  private func perform(_ actions: [ControlDesk.Action]) throws(RuntimeError) {
    guard let control else { return }
    for action in actions {
      switch action {
      case .answer(let peer, let answer): try sendToClient(answer.encoded, to: peer)
      case .begin(.submit(let submission)): control.clerk.submit(submission)
      case .begin(.cancel(let name)):
        if let key = registry.key(ofSweep: name) {
          control.clerk.cancel(key)
        } else {
          let refusal = ControlRefusal(
            .input, "no sweep \(Suggestion.quoted(name)) here; \(registry.listing)")
          try perform(control.desk.finish(.refused(refusal)))
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
    status.waiting = waitingReasons()
    return status
  }
}

extension WorkerStatus {
  fileprivate init(_ report: Coordinator.WorkerCondition, key: String?) {
    self.init(
      id: report.worker.bytes, host: report.host, processor: report.processor,
      slots: report.slots, leases: report.leases, trialsPerSecond: report.trialsPerSecond,
      silentSeconds: max(0, report.silence.seconds), key: key, isStalled: report.isStalled)
    resources = report.resources
    memoryNeededBytes = report.memoryNeeded
    remainingSeconds = report.remaining?.seconds
  }
}

extension ControlRefusal {
  init(_ error: RuntimeError) {
    self.init(error.kind == .input ? .input : .environment, error.message)
  }
}
