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
    case ended(slot: Int, Slot.Ending)
    case compiled(VariantDigest, Result<TrainingPlan, VariantRejection>)
    case drainRequested
    case orphaned
    case wanted(DataRequest)
    case model(ModelPart)
  }

  private let link: CoordinatorLink
  private let mailbox: Mailbox<Note>
  private let library: Library
  private let port: DataPort
  private let slots: [Slot]
  private let senders: [ModelSender]
  /// By which slots fetch checkpoints.
  private let checkpointPorts: [DataPort]
  private let progress: [ProgressCounter]
  private let log: Logger
  private let clock = MonotonicClock()
  private var machine: Worker
  private var plans: [VariantDigest: TrainingPlan] = [:]
  /// The files that the data of prepared variants are read from, for models' records.
  private var files: [VariantDigest: [DataFile]] = [:]
  /// Variants that could not be trained, and why.
  private var rejections: [VariantDigest: VariantRejection] = [:]
  private var idleNotes = IdleNotes()
  private var ending: Worker.ExitReason?
  /// Frames that the socket did not take, in order.
  private var unsent: [[UInt8]] = []

  /// How often the state of the connection is looked at, at least.
  private static let linkInterval = Duration.milliseconds(250)

  /// Starts the threads and connects to the coordinator, which need not be there yet. With a `timeLimit` from
  /// now the worker has left before it is over.
  ///
  /// - Parameter registry: The components that the program has, as the identity says.
  /// - Throws: ``RuntimeError`` where the address cannot be one, or the keys cannot be used.
  public init(
    target: CoordinatorTarget, identity: WorkerIdentity, kernels: KernelSet, data: WorkerData,
    policy: SchedulingPolicy = SchedulingPolicy(), timeLimit: Duration? = nil,
    registry: ComponentRegistry = .builtIn, log: Logger
  ) throws(RuntimeError) {
    self.log = log
    try FileLimit.require(FileLimit.leastOfWorker)
    let mailbox = try Mailbox<Note>()
    self.mailbox = mailbox
    link = try CoordinatorLink(target, waitsForAdmission: true) { log.warning("\($0)") }
    var end: Instant?
    if let timeLimit { end = clock.now.advanced(by: timeLimit) }
    machine = Worker(
      identity: identity, jitterSeed: UInt64.random(in: 0 ... .max), policy: policy,
      timeLimit: end)
    let port = try DataPort { mailbox.post(.wanted($0)) }
    self.port = port
    let stock = DataStock(own: data.own, location: data.cache, port: port, log: log)
    library = Library(stock: stock, registry: registry) { mailbox.post(.compiled($0, $1)) }
    let progress = (0..<identity.slots).map { _ in ProgressCounter() }
    self.progress = progress
    var senders: [ModelSender] = []
    var ports: [DataPort] = []
    for _ in progress {
      senders.append(try ModelSender { mailbox.post(.model($0)) })
      ports.append(try DataPort { mailbox.post(.wanted($0)) })
    }
    self.senders = senders
    checkpointPorts = ports
    let models = zip(senders, ports).map { sender, port in
      SlotModels(
        sender: sender,
        stock: DataStock(own: nil, location: data.cache, port: port, log: log), kernels: kernels,
        log: log)
    }
    slots = progress.enumerated().map { number, counter in
      Slot(number: number, kernels: kernels, progress: counter, models: models[number]) {
        mailbox.post(.ended(slot: number, $0))
      }
    }
  }

  deinit {
    port.close()
    library.close()
    for sender in senders { sender.close() }
    for port in checkpointPorts { port.close() }
    for slot in slots { slot.close() }
  }

  /// Asks the worker, from any thread, to finish or hand back what it has, and end.
  public var drain: @Sendable () -> Void {
    { [mailbox] in mailbox.post(.drainRequested) }
  }

  /// Ends the worker, from any thread, at once: whoever started it is gone, and its results with it.
  public var orphan: @Sendable () -> Void {
    { [mailbox, location = link.target.location] in
      if case .address(let endpoint) = location {
        TemporaryDirectory.removeAbandoned(by: endpoint)
      }
      mailbox.post(.orphaned)
    }
  }

  /// Where the coordinator is, for messages.
  public var coordinatorPlace: String { link.place }

  /// Works until told to end. Returns why.
  ///
  /// - Throws: ``RuntimeError`` where the socket fails, or the coordinator can never let it in, or has not
  ///   let its key in for as long as the worker has patience.
  public func run() throws(RuntimeError) -> Worker.ExitReason {
    try handle(.connected)
    while ending == nil {
      if try link.update(at: clock.now) { try handle(.addressChanged) }
      try turn()
    }
    if ending == .neverWelcomed, let denial = link.denial { throw denial }
    return ending ?? .drained
  }

  private func turn() throws(RuntimeError) {
    let untilDeadline = max(.zero, clock.now.duration(to: machine.nextDeadline))
    let ready = try link.wait(
      toSend: !unsent.isEmpty, orFor: mailbox.descriptor,
      timeout: min(untilDeadline, Self.linkInterval))
    for note in mailbox.takeAll() { try take(note) }
    if ready.message { try receiveMessages() }
    try resend()
    if machine.nextDeadline <= clock.now {
      try handle(.timePassed(progress: progress.map(\.count)))
    }
    // Whoever is not let in has been told so.
    guard link.denial == nil else { return }
    let note = idleNotes.update(machine.idleness, at: clock.now, coordinator: link.place)
    if let note { log.log(level: note.level, "\(note.message)") }
  }

  private func take(_ note: Note) throws(RuntimeError) {
    switch note {
    case .ended(let slot, .finished(let results)):
      try handle(.assignmentFinished(slot: slot, results))
    case .ended(let slot, .aborted(let epochs, let hasCheckpoint)):
      try handle(
        .assignmentAborted(slot: slot, epochs: epochs, hasCheckpoint: hasCheckpoint))
    case .compiled(let digest, .success(let plan)):
      plans[digest] = plan
      if rejections.removeValue(forKey: digest) != nil {
        log.warning("variant \(digest) can be trained now")
      }
      try handle(.variantPrepared(digest, lanes: plan.packLanes, memory: VariantMemory(plan)))
      noteMemory(of: digest)
    case .compiled(let digest, .failure(let rejection)):
      // It is tried again and again until what is missing is there.
      if rejections.updateValue(rejection, forKey: digest) != rejection {
        log.error("cannot train variant \(digest): \(rejection.text)")
      }
      try handle(.variantRejected(digest, rejection))
    case .drainRequested:
      // While there is time: the slots go on until it is over, and stop with another one.
      for slot in slots { slot.requestCheckpoint() }
      try handle(.drainRequested)
    case .orphaned: ending = .drained
    case .wanted(let request):
      // What cannot be sent now is asked for again.
      _ = try link.send(request.encoded)
    case .model(let part):
      // So is what is not answered.
      _ = try link.send(part.encoded)
    }
  }

  private func receiveMessages() throws(RuntimeError) {
    for _ in 0..<Limits.messagesPerTurn {
      guard let received = try link.receiveMessage() else { return }
      do {
        switch received {
        case .frame(let frame): try take(frame)
        case .frames(let header, let bytes): deliver(try DataAnswer(encoded: header), bytes)
        case .malformed: log.warning("the coordinator sent a message of too many frames")
        }
      } catch let error as ProtocolError {
        log.warning("the coordinator sent \(error)")
      } catch let error as RuntimeError {
        throw error
      } catch {
        preconditionFailure("\(error)")
      }
    }
  }

  private func take(_ frame: [UInt8]) throws {
    let message: CoordinatorMessage
    do throws(ProtocolError) {
      message = try CoordinatorMessage(encoded: frame)
    } catch {
      if let answer = try? DataAnswer(encoded: frame) { return deliver(answer, nil) }
      guard let answer = try? ModelAnswer(encoded: frame) else { throw error }
      for sender in senders { sender.deliver(answer) }
      return
    }
    log.trace("received", metadata: ["message": "\(message.name)"])
    try handle(.messageReceived(message))
    // What was asked for under an earlier connection does not come any more.
    if case .welcome = message {
      port.noteRegistration()
      for sender in senders { sender.noteRegistration() }
      for port in checkpointPorts { port.noteRegistration() }
    }
  }

  private func deliver(_ answer: DataAnswer, _ bytes: IncomingBytes?) {
    port.deliver(answer, bytes)
    for port in checkpointPorts { port.deliver(answer, bytes) }
  }

  private func handle(_ event: Worker.Event) throws(RuntimeError) {
    for effect in machine.handle(event, at: clock.now) { try perform(effect) }
  }

  private func perform(_ effect: Worker.Effect) throws(RuntimeError) {
    switch effect {
    case .send(let message):
      // What waits was meant for a registration that the hello ends.
      if case .hello = message { unsent = [] }
      unsent.append(message.encoded)
      try resend()
    case .prepare(let digest, let canonicalJSON, let files):
      self.files[digest] = files
      library.add(.compile(digest, canonicalJSON: canonicalJSON, files: files))
    case .start(let slot, let assignment):
      guard let plan = plans[assignment.variant] else {
        preconditionFailure("an assignment of a variant that is not prepared")
      }
      slots[slot].add(
        Slot.Order(
          plan: plan, variant: assignment.variant, assignment: assignment,
          files: files[assignment.variant] ?? []))
    case .abort(let slot): slots[slot].abort()
    case .release(let slot): slots[slot].release()
    case .forget(let digest):
      plans[digest] = nil
      files[digest] = nil
      library.add(.keep(Set(plans.values.map(\.data.digest))))
    case .exit(let reason): ending = reason
    }
  }

  private func resend() throws(RuntimeError) {
    while let frame = unsent.first {
      guard try link.send(frame) else { return }
      unsent.removeFirst()
    }
  }
}

extension WorkerService {
  /// Says how much memory a variant takes, and where that leaves slots empty.
  private func noteMemory(of digest: VariantDigest) {
    guard let room = machine.room(for: digest) else { return }
    let text =
      "variant \(digest) takes \(ByteCount.text(room.memoryBytes)) of memory with "
      + "\(room.slots) of \(slots.count) slots"
    if room.slots < slots.count {
      log.warning("\(text): more would not fit into the memory limit")
    } else {
      log.info("\(text)")
    }
  }
}

extension VariantMemory {
  init(_ plan: TrainingPlan) {
    self.init(
      data: plan.data.digest, dataBytes: UInt64(plan.data.byteCount),
      // What training begins with is shared by slots, but not by variants.
      slotBytes: UInt64(plan.slotBytes + plan.startingBytes))
  }
}
