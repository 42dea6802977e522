import Foundation
import Logging
import Scheduling
import SweepModel
import Training
import TrialStore
import ZeroMQTransport

/// Runs the coordinator's state machine over a real socket, clock and store.
///
/// One thread, the caller's, owns the socket and the machine; another writes to the store; they talk
/// through a mailbox that is polled beside the socket.
public final class CoordinatorService {
  /// How a coordinator came to its end.
  public enum Ending: Hashable, Sendable {
    /// Every trial is in the store.
    case finished
    /// It was asked to end; what was received is in the store.
    case interrupted
  }

  /// What can happen to a coordinator from outside its socket.
  enum Note: Sendable {
    case store(StoreWriter.Report)
    case stopRequested
    case workerProcessEnded(WorkerID)
    case failed(RuntimeError)
  }

  private let socket: RouterSocket
  private let mailbox: Mailbox<Note>
  private let writer: StoreWriter
  /// Where the results are.
  public let store: TrialStore
  private let log: Logger
  private let progress: ProgressMeter
  private let clock = MonotonicClock()
  private var machine: Coordinator
  private var nextTick = Instant(.zero)
  private var isStopping = false
  private var uncommittedResults = 0
  private var isFinished = false
  /// The registration that is being handled, with the key that the transport vouches for.
  private var latestHello: (WorkerHello, PublicKey?)?
  /// When workers that have not said goodbye are no longer waited for.
  private var farewellDeadline = Instant(.zero)
  /// Called on the coordinator's thread when results were committed.
  var onProgress: () -> Void = {}
  /// Called on the coordinator's thread when every trial is in the store, before workers hear of it.
  var onFinish: () -> Void = {}

  /// The address that workers connect to.
  public let endpoint: String

  /// Listens at `endpoint`, and registers the sweeps in the store.
  ///
  /// - Parameter openStore: called once the address is had, so that no new store is left where it is not.
  /// - Throws: ``RuntimeError`` where the store refuses a sweep or the address cannot be had.
  public init(
    sweeps: [PreparedSweep], openStore: () throws(RuntimeError) -> TrialStore, endpoint: String, endsWhenFinished: Bool,
    policy: SchedulingPolicy = SchedulingPolicy(), log: Logger, progress: ProgressMeter
  ) throws(RuntimeError) {
    self.log = log
    self.progress = progress
    SystemCall.raiseFileLimit()
    let mailbox = try Mailbox<Note>()
    self.mailbox = mailbox
    do {
      socket = try RouterSocket(try ZeroMQContext())
      self.endpoint = try socket.bind(endpoint)
    } catch {
      throw RuntimeError(listening: error)
    }
    store = try openStore()
    do {
      let registered = try StoredJobs(sweeps, store)
      machine = Coordinator(
        jobs: registered.jobs, epoch: CoordinatorEpoch(try store.beginEpoch()),
        goldenWeights: GoldenTrial.expectedWeights, endsWhenFinished: endsWhenFinished,
        quarantined: registered.quarantined, quarantinedKeys: registered.quarantinedKeys,
        policy: policy)
      writer = StoreWriter(store: store, variants: registered.variants) { report in
        mailbox.post(.store(report))
      }
    } catch {
      throw RuntimeError(error)
    }
  }

  deinit { writer.close() }

  /// Asks the coordinator, from any thread, to commit what it has received and end.
  public var stop: @Sendable () -> Void {
    { [mailbox] in mailbox.post(.stopRequested) }
  }

  /// Tells the coordinator, from any thread, what happened to a worker's process.
  var note: @Sendable (Note) -> Void {
    { [mailbox] in mailbox.post($0) }
  }

