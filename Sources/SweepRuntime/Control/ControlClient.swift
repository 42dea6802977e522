import Foundation
import Scheduling
import SweepModel
import SweepProtocol

/// A client of a coordinator: it asks, asks again until there is an answer, and gives up in time.
public final class ControlClient {
  private let link: CoordinatorLink
  private let timeout: Duration
  private let clock = MonotonicClock()
  /// All questions for the status have the same identifier, so that a farewell that nobody asked for
  /// is known for an answer.
  private let statusID: RequestID
  /// Nothing is posted to it: a socket is polled beside a descriptor.
  private let mailbox: Mailbox<Never>
  private var generator = SystemRandomNumberGenerator()

  /// A lost question is asked again after so long.
  private static let repetition = Duration.seconds(1)
  private static let linkInterval = Duration.milliseconds(100)

  /// Connects to the coordinator, which need not be there yet.
  ///
  /// - Parameter timeout: Silence of the coordinator after which a question fails.
  /// - Throws: ``RuntimeError`` where the address cannot be one, or the keys cannot be used.
  public init(target: CoordinatorTarget, timeout: Duration) throws(RuntimeError) {
    self.timeout = timeout
    try FileLimit.require(FileLimit.leastOfWorker)
    mailbox = try Mailbox()
    statusID = RequestID.random(using: &generator)
    link = try CoordinatorLink(target)
    _ = try link.update(at: clock.now)
  }

  /// Where the coordinator is, for messages.
  public var coordinatorPlace: String { link.place }

  /// Cancels a sweep. Returns how far it is.
  ///
  /// - Throws: ``RuntimeError`` with the coordinator's reason, or where none answers.
  public func cancel(_ sweep: String) throws(RuntimeError) -> SweepStatus {
    let id = RequestID.random(using: &generator)
    guard case .cancelled(let status) = try ask(.cancel(sweep: sweep), id) else { throw unexpected }
    return status
  }

  /// How things are.
  ///
  /// - Throws: ``RuntimeError`` with the coordinator's reason, or where none answers.
  public func status() throws(RuntimeError) -> CoordinatorStatus {
    guard case .status(let status) = try ask(.status, statusID) else { throw unexpected }
    return status
  }

  /// Calls `body` with how things are, about every `interval`, until it returns false. A coordinator
  /// may restart meanwhile.
  ///
  /// - Throws: ``RuntimeError`` with the coordinator's reason, or where none answers for as long as the
  ///   timeout.
  public func watch(
    every interval: Duration, _ body: (CoordinatorStatus) -> Bool
  ) throws(RuntimeError) {
    var current = try status()
    while body(current) {
      // A coordinator that ends tells its listeners without being asked.
      if case .status(let farewell)? = try receive(statusID, within: interval) {
        current = farewell
      } else {
        current = try status()
      }
    }
  }

  var unexpected: RuntimeError {
    RuntimeError(.environment, "the coordinator at \(link.place) sent an unexpected reply")
  }

  /// Asks once more for something, until there is an answer.
  func request(_ command: ControlCommand) throws(RuntimeError) -> ControlAnswer.Outcome {
    try ask(command, newRequest())
  }

  /// A name for a request.
  func newRequest() -> RequestID { RequestID.random(using: &generator) }

  var now: Instant { clock.now }

  /// Sends a frame unless there is no connection or its queue is full.
  func trySend(_ frame: [UInt8]) throws(RuntimeError) -> Bool {
    try link.send(frame)
  }

  /// The next answer to a request; nil where none comes in time.
  func answer(to id: RequestID, before deadline: Instant) throws(RuntimeError)
    -> ControlAnswer.Outcome?
  {
    try receive(id, within: max(.milliseconds(1), clock.now.duration(to: deadline)))
  }

  /// - Throws: ``RuntimeError`` where the coordinator has said nothing for as long as the timeout.
  func giveUpIfSilent(since lastHeard: Instant) throws(RuntimeError) {
    guard lastHeard.advanced(by: timeout) <= clock.now else { return }
    throw link.silence(seconds: timeout.components.seconds)
  }

  /// Asks until there is an answer.
  private func ask(_ command: ControlCommand, _ id: RequestID) throws(RuntimeError)
    -> ControlAnswer.Outcome
  {
    let frame = ControlRequest(id: id, command: command).encoded
    guard frame.count <= Limits.controlRequestBytes else {
      throw RuntimeError(
        .input, "a request of \(frame.count) bytes: \(Limits.controlRequestBytes) at most")
    }
    var lastHeard = clock.now
    while true {
      let left = clock.now.duration(to: lastHeard.advanced(by: timeout))
      guard left > .zero else { throw link.silence(seconds: timeout.components.seconds) }
      try send(frame, within: min(left, Self.repetition))
      switch try receive(id, within: min(left, Self.repetition)) {
      case nil: break
      case .refused(let refusal)?: throw RuntimeError(refusal)
      case .working?:
        lastHeard = clock.now
        if let outcome = try receive(id, within: Self.repetition), outcome != .working {
          if case .refused(let refusal) = outcome { throw RuntimeError(refusal) }
          return outcome
        }
        lastHeard = clock.now
      case let outcome?: return outcome
      }
    }
  }

  /// Sends a frame as soon as there is a connection, if there is one in time.
  private func send(_ frame: [UInt8], within limit: Duration) throws(RuntimeError) {
    let deadline = clock.now.advanced(by: limit)
    while try !link.send(frame), clock.now < deadline {
      try wait(toReceive: false, until: deadline)
    }
  }

  /// The next answer to a request; nil where none comes in time. Anything else is passed over.
  private func receive(_ id: RequestID, within limit: Duration) throws(RuntimeError)
    -> ControlAnswer.Outcome?
  {
    let deadline = clock.now.advanced(by: limit)
    while true {
      while let frame = try link.receive() {
        if let answer = try? ControlAnswer(encoded: frame), answer.id == id {
          return answer.outcome
        }
      }
      guard clock.now < deadline else { return nil }
      try wait(toReceive: true, until: deadline)
    }
  }

  /// Waits for the connection, never for long: what becomes of it is told elsewhere.
  private func wait(toReceive: Bool, until deadline: Instant) throws(RuntimeError) {
    let limit = min(max(.zero, clock.now.duration(to: deadline)), Self.linkInterval)
    _ = try link.wait(
      toReceive: toReceive, toSend: !toReceive, orFor: mailbox.descriptor, timeout: limit)
    // The question is repeated by itself where the address has changed.
    _ = try link.update(at: clock.now)
  }
}

extension RuntimeError {
  /// What a coordinator has refused.
  init(_ refusal: ControlRefusal) {
    let kind: Kind =
      switch refusal.code {
      case .wireProtocol, .input, .notAllowed: .input
      case .environment: .environment
      }
    self.init(kind, refusal.text)
  }
}
