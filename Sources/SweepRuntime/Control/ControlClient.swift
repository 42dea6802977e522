import Foundation
import Scheduling
import SweepModel
import SweepProtocol
import ZeroMQTransport

/// A client of a coordinator: it asks, asks again until there is an answer, and gives up in time.
public final class ControlClient {
  private let socket: DealerSocket
  private let endpoint: String
  private let timeout: Duration
  private var judge: HandshakeJudge
  private let clock = MonotonicClock()
  /// All questions for the status have the same identifier, so that a farewell that nobody asked for
  /// is known for an answer.
  private let statusID: RequestID
  /// Nothing is posted to it: a socket is polled beside a descriptor.
  private let mailbox: Mailbox<Never>
  private var generator = SystemRandomNumberGenerator()

  /// A lost question is asked again after so long.
  private static let repetition = Duration.seconds(1)
  private static let judgeInterval = Duration.milliseconds(100)

  /// Connects to `endpoint`, where nobody need listen yet.
  ///
  /// - Parameters:
  ///   - keys: What the client proves itself with; nil without keys.
  ///   - timeout: Silence of the coordinator after which a question fails.
  /// - Throws: ``RuntimeError`` where the address cannot be one, or the keys cannot be used.
  public init(endpoint: String, keys: PeerKeys?, timeout: Duration) throws(RuntimeError) {
    self.endpoint = endpoint
    self.timeout = timeout
    judge = HandshakeJudge(endpoint: endpoint, keys: keys)
    try FileLimit.require(FileLimit.leastOfWorker)
    mailbox = try Mailbox()
    statusID = RequestID.random(using: &generator)
    socket = try DealerSocket.watched(endpoint: endpoint, keys: keys)
  }

  /// Submits the specification in a file, as it stands. Returns how far its sweep is, whether it is new
  /// to the store, and what is probably not meant of it.
  ///
  /// - Throws: ``RuntimeError`` where the file cannot be read, with the coordinator's reason, or where
  ///   none answers.
  public func submit(
    path: String, overrides: PreparedSweep.Overrides
  ) throws(RuntimeError) -> (sweep: SweepStatus, isNew: Bool, warnings: [String]) {
    let submission = try Submission(
      path: path, overrides: overrides)
    // A coordinator hangs up on strangers whose first message is large: they are to introduce themselves.
    if submission.specification.count > Limits.strangerBytes { _ = try status() }
    let id = RequestID.random(using: &generator)
    guard case .submitted(let sweep, let isNew, let warnings) = try ask(.submit(submission), id)
    else { throw unexpected }
    return (sweep, isNew, warnings)
  }

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

  private var unexpected: RuntimeError {
    RuntimeError(.environment, "the coordinator at \(endpoint) gave an answer to something else")
  }

  /// Asks until there is an answer.
  private func ask(_ command: ControlCommand, _ id: RequestID) throws(RuntimeError)
    -> ControlAnswer.Outcome
  {
    let frame = ControlRequest(id: id, command: command).encoded
    var lastHeard = clock.now
    while true {
      let left = clock.now.duration(to: lastHeard.advanced(by: timeout))
      guard left > .zero else {
        throw RuntimeError(
          .environment,
          "no coordinator answers at \(endpoint) within \(timeout.components.seconds) s: start one with "
            + "`seedsweep coordinator --listen …`, or mend the address")
      }
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
    while try !attempt({ () throws(ZeroMQError) in try socket.send(frame) }), clock.now < deadline {
      try wait(toReceive: false, until: deadline)
    }
  }

  /// The next answer to a request; nil where none comes in time. Anything else is passed over.
  private func receive(_ id: RequestID, within limit: Duration) throws(RuntimeError)
    -> ControlAnswer.Outcome?
  {
    let deadline = clock.now.advanced(by: limit)
    while true {
      while let frame = try attempt({ () throws(ZeroMQError) in try socket.receive() }) {
        if let answer = try? ControlAnswer(encoded: frame), answer.id == id {
          return answer.outcome
        }
      }
      guard clock.now < deadline else { return nil }
      try wait(toReceive: true, until: deadline)
    }
  }

  /// Waits for the socket, never for long: whether the coordinator lets this client in at all is
  /// told elsewhere.
  private func wait(toReceive: Bool, until deadline: Instant) throws(RuntimeError) {
    let limit = min(max(.zero, clock.now.duration(to: deadline)), Self.judgeInterval)
    _ = try attempt { () throws(ZeroMQError) in
      try socket.wait(
        toReceive: toReceive, toSend: !toReceive, orFor: mailbox.descriptor, timeout: limit)
    }
    try socket.judgeConnections(by: &judge)
  }

  private func attempt<Value>(_ body: () throws(ZeroMQError) -> Value) throws(RuntimeError)
    -> Value
  {
    do { return try body() } catch { throw RuntimeError(.environment, error.description) }
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
