import CZeroMQ
import Foundation
import SweepModel

/// The coordinator's socket: it talks to many peers, each by its routing id.
public final class RouterSocket: ZeroMQSocket {
  /// Opens a ROUTER.
  public init(_ context: ZeroMQContext) throws(ZeroMQError) {
    try super.init(context, type: ZMQ_ROUTER)
    // Without it a message to a peer that is not there is lost in silence.
    try setOption(ZMQ_ROUTER_MANDATORY, to: Int32(1), "require known peers")
    try setOption(ZMQ_ROUTER_HANDOVER, to: Int32(1), "let peers come back")
    try setOption(ZMQ_BACKLOG, to: Int32(4_096), "set the backlog")
  }

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
    /// The message; nil where the sender did not send exactly one frame.
    public let frame: [UInt8]?
  }

  /// Reads one message; nil when none is there.
  public func receive() throws(ZeroMQError) -> Reception? {
    guard let frames = try receiveFrames(), let routingID = frames.first else { return nil }
    return Reception(routingID: routingID, frame: frames.count == 2 ? frames[1] : nil)
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
}
