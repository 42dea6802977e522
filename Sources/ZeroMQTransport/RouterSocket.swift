import CZeroMQ
import Foundation
import SweepModel

/// The coordinator's socket: it talks to many peers, each by its routing id.
public final class RouterSocket: ZeroMQSocket {
  /// Whether every peer must have proved a key.
  private let requiresKeys: Bool

  /// Opens a ROUTER, plain or with keys, whose connections `gate` watches.
  ///
  /// - Precondition: with keys, the gate is of the same context: without one nobody is let in.
  public init(_ context: ZeroMQContext, security: SocketSecurity = .plain, gate: Gate? = nil)
    throws(ZeroMQError)
  {
    if case .plain = security { requiresKeys = false } else { requiresKeys = true }
    try super.init(context, type: ZMQ_ROUTER, security: security)
    try setOption(ZMQ_RCVHWM, to: Self.inboundMessages, "limit a peer's queue")
    try setOption(ZMQ_SNDHWM, to: Self.outboundMessages, "limit a peer's queue")
    if gate != nil { try startMonitor(at: Gate.monitorAddress) }
    // Without it a message to a peer that is not there is lost in silence.
    try setOption(ZMQ_ROUTER_MANDATORY, to: Int32(1), "require known peers")
    try setOption(ZMQ_ROUTER_HANDOVER, to: Int32(1), "let peers come back")
    try setOption(ZMQ_BACKLOG, to: Int32(4_096), "set the backlog")
  }

  /// Messages of one peer that wait to be read; then its connection is read no further, nor are its
  /// transport's heartbeats, so that it must be more than a worker says while the store is slow.
  private static let inboundMessages: Int32 = 32
  /// Messages that wait for one peer; then it does not read, and is forgotten until it says hello.
  private static let outboundMessages: Int32 = 256

  /// Listens at an address such as `tcp://127.0.0.1:5555` (port `*` for any free one) or `ipc://PATH`.
  ///
  /// Returns the address as the system completed it.
  public func bind(_ endpoint: String) throws(ZeroMQError) -> String {
    try prepare(for: endpoint)
    try check(zmq_bind(handle, endpoint), "listen at", endpoint: endpoint)
    var size = 1_024
    var buffer = [CChar](repeating: 0, count: size)
    try check(
      zmq_getsockopt(handle, ZMQ_LAST_ENDPOINT, &buffer, &size), "name the address of",
      endpoint: endpoint)
    return String(
      decoding: buffer.prefix(max(size - 1, 0)).map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  /// A message as it came in.
  public struct Reception: Hashable, Sendable {
    /// The sender's routing id.
    public let routingID: [UInt8]
    /// The key that the sender has proved to own; nil without keys.
    public let key: CurvePublicKey?
    /// The connection that it came by; negative where the library does not tell.
    public let descriptor: Int32
    /// Bytes of the message.
    public let size: Int
    /// The message; nil where the sender did not send exactly one frame, or it was not wanted.
    public let frame: [UInt8]?
  }

  /// Reads one message; nil when none is there.
  ///
  /// `isWanted` sees who sent how much, before it is copied: what is not wanted costs next to nothing.
  public func receive(where isWanted: (Reception) -> Bool = { _ in true }) throws(ZeroMQError)
    -> Reception?
  {
    while true {
      var sender = zmq_msg_t()
      guard try receive(&sender) else { return nil }
      defer { zmq_msg_close(&sender) }
      let routingID = bytes(of: &sender)
      guard zmq_msg_more(&sender) != 0 else { continue }
      var body = zmq_msg_t()
      guard try receive(&body) else { return nil }
      defer { zmq_msg_close(&body) }
      let isOneFrame = zmq_msg_more(&body) == 0
      if !isOneFrame { try skipRest() }
      let key = key(of: &body)
      if requiresKeys, key == nil { continue }
      let header = Reception(
        routingID: routingID, key: key, descriptor: zmq_msg_get(&body, ZMQ_SRCFD),
        size: zmq_msg_size(&body), frame: nil)
      guard isOneFrame, isWanted(header) else { return header }
      return Reception(
        routingID: routingID, key: key, descriptor: header.descriptor, size: header.size,
        frame: bytes(of: &body))
    }
  }

  /// Reads one frame; false where none is there.
  private func receive(_ message: inout zmq_msg_t) throws(ZeroMQError) -> Bool {
    zmq_msg_init(&message)
    while zmq_msg_recv(&message, handle, ZMQ_DONTWAIT) < 0 {
      let code = zmq_errno()
      if code == EINTR { continue }
      zmq_msg_close(&message)
      guard code == EAGAIN else { throw ZeroMQError("receive", code: code) }
      return false
    }
    return true
  }

  private func skipRest() throws(ZeroMQError) {
    var isMore = true
    while isMore {
      var frame = zmq_msg_t()
      guard try receive(&frame) else { return }
      isMore = zmq_msg_more(&frame) != 0
      zmq_msg_close(&frame)
    }
  }

  private func bytes(of message: inout zmq_msg_t) -> [UInt8] {
    Array(UnsafeRawBufferPointer(start: zmq_msg_data(&message), count: zmq_msg_size(&message)))
  }

  private func key(of message: inout zmq_msg_t) -> CurvePublicKey? {
    guard requiresKeys, let text = zmq_msg_gets(&message, "User-Id") else { return nil }
    let characters = UnsafeRawBufferPointer(start: text, count: strlen(text))
    return Z85.bytes(characters).flatMap(CurvePublicKey.init(bytes:))
  }

  /// What became of a message that was to be sent.
  public enum Sending: Hashable, Sendable {
    /// ZeroMQ has taken it.
    case sent
    /// That peer is gone.
    case unreachable
    /// That peer does not read: its queue is full.
    case queueFull
  }

  /// Sends one frame to a peer without waiting.
  public func send(_ frame: [UInt8], to routingID: [UInt8]) throws(ZeroMQError) -> Sending {
    for (bytes, more) in [(routingID, true), (frame, false)] {
      switch sendFrame(bytes, more: more) {
      case nil: continue
      case EHOSTUNREACH?: return .unreachable
      case EAGAIN?: return .queueFull
      case let code?: throw ZeroMQError("send", code: code)
      }
    }
    return .sent
  }

  /// Sends a message of two frames to a peer without waiting, the second without copying its bytes.
  public func send(
    _ header: [UInt8], _ body: OutgoingBytes, to routingID: [UInt8]
  ) throws(ZeroMQError) -> Sending {
    for bytes in [routingID, header] {
      switch sendFrame(bytes, more: true) {
      case nil: continue
      case EHOSTUNREACH?: return .unreachable
      case EAGAIN?: return .queueFull
      case let code?: throw ZeroMQError("send", code: code)
      }
    }
    try body.send(by: handle)
    return .sent
  }
}
