import CZeroMQ
import Foundation
import SweepModel

/// A ZeroMQ context: the threads that move bytes. Sockets keep theirs alive.
///
/// Sendable as the library says of contexts: any thread may make its own sockets in it.
public final class ZeroMQContext: @unchecked Sendable {
  let handle: UnsafeMutableRawPointer

  /// Starts a context with room for `sockets` sockets: one is enough for a coordinator, whatever the
  /// number of its connections, but not for a test that plays two thousand workers.
  public init(sockets: Int = 1_023) throws(ZeroMQError) {
    guard let handle = zmq_ctx_new() else { throw ZeroMQError("start ZeroMQ") }
    self.handle = handle
    let most = Int(zmq_ctx_get(handle, ZMQ_SOCKET_LIMIT))
    try check(
      zmq_ctx_set(handle, ZMQ_MAX_SOCKETS, Int32(min(sockets, most))), "make room for sockets")
  }

  deinit { zmq_ctx_term(handle) }

  /// The version of the library, such as `4.3.4`.
  public static var libraryVersion: String {
    var (major, minor, patch): (Int32, Int32, Int32) = (0, 0, 0)
    zmq_version(&major, &minor, &patch)
    return "\(major).\(minor).\(patch)"
  }
}

/// What a socket of either kind does: options, polling, frames.
///
/// A socket belongs to the thread that made it, as ZeroMQ demands; hence it is not `Sendable`.
public class ZeroMQSocket {
  let context: ZeroMQContext
  let handle: UnsafeMutableRawPointer

  init(_ context: ZeroMQContext, type: Int32, security: SocketSecurity = .plain)
    throws(ZeroMQError)
  {
    self.context = context
    guard let handle = zmq_socket(context.handle, type) else { throw ZeroMQError("open a socket") }
    self.handle = handle
    // Unlimited by default: a peer could make us allocate anything.
    try setOption(ZMQ_MAXMSGSIZE, to: Int64(Limits.messageBytes), "limit messages")
    try setOption(ZMQ_TCP_KEEPALIVE, to: Int32(1), "keep connections alive")
    // Never 0, which would throw away what waits to be sent; bounded, so that a process can end
    // though its peer is gone.
    try setOption(ZMQ_LINGER, to: Int32(2_000), "set the linger")
    // Who connects and does not finish a handshake is let go.
    try setOption(ZMQ_HANDSHAKE_IVL, to: Self.handshakeMilliseconds, "limit handshakes")
    try apply(security)
  }

  /// Long enough for ten thousand peers that all come back at once.
  private static let handshakeMilliseconds: Int32 = 15_000

  deinit { zmq_close(handle) }

  /// Allows IPv6 for an address that is one; for others it would turn 127.0.0.1 into
  /// [::ffff:127.0.0.1], which nobody wrote.
  func prepare(for endpoint: String) throws(ZeroMQError) {
    try setOption(ZMQ_IPV6, to: Int32(endpoint.contains("[") ? 1 : 0), "choose IPv4 or IPv6")
  }

  func setOption<Value: BitwiseCopyable>(_ option: Int32, to value: Value, _ operation: String)
    throws(ZeroMQError)
  {
    var value = value
    try check(zmq_setsockopt(handle, option, &value, MemoryLayout<Value>.size), operation)
  }

  /// Waits until a message can be read or sent, as far as either is wanted, or `descriptor` can
  /// be read or is closed, or `timeout` is over.
  ///
  /// Returns early, with nothing ready, when a signal arrives.
  public func wait(
    toReceive wantsToReceive: Bool = true, toSend wantsToSend: Bool = false,
    orFor descriptor: Int32, timeout: Duration
  ) throws(ZeroMQError) -> Readiness {
    let events = Int16((wantsToReceive ? ZMQ_POLLIN : 0) | (wantsToSend ? ZMQ_POLLOUT : 0))
    return try Self.poll(
      zmq_pollitem_t(socket: handle, fd: 0, events: events, revents: 0), orFor: descriptor,
      timeout: timeout)
  }

  /// Waits until `descriptor` can be read or is closed, or `timeout` is over: for who has no socket yet.
  public static func wait(forDescriptor descriptor: Int32, timeout: Duration) throws(ZeroMQError)
    -> Readiness
  {
    try poll(nil, orFor: descriptor, timeout: timeout)
  }

  private static func poll(
    _ socket: zmq_pollitem_t?, orFor descriptor: Int32, timeout: Duration
  ) throws(ZeroMQError) -> Readiness {
    let (seconds, attoseconds) = timeout.components
    // Rounded up: a wait of less than a millisecond must not become a busy loop.
    let milliseconds = seconds * 1_000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
    var items = [
      zmq_pollitem_t(socket: nil, fd: descriptor, events: Int16(ZMQ_POLLIN), revents: 0)
    ]
    if let socket { items.append(socket) }
    let result = zmq_poll(&items, Int32(items.count), Int(clamping: max(0, milliseconds)))
    if result < 0 {
      let code = zmq_errno()
      guard code == EINTR else { throw ZeroMQError("poll", code: code) }
      return Readiness(message: false, sending: false, descriptor: false)
    }
    let events = items.count > 1 ? items[1].revents : 0
    return Readiness(
      message: events & Int16(ZMQ_POLLIN) != 0, sending: events & Int16(ZMQ_POLLOUT) != 0,
      descriptor: items[0].revents != 0)
  }

  /// What can be done.
  public struct Readiness: Hashable, Sendable {
    /// A message is there.
    public let message: Bool
    /// A message can be sent.
    public let sending: Bool
    /// The descriptor has bytes or is closed.
    public let descriptor: Bool
  }

  /// Reads one message of any number of frames; nil when none is there.
  func receiveFrames(atMost limit: Int = mostFrames) throws(ZeroMQError) -> [[UInt8]]? {
    var frames: [[UInt8]] = []
    while true {
      var message = zmq_msg_t()
      zmq_msg_init(&message)
      defer { zmq_msg_close(&message) }
      if zmq_msg_recv(&message, handle, ZMQ_DONTWAIT) < 0 {
        let code = zmq_errno()
        if code == EINTR { continue }
        guard code == EAGAIN else { throw ZeroMQError("receive", code: code) }
        return nil
      }
      let bytes = UnsafeRawBufferPointer(
        start: zmq_msg_data(&message), count: zmq_msg_size(&message))
      // Surplus frames are read, so that the next message begins at its beginning, but not kept.
      if frames.count < limit { frames.append(Array(bytes)) }
      if zmq_msg_more(&message) == 0 { return frames }
    }
  }

  static let mostFrames = 3

  /// Sends one frame without waiting; returns ZeroMQ's error number where it is not taken.
  func sendFrame(_ bytes: [UInt8], more: Bool) -> Int32? {
    while true {
      let result = zmq_send(handle, bytes, bytes.count, ZMQ_DONTWAIT | (more ? ZMQ_SNDMORE : 0))
      if result >= 0 { return nil }
      let code = zmq_errno()
      if code != EINTR { return code }
    }
  }
}
