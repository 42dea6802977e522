import CZeroMQ
import Foundation

/// What becomes of the connections below a socket, as libzmq's monitor tells it.
public enum ConnectionEvent: Hashable, Sendable {
  /// Somebody connected; the descriptor is the connection's.
  case accepted(descriptor: Int32)
  /// A connection could not be accepted, with the system's error number, such as EMFILE.
  case acceptFailed(code: Int32)
  /// A connection ended.
  case disconnected(descriptor: Int32)
  /// It will be tried again to connect.
  case retrying
  /// The two sides understand and believe each other.
  case handshakeSucceeded
  /// The other side does not let this key in; the status is ZAP's, such as 400.
  case denied(status: Int32)
  /// The other side speaks another protocol or uses keys where this one does not.
  case protocolFailed(code: Int32)
  /// The connection ended before both sides had understood each other.
  case handshakeFailed(code: Int32)

  /// Everything that is told.
  static let all =
    ZMQ_EVENT_ACCEPTED | ZMQ_EVENT_ACCEPT_FAILED | ZMQ_EVENT_DISCONNECTED
    | ZMQ_EVENT_CONNECT_RETRIED | ZMQ_EVENT_HANDSHAKE_SUCCEEDED | ZMQ_EVENT_HANDSHAKE_FAILED_AUTH
    | ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL | ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL

  /// Reads a monitor's message: the event, 2 bytes, and its value, 4 bytes, in the machine's order;
  /// then the address. Nil for anything else.
  public init?(frames: [[UInt8]]) {
    guard let first = frames.first, first.count == 6 else { return nil }
    let (event, value) = first.withUnsafeBytes {
      (
        Int32($0.loadUnaligned(as: UInt16.self)),
        $0.loadUnaligned(fromByteOffset: 2, as: Int32.self)
      )
    }
    switch event {
    case ZMQ_EVENT_ACCEPTED: self = .accepted(descriptor: value)
    case ZMQ_EVENT_ACCEPT_FAILED: self = .acceptFailed(code: value)
    case ZMQ_EVENT_DISCONNECTED: self = .disconnected(descriptor: value)
    case ZMQ_EVENT_CONNECT_RETRIED: self = .retrying
    case ZMQ_EVENT_HANDSHAKE_SUCCEEDED: self = .handshakeSucceeded
    case ZMQ_EVENT_HANDSHAKE_FAILED_AUTH: self = .denied(status: value)
    case ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL: self = .protocolFailed(code: value)
    case ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL: self = .handshakeFailed(code: value)
    default: return nil
    }
  }

  /// Whether the two sides use different mechanisms: keys on one side only.
  public var isOtherMechanism: Bool {
    if case .protocolFailed(code: ZMQ_PROTOCOL_ERROR_ZMTP_MECHANISM_MISMATCH) = self { return true }
    return false
  }
}

/// The end of a monitor's wire that is read.
final class MonitorSocket: ZeroMQSocket {
  /// Connects to the monitor of another socket of this context.
  init(_ context: ZeroMQContext, address: String) throws(ZeroMQError) {
    try super.init(context, type: ZMQ_PAIR)
    // libzmq's own thread would wait for us where this queue were full, and with it all connections.
    try setOption(ZMQ_RCVHWM, to: Int32(0), "read a monitor")
    try check(zmq_connect(handle, address), "read a monitor", endpoint: address)
  }

  /// The next event; nil where none waits.
  func receive() throws(ZeroMQError) -> ConnectionEvent? {
    while let frames = try receiveFrames() {
      if let event = ConnectionEvent(frames: frames) { return event }
    }
    return nil
  }
}

extension ZeroMQSocket {
  /// Has libzmq tell what becomes of the connections of this socket, at an address of its context.
  func startMonitor(at address: String) throws(ZeroMQError) {
    try check(
      zmq_socket_monitor(handle, address, ConnectionEvent.all), "watch the connections")
  }
}
