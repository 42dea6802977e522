import Foundation
import Scheduling
import ZeroMQTransport

/// A worker's or client's way to its coordinator: a socket that is replaced where the access file names
/// another address.
///
/// libzmq connects again and again by itself to one address. A coordinator that a scheduler started
/// again may be at another one, so that the access file is read whenever there is no connection.
///
/// Used by one thread.
final class CoordinatorLink {
  /// Which coordinator.
  let target: CoordinatorTarget
  private let reader: AccessFileReader?
  private let report: (String) -> Void
  /// Whether a key that is not let in is tried again and again.
  private let waitsForAdmission: Bool
  // One for all sockets: to end it would wait for what the last one has still to send.
  private let context: ZeroMQContext
  private var connection: (socket: DealerSocket, endpoint: String, judge: HandshakeJudge)?
  private var isConnected = false
  private var wasConnected = false
  /// What is wrong with the access file, and with the connection.
  private var fileProblem: RuntimeError?
  private var connectionProblem: RuntimeError?
  private var reported: Set<String> = []
  private var nextLook = Instant(.zero)
  private var lookInterval = shortestLook
  /// When the access file began to be malformed.
  private var malformedSince: Instant?

  /// Why the key was not let in, since it was last; nil where it was.
  private(set) var denial: RuntimeError?
  /// Where it was not let in, and when it is tried again.
  private var retry: (endpoint: String, at: Instant)?
  private var retryInterval = shortestRetry

  private static let shortestRetry = Duration.seconds(1)
  private static let longestRetry = Duration.seconds(30)
  private static let shortestLook = Duration.milliseconds(250)
  /// Many workers look at one file, perhaps on a file server.
  private static let longestLook = Duration.seconds(2)
  /// A file that is copied to its place instead of being renamed is incomplete for less.
  private static let copyTime = Duration.seconds(2)
  /// Different problems that are reported.
  private static let mostReported = 100

  /// Connects where the address is known, whether or not somebody listens there yet.
  ///
  /// - Parameters:
  ///   - waitsForAdmission: Whether a key that the coordinator does not let in is tried again and again: its
  ///     owner may be about to allow it.
  ///   - report: Called with a line, once for each, when the coordinator cannot be reached for a reason that
  ///     the user can remove.
  /// - Throws: ``RuntimeError`` where the address cannot be one, or the keys cannot be used.
  init(
    _ target: CoordinatorTarget, waitsForAdmission: Bool = false,
    report: @escaping (String) -> Void = { _ in }
  ) throws(RuntimeError) {
    self.target = target
    self.waitsForAdmission = waitsForAdmission
    self.report = report
    do { context = try ZeroMQContext() } catch {
      throw RuntimeError(.environment, error.description)
    }
    switch target.location {
    case .address(let endpoint):
      reader = nil
      connection = try connect(to: endpoint)
    case .accessFile(let path):
      reader = AccessFileReader(
        path: path, keys: target.keys, isInsecureAllowed: target.isInsecureAllowed)
    }
  }

  /// Where the coordinator is, for messages.
  var place: String {
    switch (target.location, connection?.endpoint) {
    case (.address(let endpoint), _): endpoint
    case (.accessFile(let path), let endpoint?): "\(endpoint) (from \(path))"
    case (.accessFile(let path), nil): "the address in \(path)"
    }
  }

  /// Looks at what became of the connection, and at the access file where there is none.
  ///
  /// Returns whether the coordinator has another address than before: whatever was said to it has to be
  /// said again.
  ///
  /// - Throws: ``RuntimeError`` where there is no hope of being let in.
  func update(at now: Instant) throws(RuntimeError) -> Bool {
    try judgeConnection(at: now)
    if let retry, retry.at <= now {
      self.retry = nil
      if connection == nil {
        connection = try connect(to: retry.endpoint)
        return true
      }
    }
    guard let reader, !isConnected, nextLook <= now else { return false }
    nextLook = now.advanced(by: lookInterval)
    lookInterval = min(lookInterval * 2, Self.longestLook)
    let advice = reader.read()
    fileProblem = nil
    if case .lookAgain = advice {} else { malformedSince = nil }
    switch advice {
    case .connect(let endpoint):
      guard endpoint != connection?.endpoint, endpoint != retry?.endpoint else { return false }
      connectionProblem = nil
      connection = try connect(to: endpoint)
      lookInterval = Self.shortestLook
      return true
    case .waitForFile: break
    case .waitForAnother(let error):
      fileProblem = error
      reportOnce(error)
    case .lookAgain(let error):
      fileProblem = error
      let since = malformedSince ?? now
      malformedSince = since
      if since.advanced(by: Self.copyTime) <= now { try giveUp(error) }
    case .giveUp(let error): try giveUp(error)
    }
    return false
  }

  /// Sends one frame without waiting; false where there is no connection or its queue is full.
  func send(_ frame: [UInt8]) throws(RuntimeError) -> Bool {
    do { return try connection?.socket.send(frame) ?? false } catch {
      throw RuntimeError(.environment, error.description)
    }
  }

