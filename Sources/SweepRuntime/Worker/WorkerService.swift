import Datasets
import Foundation
import Kernels
import Logging
import Scheduling
import SweepModel
import SweepProtocol
import Training
import ZeroMQTransport

/// Runs the worker's state machine over a real socket and clock, with threads that train.
///
/// One thread, the caller's, owns the socket and the machine, so that heartbeats go on whatever the
/// trainers do.
public final class WorkerService {
  private enum Note: Sendable {
    case finished(slot: Int, [TrialResult]?)
    case compiled(VariantDigest, Result<TrainingPlan, RuntimeError>)
    case drainRequested
    case orphaned
  }

  private let endpoint: String
  private let socket: DealerSocket
  private let mailbox: Mailbox<Note>
  private let library: Library
  private let slots: [Slot]
  private let progress: [ProgressCounter]
  private let log: Logger
  private let clock = MonotonicClock()
  private var machine: Worker
  private var plans: [VariantDigest: TrainingPlan] = [:]
  private var ending: Worker.ExitReason?
  private var judge: HandshakeJudge
  /// Frames that the socket did not take, in order.
  private var unsent: [[UInt8]] = []

  /// How often it is looked whether the coordinator lets this process in, at least.
  private static let judgeInterval = Duration.milliseconds(250)

  /// Starts the threads and connects to `endpoint`, where nobody need listen yet.
  ///
  /// - Throws: ``RuntimeError`` where the address cannot be one, or the keys cannot be used.
  public init(
    endpoint: String, keys: PeerKeys? = nil, identity: WorkerIdentity, kernels: KernelSet,
    files: DataFiles = DataFiles(), policy: SchedulingPolicy = SchedulingPolicy(),
    log: Logger
  ) throws(RuntimeError) {
    self.log = log
    self.endpoint = endpoint
    try FileLimit.require(FileLimit.leastOfWorker)
    let mailbox = try Mailbox<Note>()
    self.mailbox = mailbox
    socket = try DealerSocket.watched(endpoint: endpoint, keys: keys)
    judge = HandshakeJudge(endpoint: endpoint, keys: keys)
    machine = Worker(
      identity: identity, jitterSeed: UInt64.random(in: 0 ... .max), policy: policy)
    library = Library(files: files) { mailbox.post(.compiled($0, $1)) }
    let progress = (0..<identity.slots).map { _ in ProgressCounter() }
    self.progress = progress
    slots = progress.enumerated().map { number, counter in
      Slot(number: number, kernels: kernels, progress: counter) {
        mailbox.post(.finished(slot: number, $0))
      }
    }
  }

  deinit {
    library.close()
    for slot in slots { slot.close() }
  }

  /// Asks the worker, from any thread, to finish or hand back what it has, and end.
  public var drain: @Sendable () -> Void {
    { [mailbox] in mailbox.post(.drainRequested) }
  }

  /// Ends the worker, from any thread, at once: whoever started it is gone, and its results with it.
  public var orphan: @Sendable () -> Void {
    { [mailbox, endpoint] in
      TemporaryDirectory.removeAbandoned(by: endpoint)
      mailbox.post(.orphaned)
    }
  }

  /// Works until told to end. Returns why.
  ///
  /// - Throws: ``RuntimeError`` where the socket fails, or the coordinator can never let it in.
  public func run() throws(RuntimeError) -> Worker.ExitReason {
    do { try handle(.connected) } catch { throw RuntimeError(.environment, error.description) }
    while ending == nil {
      do { try turn() } catch { throw RuntimeError(.environment, error.description) }
      if ending == nil { try socket.judgeConnections(by: &judge) }
    }
    return ending ?? .drained
  }

  private func turn() throws(ZeroMQError) {
    let untilDeadline = max(.zero, clock.now.duration(to: machine.nextDeadline))
    let ready = try socket.wait(
      toSend: !unsent.isEmpty, orFor: mailbox.descriptor,
      timeout: min(untilDeadline, Self.judgeInterval))
    for note in mailbox.takeAll() { try take(note) }
    if ready.message { try receiveMessages() }
    try resend()
    if machine.nextDeadline <= clock.now {
      try handle(.timePassed(progress: progress.map(\.count)))
    }
  }

  private func take(_ note: Note) throws(ZeroMQError) {
    switch note {
    case .finished(let slot, let results?):
      try handle(.assignmentFinished(slot: slot, results))
    case .finished(let slot, nil): try handle(.assignmentAborted(slot: slot))
    case .compiled(let digest, .success(let plan)):
      plans[digest] = plan
      try handle(.variantPrepared(digest, lanes: plan.packLanes))
    case .compiled(let digest, .failure(let error)):
      log.error("cannot train variant \(digest): \(error)")
      try handle(.variantRejected(digest, reason: error.message))
    case .drainRequested: try handle(.drainRequested)
    case .orphaned: ending = .drained
    }
  }

  private func receiveMessages() throws(ZeroMQError) {
    for _ in 0..<Limits.messagesPerTurn {
      guard let frame = try socket.receive() else { return }
      do {
        let message = try CoordinatorMessage(encoded: frame)
        log.trace("received", metadata: ["message": "\(message.name)"])
        try handle(.messageReceived(message))
      } catch let error as ProtocolError {
        log.warning("the coordinator sent \(error)")
      } catch let error as ZeroMQError {
        throw error
      } catch {
        preconditionFailure("\(error)")
      }
    }
  }

  private func handle(_ event: Worker.Event) throws(ZeroMQError) {
    for effect in machine.handle(event, at: clock.now) { try perform(effect) }
  }

  private func perform(_ effect: Worker.Effect) throws(ZeroMQError) {
    switch effect {
    case .send(let message):
      // What waits was meant for a registration that the hello ends.
      if case .hello = message { unsent = [] }
      unsent.append(message.encoded)
      try resend()
    case .prepare(let digest, let canonicalJSON):
      library.add(Library.Order(digest: digest, canonicalJSON: canonicalJSON))
    case .start(let slot, let assignment):
      guard let plan = plans[assignment.variant] else {
        preconditionFailure("an assignment of a variant that is not prepared")
      }
      slots[slot].add(
        Slot.Order(plan: plan, variant: assignment.variant, assignment: assignment))
    case .abort(let slot): slots[slot].abort()
    case .exit(let reason): ending = reason
    }
  }

  private func resend() throws(ZeroMQError) {
    while let frame = unsent.first {
      guard try socket.send(frame) else { return }
      unsent.removeFirst()
    }
  }
}
