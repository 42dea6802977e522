import Scheduling
import SweepModel
import ZeroMQTransport

/// What the coordinator waits for, and who takes it.
extension CoordinatorService {
  /// Serves until every trial is in the store, where that is the end, or until asked to stop.
  ///
  /// - Throws: ``RuntimeError`` where the store or the socket fails; what was acknowledged is safe.
  public func run() throws(RuntimeError) -> Ending {
    progress.begin(machine.progress)
    try handle(.timePassed)
    while true {
      if isFinished, machine.endsWhenFinished,
        machine.workerCount == 0 || farewellDeadline <= clock.now
      {
        // What came last may speak against a worker: the store has it before the end is reported.
        isStopping = true
      }
      if isStopping, machine.isQuiescent { break }
      let timeout = max(.zero, clock.now.duration(to: nextTick))
      do {
        _ = try access.socket.wait(
          toReceive: isReading, orFor: mailbox.descriptor, timeout: timeout)
      } catch {
        throw RuntimeError(.environment, error.description)
      }
      for note in mailbox.takeAll() { try take(note) }
      if isReading { try receiveMessages() }
      if nextTick <= clock.now { try tick() }
    }
    sayFarewell()
    progress.end(machine)
    return isFinished ? .finished : .interrupted
  }

  /// Whether messages are read: not while the store has more to do than it should.
  private var isReading: Bool {
    !isStopping && uncommittedResults < Limits.uncommittedResults
  }

  private func tick() throws(RuntimeError) {
    nextTick = clock.now.advanced(by: machine.policy.heartbeatInterval / 4)
    access.tick(at: clock.now)
    try handle(.timePassed)
    progress.update(machine)
    try perform(data.server.passTime(at: clock.now))
    noteTurns()
    noteWaiting()
    publishMetrics()
  }

  private func take(_ note: Note) throws(RuntimeError) {
    switch note {
    case .store(.committed(let id, let outcomes)):
      uncommittedResults -= outcomes.count
      monitor.noteCommitted(id)
      control?.hasNews = true
      try handle(.commitFinished(id, outcomes))
      settleModels(of: id, outcomes)
      onProgress()
      progress.update(machine)
    case .store(.distrusted(let worker, let trials, let disputes)):
      control?.hasNews = true
      try handle(.workerDistrusted(worker, trials, disputes: disputes))
    case .store(.failed(let error)): throw RuntimeError(error)
    case .workerProcessEnded(let worker, let cause):
      try handle(.workerProcessEnded(worker, cause))
    case .stopRequested: isStopping = true
    case .keysRevoked(let keys):
      access.dismiss(keys, at: clock.now)
      for key in keys where !access.roles(of: PeerID([], key: key)).contains(.worker) {
        try handle(.keyRevoked(key))
      }
    case .failed(let error): throw error
    case .control(let report): try take(report)
    case .data(let report): try take(report)
    case .upload(let report): try take(report)
    case .model(let report): try take(report)
    }
  }

  /// Reads some messages, never so many that timers and commits have to wait for long.
  private func receiveMessages() throws(RuntimeError) {
    for _ in 0..<Limits.messagesPerTurn where isReading {
      let arrival: CoordinatorAccess.Arrival?
      do { arrival = try access.receive(at: clock.now) } catch {
        throw RuntimeError(.environment, error.description)
      }
      guard let arrival else { return }
      try take(arrival)
    }
  }
}
