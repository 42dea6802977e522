import CZeroMQ
import Foundation
import SweepModel

/// A worker's socket: it talks to one coordinator and connects again by itself when it comes back.
public final class DealerSocket: ZeroMQSocket {
  private var monitor: MonitorSocket?
  private var endpoint: String?
  /// When a connection ended of which libzmq has not said that it tries again.
  private var lostAt: ContinuousClock.Instant?

  /// Opens a DEALER, plain or with keys.
  public init(_ context: ZeroMQContext, security: SocketSecurity = .plain) throws(ZeroMQError) {
    try super.init(context, type: ZMQ_DEALER, security: security)
    // Nothing is queued for a coordinator that is away: it would get stale news when it comes back.
    try setOption(ZMQ_IMMEDIATE, to: Int32(1), "send on connections only")
    try setOption(ZMQ_RECONNECT_IVL, to: Int32(100), "set the reconnection interval")
    // Doubles up to this, so that many workers do not hammer a coordinator that is away.
    try setOption(ZMQ_RECONNECT_IVL_MAX, to: Int32(2_000), "set the reconnection interval")
    // Without it the kernel decides when to ask again: after 1, 2, 4 … 64 s of silence. A network
    // that was cut for a minute would be used again only a minute after it is back.
    try setOption(ZMQ_CONNECT_TIMEOUT, to: Int32(3_000), "limit connecting")
    // A length that was damaged on its way makes the other side wait for bytes that never come, and
    // swallow what does: only a new connection mends that. ZeroMQ's own threads answer, however busy
    // the coordinator is.
    try setOption(ZMQ_HEARTBEAT_IVL, to: Int32(2_000), "set the transport's heartbeat")
    try setOption(ZMQ_HEARTBEAT_TIMEOUT, to: Int32(5_000), "set the transport's heartbeat")
  }

  /// Connects to an address, whether or not somebody listens there yet.
  public func connect(_ endpoint: String) throws(ZeroMQError) {
    try prepare(for: endpoint)
    try check(zmq_connect(handle, endpoint), "connect to", endpoint: endpoint)
    self.endpoint = endpoint
  }

  /// Keeps what becomes of the connections for ``nextConnectionEvent()``; before ``connect(_:)``.
  public func watchConnections() throws(ZeroMQError) {
    let address = "inproc://connections-of-\(UInt(bitPattern: handle))"
    try startMonitor(at: address)
    monitor = try MonitorSocket(context, address: address)
  }

  /// What became of a connection since the last call; nil where nothing did.
  ///
  /// libzmq does not connect again where the other side sent what is no message of its protocol, as
  /// when bytes change on their way. Then this does.
  public func nextConnectionEvent() throws(ZeroMQError) -> ConnectionEvent? {
    let event = try monitor?.receive()
    switch event {
    case .disconnected: lostAt = .now
    case .retrying, .handshakeSucceeded: lostAt = nil
    case .accepted, .acceptFailed, .denied, .protocolFailed, .handshakeFailed: break
    case nil:
      guard let lostAt, let endpoint, lostAt + Self.patience < .now else { break }
      self.lostAt = nil
      // What is left of the old connection; mostly nothing is.
      _ = zmq_disconnect(handle, endpoint)
      try connect(endpoint)
    }
    return event
  }

  /// libzmq tells at once that it tries again; this is for busy machines.
  private static let patience = Duration.seconds(1)

  /// Reads one message; nil when none is there. A message of several frames, which is none of ours,
  /// is read as an empty one.
  public func receive() throws(ZeroMQError) -> [UInt8]? {
    guard let frames = try receiveFrames() else { return nil }
    return frames.count == 1 ? frames[0] : []
  }

  /// A message of one frame or two.
  public enum Message: Sendable {
    /// One frame.
    case frame([UInt8])
    /// Two frames, the second as it came in.
    case frames([UInt8], IncomingBytes)
    /// Any other number of frames: none of ours.
    case malformed
  }

  /// Reads one message, the second frame of which is not copied; nil when none is there.
  public func receiveMessage() throws(ZeroMQError) -> Message? {
    guard let first = try receiveFrame() else { return nil }
    guard first.isMoreToCome else { return .frame(first.copied) }
    // All frames of a message arrive together.
    guard let second = try receiveFrame() else { return .malformed }
    guard second.isMoreToCome else { return .frames(first.copied, second) }
    while let next = try receiveFrame(), next.isMoreToCome {}
    return .malformed
  }

  private func receiveFrame() throws(ZeroMQError) -> IncomingBytes? {
    let frame = IncomingBytes()
    return try frame.receive(by: handle) ? frame : nil
  }

  /// Sends one frame without waiting; false where there is no connection or its queue is full.
  public func send(_ frame: [UInt8]) throws(ZeroMQError) -> Bool {
    switch sendFrame(frame, more: false) {
    case nil: true
    case EAGAIN?: false
    case let code?: throw ZeroMQError("send", code: code)
    }
  }
}
