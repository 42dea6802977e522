import Foundation
import Testing

/// A TCP socket of the loopback interface that listens.
final class LoopbackListener {
  private let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
  private var address = sockaddr_in()
  private var size = socklen_t(MemoryLayout<sockaddr_in>.size)

  /// Both ends of a connection, which ends with it.
  final class Pair {
    /// The end that was accepted.
    let own: Int32
    /// The end that connected.
    let other: Int32

    fileprivate init(own: Int32, other: Int32) {
      self.own = own
      self.other = other
    }

    deinit {
      close(own)
      close(other)
    }
  }

  init() throws {
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = in_addr_t(0x7f00_0001).bigEndian
    let isListening = withAddress { pointer, size in
      bind(descriptor, pointer, size.pointee) == 0 && listen(descriptor, 64) == 0
        && getsockname(descriptor, pointer, size) == 0
    }
    try #require(isListening)
  }

  deinit { close(descriptor) }

  /// A new connection.
  func connect() throws -> Pair {
    let other = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    let isConnected = withAddress { Foundation.connect(other, $0, $1.pointee) == 0 }
    try #require(isConnected)
    return Pair(own: accept(descriptor, nil, nil), other: other)
  }

  private func withAddress<Result>(
    _ body: (UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> Result
  ) -> Result {
    withUnsafeMutablePointer(to: &address) { pointer in
      withUnsafeMutablePointer(to: &size) { size in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, size) }
      }
    }
  }
}
