import CZeroMQ
import Foundation

/// A frame as ZeroMQ received it: its bytes lie where the library put them until this object goes.
///
/// Sendable as messages of libzmq are: one thread at a time uses it, whichever that is.
public final class IncomingBytes: @unchecked Sendable {
  private let message: UnsafeMutablePointer<zmq_msg_t>

  init() {
    message = .allocate(capacity: 1)
    message.initialize(to: zmq_msg_t())
    zmq_msg_init(message)
  }

  deinit {
    zmq_msg_close(message)
    message.deallocate()
  }

  /// Bytes of the frame.
  public var count: Int { zmq_msg_size(message) }

  /// Calls `body` with the bytes.
  public func withUnsafeBytes<Value>(_ body: (UnsafeRawBufferPointer) -> Value) -> Value {
    body(UnsafeRawBufferPointer(start: zmq_msg_data(message), count: count))
  }

  /// Whether the message has further frames.
  var isMoreToCome: Bool { zmq_msg_more(message) != 0 }

  /// A copy of the bytes.
  var copied: [UInt8] { withUnsafeBytes { Array($0) } }

  /// Reads a frame; false where none is there.
  func receive(by socket: UnsafeMutableRawPointer) throws(ZeroMQError) -> Bool {
    while zmq_msg_recv(message, socket, ZMQ_DONTWAIT) < 0 {
      let code = zmq_errno()
      if code == EINTR { continue }
      guard code == EAGAIN else { throw ZeroMQError("receive", code: code) }
      return false
    }
    return true
  }
}

/// Bytes to send without a copy: ZeroMQ reads them from where they are, and lets go of this object when
/// they are with the system or the connection is gone.
///
/// Sendable though the memory is not guarded: whoever fills it does so before it is sent.
open class OutgoingBytes: @unchecked Sendable {
  /// The memory, which is there as long as this object is.
  public let bytes: UnsafeMutableRawBufferPointer
  /// Bytes to send, from the first.
  public var count: Int

  /// Bytes that the caller keeps alive, and releases when the object goes.
  public init(bytes: UnsafeMutableRawBufferPointer, count: Int) {
    self.bytes = bytes
    self.count = count
  }

  /// Hands the bytes to a socket as the last frame of a message.
  func send(by socket: UnsafeMutableRawPointer) throws(ZeroMQError) {
    var message = zmq_msg_t()
    let owner = Unmanaged.passRetained(self)
    let result = zmq_msg_init_data(
      &message, bytes.baseAddress, count,
      { _, owner in
        guard let owner else { return }
        Unmanaged<OutgoingBytes>.fromOpaque(owner).release()
      }, owner.toOpaque())
    guard result == 0 else {
      owner.release()
      throw ZeroMQError("send", code: zmq_errno())
    }
    while zmq_msg_send(&message, socket, 0) < 0 {
      let code = zmq_errno()
      if code == EINTR { continue }
      zmq_msg_close(&message)
      throw ZeroMQError("send", code: code)
    }
  }
}