  /// Reads one message; nil when none is there.
  func receive() throws(RuntimeError) -> [UInt8]? {
    do { return try connection?.socket.receive() } catch {
      throw RuntimeError(.environment, error.description)
    }
  }

  /// Reads one message, of which a chunk of a data file is not copied; nil when none is there.
  func receiveMessage() throws(RuntimeError) -> DealerSocket.Message? {
    do { return try connection?.socket.receiveMessage() } catch {
      throw RuntimeError(.environment, error.description)
    }
  }

  /// Waits until a message can be read or sent, as far as either is wanted, or `descriptor` can be read, or
  /// `timeout` is over.
  func wait(
    toReceive: Bool = true, toSend: Bool, orFor descriptor: Int32, timeout: Duration
  ) throws(RuntimeError) -> ZeroMQSocket.Readiness {
    do {
      if let socket = connection?.socket {
        return try socket.wait(
          toReceive: toReceive, toSend: toSend, orFor: descriptor, timeout: timeout)
      }
      return try ZeroMQSocket.wait(forDescriptor: descriptor, timeout: timeout)
    } catch {
      throw RuntimeError(.environment, error.description)
    }
  }

  /// What a client says that has waited for so long.
  func silence(seconds: Int64) -> RuntimeError {
    if !isConnected, let problem = fileProblem ?? connectionProblem { return problem }
    guard let endpoint = connection?.endpoint else {
      return RuntimeError(
        .environment,
        "no coordinator within \(seconds) s: \(place.dropFirst("the address in ".count)) is not there. "
          + "A coordinator that ends removes it: `seedsweep report --store …` shows what it has recorded. Else "
          + "start one with `seedsweep coordinator --access …`, or correct the path")
    }
    guard case .accessFile(let path) = target.location else {
      return RuntimeError(
        .environment,
        "no coordinator answers at \(endpoint) within \(seconds) s: start one with "
          + "`seedsweep coordinator --listen …`, or correct the address")
    }
    return RuntimeError(
      .environment,
      "no coordinator answers at \(endpoint), which \(path) names, within \(seconds) s: it has ended "
        + "without removing the file, or cannot be reached from here")
  }

  private func connect(to endpoint: String) throws(RuntimeError) -> (
    socket: DealerSocket, endpoint: String, judge: HandshakeJudge
  ) {
    isConnected = false
    do {
      let socket = try DealerSocket(context, security: target.keys?.security ?? .plain)
      try socket.watchConnections()
      try socket.connect(endpoint)
      return (socket, endpoint, HandshakeJudge(endpoint: endpoint, keys: target.keys))
    } catch {
      throw RuntimeError(badAddress: error)
    }
  }

  private func judgeConnection(at now: Instant) throws(RuntimeError) {
    while let event = try nextEvent() {
      switch event {
      case .handshakeSucceeded:
        isConnected = true
        wasConnected = true
        connectionProblem = nil
        denial = nil
        retryInterval = Self.shortestRetry
      case .disconnected:
        guard isConnected else { break }
        isConnected = false
        lookInterval = Self.shortestLook
        nextLook = now
      case .accepted, .acceptFailed, .retrying, .denied, .protocolFailed, .handshakeFailed: break
      }
      guard let error = connection?.judge.take(event) else { continue }
      // Only the coordinator that is meant can deny a key. Anything else may listen where an access file
      // was left behind.
      if case .denied = event {
        guard waitsForAdmission else { throw error }
        return waitForAdmission(error, at: now)
      }
      if reader == nil { throw error }
      connectionProblem = error
      reportOnce(error)
      // It counts anew: whatever listens there may be replaced.
      let endpoint = connection?.endpoint ?? ""
      connection?.judge = HandshakeJudge(endpoint: endpoint, keys: target.keys)
    }
  }

  /// Ends the connection and tries again later: libzmq would at once, ten times a second.
  private func waitForAdmission(_ error: RuntimeError, at now: Instant) {
    denial = error
    guard let endpoint = connection?.endpoint else { return }
    connection = nil
    isConnected = false
    retry = (endpoint, now.advanced(by: retryInterval))
    retryInterval = min(retryInterval * 2, Self.longestRetry)
    let problem = RuntimeError(error.kind, "\(error.message); trying again until it does")
    connectionProblem = problem
    reportOnce(problem)
  }

  private func nextEvent() throws(RuntimeError) -> ConnectionEvent? {
    do { return try connection?.socket.nextConnectionEvent() } catch {
      throw RuntimeError(.environment, error.description)
    }
  }

  private func reportOnce(_ error: RuntimeError) {
    guard reported.count < Self.mostReported, reported.insert(error.message).inserted else {
      return
    }
    report(error.message)
  }

  /// Ends what has not begun. Whoever was connected may hold results, and waits for a better file.
  private func giveUp(_ error: RuntimeError) throws(RuntimeError) {
    guard wasConnected else { throw error }
    fileProblem = error
    reportOnce(error)
  }
}
