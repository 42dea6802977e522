import CZeroMQ
import Foundation

/// The thread that decides who is let in and watches the connections of a coordinator's socket.
///
/// It answers libzmq's questions about keys (ZAP) at the one address of a context where they are
/// asked. It is there before the socket listens, and where it ends nobody is let in any more.
public final class Gate: @unchecked Sendable {
  // Safe: the descriptor is set once and its use is guarded by the library's own rules for pipes.

  /// What the gate asks and tells, all of it on its own thread.
  public struct Duties: Sendable {
    /// Whether a connection is let in.
    public var admit: @Sendable (AuthenticationRequest) -> AuthenticationRequest.Answer
    /// Something became of a connection.
    public var note: @Sendable (ConnectionEvent) -> Void
    /// Time has passed: at least once an interval, and once before anybody is let in.
    public var tick: @Sendable () -> Void
    /// The gate has ended though nobody closed it.
    public var failed: @Sendable (ZeroMQError) -> Void

    /// All duties.
    public init(
      admit: @escaping @Sendable (AuthenticationRequest) -> AuthenticationRequest.Answer,
      note: @escaping @Sendable (ConnectionEvent) -> Void, tick: @escaping @Sendable () -> Void,
      failed: @escaping @Sendable (ZeroMQError) -> Void
    ) {
      self.admit = admit
      self.note = note
      self.tick = tick
      self.failed = failed
    }
  }

  /// Where libzmq asks for authentication, in every context.
  private static let authenticationAddress = "inproc://zeromq.zap.01"
  /// Where the monitor of the coordinator's socket speaks.
  static let monitorAddress = "inproc://connections"

  private let stopDescriptor: Int32
  private let ended = DispatchSemaphore(value: 0)

  /// Starts the thread; it answers when this returns.
  ///
  /// - Throws: `ZeroMQError` where its sockets cannot be had.
  public init(_ context: ZeroMQContext, interval: Duration, duties: Duties) throws(ZeroMQError) {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { throw ZeroMQError("open a pipe", code: errno) }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    stopDescriptor = ends[1]
    let started = DispatchSemaphore(value: 0)
    let outcome = Outcome()
    let (stop, ended) = (ends[0], ended)
    let thread = Thread {
      defer {
        close(stop)
        ended.signal()
      }
      do throws(ZeroMQError) {
        let booth: Booth
        do throws(ZeroMQError) {
          booth = try Booth(context, duties: duties, stop: stop)
        } catch {
          outcome.error = error
          started.signal()
          return
        }
        duties.tick()
        started.signal()
        try booth.serve(interval: interval)
      } catch {
        duties.failed(error)
      }
    }
    thread.name = "gate"
    thread.stackSize = 1 << 20
    thread.start()
    started.wait()
    if let error = outcome.error { throw error }
  }

  /// Ends the thread and waits for its end: from then on nobody is let in.
  deinit {
    close(stopDescriptor)
    ended.wait()
  }

  private final class Outcome: @unchecked Sendable {
    // Safe: written before the semaphore is signalled, read after.
    var error: ZeroMQError?
  }

  /// The sockets of the thread.
  private final class Booth {
    private let questions: AnswerSocket
    private let monitor: MonitorSocket
    private let duties: Duties
    private let stop: Int32

    init(_ context: ZeroMQContext, duties: Duties, stop: Int32) throws(ZeroMQError) {
      questions = try AnswerSocket(context, address: Gate.authenticationAddress)
      monitor = try MonitorSocket(context, address: Gate.monitorAddress)
      self.duties = duties
      self.stop = stop
    }

    func serve(interval: Duration) throws(ZeroMQError) {
      let clock = ContinuousClock()
      var nextTick = clock.now + interval
      while true {
        var items = [
          zmq_pollitem_t(socket: questions.handle, fd: 0, events: Int16(ZMQ_POLLIN), revents: 0),
          zmq_pollitem_t(socket: monitor.handle, fd: 0, events: Int16(ZMQ_POLLIN), revents: 0),
          zmq_pollitem_t(socket: nil, fd: stop, events: Int16(ZMQ_POLLIN), revents: 0),
        ]
        let rest = clock.now.duration(to: nextTick).components
        let milliseconds = rest.seconds * 1_000 + rest.attoseconds / 1_000_000_000_000_000 + 1
        if zmq_poll(&items, Int32(items.count), Int(max(0, milliseconds))) < 0 {
          let code = zmq_errno()
          guard code == EINTR else { throw ZeroMQError("poll", code: code) }
        }
        if items[2].revents != 0 { return }
        while let event = try monitor.receive() { duties.note(event) }
        while let frames = try questions.receive() { try answer(frames) }
        if nextTick <= clock.now {
          duties.tick()
          nextTick = clock.now + interval
        }
      }
    }

    private func answer(_ frames: [[UInt8]]) throws(ZeroMQError) {
      guard let request = AuthenticationRequest(frames: frames) else {
        try questions.send(AuthenticationRequest.answerToNonsense)
        return
      }
      let answer = request.key == nil ? .denied : duties.admit(request)
      try questions.send(request.frames(of: answer))
    }
  }
}

/// A REP: it gets questions and answers each.
private final class AnswerSocket: ZeroMQSocket {
  init(_ context: ZeroMQContext, address: String) throws(ZeroMQError) {
    try super.init(context, type: ZMQ_REP)
    try check(zmq_bind(handle, address), "listen at", endpoint: address)
  }

  func receive() throws(ZeroMQError) -> [[UInt8]]? { try receiveFrames(atMost: 16) }

  func send(_ frames: [[UInt8]]) throws(ZeroMQError) {
    for (position, frame) in frames.enumerated() {
      if let code = sendFrame(frame, more: position + 1 < frames.count) {
        throw ZeroMQError("answer a question about a key", code: code)
      }
    }
  }
}
