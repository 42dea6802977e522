import Datasets
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
    case keysRevoked([PublicKey])
    case control(ControlClerk.Report)
  }

  /// The socket and what guards it.
  let access: CoordinatorAccess
  private let mailbox: Mailbox<Note>
  let writer: StoreWriter
  /// Where the results are.
  public let store: TrialStore
  let log: Logger
  private let progress: ProgressMeter
  let clock = MonotonicClock()
  /// What clients want, where they are served.
  let control: ControlOffice?
  var registry: SweepRegistry
  var throttle = LogThrottle()
  let monitor: CoordinatorMonitor
  private(set) var machine: Coordinator
  private var nextTick = Instant(.zero)
  private(set) var isStopping = false
  private(set) var uncommittedResults = 0
  var isFinished = false
  /// The registration that is being handled, with the key that the transport vouches for.
  var latestHello: (WorkerHello, PublicKey?)?
  /// When workers that have not said goodbye are no longer waited for.
  private var farewellDeadline = Instant(.zero)
  /// Called on the coordinator's thread when results were committed.
  var onProgress: () -> Void = {}
  /// Called on the coordinator's thread when every trial is in the store, before workers hear of it.
  var onFinish: () -> Void = {}

  /// The address that workers connect to.
  public var endpoint: String { access.endpoint }

  /// Listens at `endpoint`, with keys or plain, and registers the sweeps in the store.
  ///
  /// - Parameters:
  ///   - openStore: Called once the address is had, so that no new store is left where it is not.
  ///   - clientFiles: Where the data are of sweeps that clients submit; nil to serve no clients.
  ///   - metricsPort: The port of the loopback interface at which to serve metrics, 0 for a free one;
  ///     nil to serve none.
  /// - Throws: ``RuntimeError`` where the store refuses a sweep or the address cannot be had.
  public init(
    sweeps: [PreparedSweep], openStore: () throws(RuntimeError) -> TrialStore, endpoint: String,
    keys: CoordinatorKeys? = nil, maxWorkers: Int? = nil, endsWhenFinished: Bool,
    clientFiles: DataFiles? = nil, metricsPort: Int? = nil,
    policy: SchedulingPolicy = SchedulingPolicy(), log: Logger, progress: ProgressMeter
  ) throws(RuntimeError) {
    self.log = log
    self.progress = progress
    let limits = try ConnectionLimits(wanted: maxWorkers)
    for warning in limits.warnings { log.warning("\(warning)") }
    var policy = policy
    policy.mostWorkers = limits.workers
    let mailbox = try Mailbox<Note>()
    self.mailbox = mailbox
    access = try CoordinatorAccess(endpoint: endpoint, keys: keys, limits: limits, log: log) {
      switch $0 {
      case .revoked(let keys): mailbox.post(.keysRevoked(keys))
      case .failed(let error): mailbox.post(.failed(error))
      }
    }
    monitor = try CoordinatorMonitor(port: metricsPort)
    let store = try openStore()
    self.store = store
    do {
      var registered = try StoredJobs(sweeps.map(\.sweep), store)
      if clientFiles != nil { try registered.addSubmissions(of: store) }
      registry = SweepRegistry(registered.sweeps)
      control = clientFiles.map { files in
        ControlOffice(store: store, files: files) { mailbox.post(.control($0)) }
      }
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

  deinit {
    writer.close()
    control?.clerk.close()
  }

  /// Closes the store, so that another coordinator can have it. Nothing is served from then on.
  public func closeStore() {
    writer.close()
    try? store.close()
  }

  /// Asks the coordinator, from any thread, to commit what it has received and end.
  public var stop: @Sendable () -> Void {
    { [mailbox] in mailbox.post(.stopRequested) }
  }

  /// Tells the coordinator, from any thread, what happened to a worker's process.
  var note: @Sendable (Note) -> Void {
    { [mailbox] in mailbox.post($0) }
  }

  /// Whether there is nothing to do unless a client submits something.
  public var hasNoSweeps: Bool { registry.count == 0 }

  /// The names of the sweeps that are served, those that clients submitted among them.
  public var sweepNames: [String] { registry.sweepNames }

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
    publishMetrics()
  }

  private func take(_ note: Note) throws(RuntimeError) {
    switch note {
    case .store(.committed(let id, let outcomes)):
      uncommittedResults -= outcomes.count
      monitor.noteCommitted(id)
      try handle(.commitFinished(id, outcomes))
      onProgress()
      progress.update(machine)
    case .store(.distrusted(let worker, let trials)):
      try handle(.workerDistrusted(worker, trials))
    case .store(.failed(let error)): throw RuntimeError(error)
    case .workerProcessEnded(let worker): try handle(.workerProcessEnded(worker))
    case .stopRequested: isStopping = true
    case .keysRevoked(let keys):
      access.dismiss(keys, at: clock.now)
      for key in keys where !access.roles(of: PeerID([], key: key)).contains(.worker) {
        try handle(.keyRevoked(key))
      }
    case .failed(let error): throw error
    case .control(let report): try take(report)
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

  func handle(_ event: Coordinator.Event) throws(RuntimeError) {
    for effect in machine.handle(event, at: clock.now) { try perform(effect) }
  }

  private func perform(_ effect: Coordinator.Effect) throws(RuntimeError) {
    switch effect {
    case .send(let peer, let message): try send(message, to: peer)
    case .commit(let commit):
      uncommittedResults += commit.results.count
      monitor.noteReceived(commit.id)
      writer.add(commit)
    case .distrust(let worker): writer.distrust(worker)
    case .notice(let notice):
      tellWriter(notice)
      write(notice)
    case .allFinished:
      isFinished = true
      onFinish()
      farewellDeadline = clock.now.advanced(by: machine.policy.farewellLimit)
    }
  }

  /// Sends a frame to a client. One that is gone, or does not read, asks again.
  func sendToClient(_ frame: [UInt8], to peer: PeerID) throws(RuntimeError) {
    do { _ = try access.socket.send(frame, to: peer.bytes) } catch {
      throw RuntimeError(.environment, error.description)
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

  func send(_ message: CoordinatorMessage, to peer: PeerID) throws(RuntimeError) {
    do {
      switch try access.socket.send(message.encoded, to: peer.bytes) {
      case .sent: break
      case .unreachable: try handle(.peerLost(peer))
      case .queueFull:
        // The peer does not read. What it misses it gets when it says hello again.
        write(
          "the queue of a worker is full", level: .warning, kind: "full",
          ["message": "\(message.name)", "peer": "\(Hexadecimal.text(peer.bytes.prefix(16)))"])
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