  /// Whether the store has every trial already.
  var isDone: Bool { machine.isFinished }

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
        break
      }
      if isStopping, machine.isQuiescent { break }
      let timeout = max(.zero, clock.now.duration(to: nextTick))
      do {
        _ = try socket.wait(toReceive: isReading, orFor: mailbox.descriptor, timeout: timeout)
      } catch {
        throw RuntimeError(.environment, error.description)
      }
      for note in mailbox.takeAll() { try take(note) }
      if isReading { try receiveMessages() }
      if nextTick <= clock.now { try tick() }
    }
    progress.end(machine)
    return isFinished ? .finished : .interrupted
  }

  /// Whether messages are read: not while the store has more to do than it should.
  private var isReading: Bool {
    !isStopping && uncommittedResults < Limits.uncommittedResults
  }

  private func tick() throws(RuntimeError) {
    nextTick = clock.now.advanced(by: machine.policy.heartbeatInterval / 4)
    try handle(.timePassed)
    progress.update(machine)
  }

  private func take(_ note: Note) throws(RuntimeError) {
    switch note {
    case .store(.committed(let id, let outcomes)):
      uncommittedResults -= outcomes.count
      try handle(.commitFinished(id, outcomes))
      onProgress()
      progress.update(machine)
    case .store(.distrusted(let worker, let trials)):
      try handle(.workerDistrusted(worker, trials))
    case .store(.failed(let error)): throw RuntimeError(error)
    case .workerProcessEnded(let worker): try handle(.workerProcessEnded(worker))
    case .stopRequested: isStopping = true
    case .failed(let error): throw error
    }
  }

  /// Reads some messages, never so many that timers and commits have to wait for long.
  private func receiveMessages() throws(RuntimeError) {
    for _ in 0..<Limits.messagesPerTurn where isReading {
      let reception: RouterSocket.Reception?
      do { reception = try socket.receive() } catch {
        throw RuntimeError(.environment, error.description)
      }
      guard let reception else { return }
      let peer = PeerID(reception.routingID)
      if let message = decode(reception.frame) {
        if case .hello(let hello) = message { latestHello = (hello, peer.key) }
        try handle(.messageReceived(from: peer, message))
      } else {
        try handle(.garbageReceived(from: peer))
      }
    }
  }

  private func handle(_ event: Coordinator.Event) throws(RuntimeError) {
    for effect in machine.handle(event, at: clock.now) { try perform(effect) }
  }

  private func perform(_ effect: Coordinator.Effect) throws(RuntimeError) {
    switch effect {
    case .send(let peer, let message): try send(message, to: peer)
    case .commit(let commit):
      uncommittedResults += commit.results.count
      writer.add(commit)
    case .distrust(let worker): writer.distrust(worker)
    case .notice(let notice):
      tellWriter(notice)
      log.write(notice)
    case .allFinished:
      isFinished = true
      onFinish()
      farewellDeadline = clock.now.advanced(by: machine.policy.farewellLimit)
    }
  }

  /// Results are stored with what their worker said about itself when it was welcomed.
  private func tellWriter(_ notice: Coordinator.Notice) {
    switch notice {
    case .workerJoined(let worker, _, _):
      guard let (hello, key) = latestHello, hello.worker == worker else { return }
      writer.introduce(worker, StoredWorker(hello, key: key))
    case .workerLeft(let worker), .workerLost(let worker, _): writer.forget(worker)
    default: break
    }
  }

  private func send(_ message: CoordinatorMessage, to peer: PeerID) throws(RuntimeError) {
    do {
      switch try socket.send(message.encoded, to: peer.bytes) {
      case .sent: break
      case .unreachable: try handle(.peerLost(peer))
      case .queueFull:
        // The peer does not read. What it misses it gets when it says hello again.
        log.warning("the queue of a worker is full", metadata: ["message": "\(message.name)"])
        try handle(.peerLost(peer))
      }
    } catch let error as ZeroMQError {
      throw RuntimeError(.environment, error.description)
    } catch let error as RuntimeError {
      throw error
    } catch {
      preconditionFailure("\(error)")
    }
  }
}
