import Foundation
import Scheduling
import SweepModel

/// Where connections come from that end soon after they began.
///
/// Keys are checked after a handshake that costs a millisecond of the processor's time, and a process that
/// connects again and again would take half of it. Honest ones stay. So an address from which many
/// connections did not stay has to wait, before the next handshake, until some time has passed.
struct BriefConnections: Sendable {
  /// An Internet address, without the port: of version 6 the network, of which a host has all addresses.
  struct Address: Hashable, Sendable {
    fileprivate let bytes: [UInt8]

    /// An address by its bytes.
    init(bytes: [UInt8]) { self.bytes = bytes }

    /// The address at the other end of a TCP connection; nil for anything else.
    init?(descriptor: Int32) {
      var storage = sockaddr_storage()
      var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
      let status = withUnsafeMutablePointer(to: &storage) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          getpeername(descriptor, $0, &size)
        }
      }
      guard status == 0 else { return nil }
      let all = withUnsafeBytes(of: storage) { Array($0) }
      // The address follows the family and the port, in version 6 also the flow.
      switch Int32(storage.ss_family) {
      case AF_INET: bytes = Array(all[4..<8])
      case AF_INET6:
        let isMapped = all[8..<18].allSatisfy { $0 == 0 } && all[18] == 0xFF && all[19] == 0xFF
        bytes = isMapped ? Array(all[20..<24]) : Array(all[8..<16])
      default: return nil
      }
    }
  }

  /// A connection that ends sooner was brief.
  static let duration = Duration.seconds(10)
  /// Addresses that are remembered, at most; they are forgotten when all their connections may come again.
  static let mostAddresses = 4_096

  private var buckets: [Address: TokenBucket] = [:]

  /// The addresses that are remembered.
  var count: Int { buckets.count }

  /// Whether a connection from there is to be kept.
  func isWelcome(_ address: Address, at now: Instant) -> Bool {
    guard let bucket = buckets[address] else { return true }
    return bucket.level(at: now) >= 1
  }

  /// Notes that a connection from there was brief.
  mutating func note(_ address: Address, at now: Instant) {
    if buckets[address] == nil, buckets.count >= Self.mostAddresses {
      buckets = buckets.filter { !$0.value.isFull(at: now) }
      // So many hosts at once: what is remembered of them is worth less than the memory.
      if buckets.count >= Self.mostAddresses { buckets = [:] }
    }
    var bucket =
      buckets[address]
      ?? TokenBucket(
        rate: Limits.briefConnectionsPerSecond, capacity: Limits.briefConnections, at: now)
    _ = bucket.take(1, at: now)
    buckets[address] = bucket
  }
}
