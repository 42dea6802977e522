import Foundation
import Scheduling
import SweepModel
import Synchronization
import ZeroMQTransport

/// The TCP connections below a coordinator's socket, and which of them have said something sensible.
///
/// It keeps strangers from taking what workers need: connections beyond the number that the process
/// can serve are closed at once, instead of failing in `accept` for ever; and so are those that send
/// much, or nothing, before their first message has come through, and those from where too many came
/// that did not stay.
final class ConnectionTable: Sendable {
  private struct Connection {
    let acceptedAt: Instant
    let address: BriefConnections.Address?
    /// Whether a message of it has been read.
    var isKnown = false
    /// What was read of it, at most: bytes as the system counts them, what libzmq adds among them.
    var bytesRead: UInt64 = 0
  }

  private struct State {
    var connections: [Int32: Connection] = [:]
    var brief = BriefConnections()
    var refused: UInt64 = 0
    var acceptFailures: UInt64 = 0
    var ticks: UInt64 = 0
  }

  private let most: Int
  private let clock = MonotonicClock()
  private let state = Mutex(State())

  /// Bytes that a connection may send before its first message is read. A hello with all its leases
  /// is far smaller.
  static let unknownBytes: UInt64 = 1 << 20
  /// Bytes that may wait to be read of a connection whose messages are read: libzmq's own limit counts
  /// messages, whatever their size. A worker holds 16 results at most, of half that limit each.
  static let unreadBytes = UInt64(10 * Limits.messageBytes)
  /// More than libzmq adds to a message for its frames and for keys.
  private static let messageOverhead: UInt64 = 192
  /// Ticks from one look at all connections to the next.
  private static let ticksPerRound: UInt64 = 4
  /// How long a connection may say nothing that is read.
  static let patience = Duration.seconds(60)

  /// A table of at most `most` connections.
  init(most: Int) { self.most = most }

  /// What was turned away so far, and how often the system refused a connection.
  var refusals: (refused: UInt64, acceptFailures: UInt64) {
    state.withLock { ($0.refused, $0.acceptFailures) }
  }

  /// The connections that are open.
  var count: Int { state.withLock { $0.connections.count } }

  /// Follows what the monitor tells.
  func note(_ event: ConnectionEvent) {
    switch event {
    case .accepted(let descriptor):
      let now = clock.now
      let connection = Connection(
        acceptedAt: now, address: BriefConnections.Address(descriptor: descriptor))
      let isKept = state.withLock { state in
        state.connections[descriptor] = connection
        let isWelcome = connection.address.map { state.brief.isWelcome($0, at: now) } ?? true
        if isWelcome, state.connections.count <= most { return true }
        state.refused += 1
        return false
      }
      if !isKept { Self.end(descriptor) }
    case .disconnected(let descriptor):
      let now = clock.now
      state.withLock { state in
        guard let connection = state.connections.removeValue(forKey: descriptor),
          let address = connection.address,
          now < connection.acceptedAt.advanced(by: BriefConnections.duration)
        else { return }
        state.brief.note(address, at: now)
      }
    case .acceptFailed: state.withLock { $0.acceptFailures += 1 }
    case .retrying, .handshakeSucceeded, .denied, .protocolFailed, .handshakeFailed: break
    }
  }

  /// A message of `size` bytes came by that connection.
  func noteMessage(of size: Int, by descriptor: Int32) {
    state.withLock { state in
      state.connections[descriptor]?.isKnown = true
      state.connections[descriptor]?.bytesRead += UInt64(size) + Self.messageOverhead
    }
  }

  /// Ends the connections of strangers that send too much or wait too long, and those of which more
  /// waits to be read than should.
  func tick() {
    let now = clock.now
    let looked = state.withLock { state in
      state.ticks += 1
      let isRound = state.ticks.isMultiple(of: Self.ticksPerRound)
      return state.connections.filter { isRound || !$0.value.isKnown }
    }
    for (descriptor, connection) in looked {
      let received = Self.bytesReceived(by: descriptor)
      let isTooMuch: Bool
      if connection.isKnown {
        isTooMuch = received > connection.bytesRead + Self.unreadBytes
        // What was added to each message is more than it was: that is no credit for later.
        state.withLock { state in
          guard let read = state.connections[descriptor]?.bytesRead, read > received else { return }
          state.connections[descriptor]?.bytesRead = received
        }
      } else {
        isTooMuch =
          received > Self.unknownBytes || connection.acceptedAt.advanced(by: Self.patience) < now
      }
      guard isTooMuch else { continue }
      state.withLock { $0.refused += 1 }
      Self.end(descriptor)
    }
  }

  /// Ends a TCP connection; libzmq then sees that it is gone, and closes it.
  ///
  /// libzmq has no call for that. Should the descriptor be another file's by now, nothing happens
  /// to that; should it be another connection's, its peer connects again.
  static func end(_ descriptor: Int32) {
    guard descriptor >= 0 else { return }
    #if os(Linux)
      shutdown(descriptor, Int32(SHUT_RDWR))
    #else
      shutdown(descriptor, SHUT_RDWR)
    #endif
  }

  /// What the system has received by a TCP connection; 0 where it does not tell.
  private static func bytesReceived(by descriptor: Int32) -> UInt64 {
    #if os(Linux)
      // struct tcp_info: tcpi_bytes_received follows 8 bytes, 24 words of 4 and three of 8.
      let offset = 8 + 24 * 4 + 3 * 8
      var info = [UInt8](repeating: 0, count: offset + 8)
      var size = socklen_t(info.count)
      guard getsockopt(descriptor, Int32(IPPROTO_TCP), TCP_INFO, &info, &size) == 0,
        Int(size) == info.count
      else { return 0 }
      return info.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: offset, as: UInt64.self) }
    #else
      return 0
    #endif
  }
}
