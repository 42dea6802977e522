import Foundation
import FuzzSupport
import Randomness
import ZeroMQTransport

/// Bytes on the port: spoilt beginnings of a connection, sent to a real socket with keys.
///
/// What reads them is libzmq. The check is that it still lets in whoever has a key afterwards.
final class Strangers {
  private var random: SplitMix64
  private let gate: Gate
  private let router: RouterSocket
  private let port: UInt16
  private let endpoint: String
  private let server: CurveKeyPair

  private static let connections = 500

  init(seed: UInt64) throws {
    random = SplitMix64(state: seed)
    let context = try ZeroMQContext()
    gate = try Gate(
      context, interval: .milliseconds(100),
      duties: Gate.Duties(
        admit: { _ in .admitted }, note: { _ in }, tick: {}, failed: { fail("the gate: \($0)") }))
    server = try CurveKeyPair.generate()
    router = try RouterSocket(context, security: .curveServer(server), gate: gate)
    endpoint = try router.bind("tcp://127.0.0.1:*")
    guard let number = endpoint.split(separator: ":").last.flatMap({ UInt16($0) }) else {
      fail("no port in \(endpoint)")
    }
    port = number
  }

  /// A greeting of ZMTP 3.0 for CURVE, then a HELLO command of the right size: 200 bytes.
  private static let opening: [UInt8] =
    [0xFF, 0, 0, 0, 0, 0, 0, 0, 0, 0x7F, 3, 0] + Array("CURVE".utf8)
    + [UInt8](repeating: 0, count: 15 + 32) + [0x04, 200, 5] + Array("HELLO".utf8)
    + [1, 0] + [UInt8](repeating: 7, count: 192)

  /// Connects and sends, many times; returns how often.
  func knock() throws -> Int {
    for _ in 0..<Self.connections {
      let bytes = Mutator.mutated(Self.opening, &random)
      let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
      var address = sockaddr_in()
      address.sin_family = sa_family_t(AF_INET)
      address.sin_port = port.bigEndian
      address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
      let result = withUnsafePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
        }
      }
      guard result == 0 else { fail("cannot connect: \(String(cString: strerror(errno)))") }
      _ = bytes.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, 0) }
      close(descriptor)
    }
    try greet()
    return Self.connections
  }

  /// Has a message of somebody with a key go through, and nothing else.
  private func greet() throws {
    let client = try CurveKeyPair.generate()
    let dealer = try DealerSocket(
      try ZeroMQContext(), security: .curveClient(client, server: server.publicKey))
    try dealer.connect(endpoint)
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { fail("no pipe") }
    for _ in 0..<60 {
      _ = try dealer.wait(toSend: true, orFor: ends[0], timeout: .seconds(1))
      if try dealer.send([42]) { break }
    }
    for _ in 0..<60 {
      _ = try router.wait(orFor: ends[0], timeout: .seconds(1))
      guard let reception = try router.receive() else { continue }
      guard reception.key == client.publicKey, reception.frame == [42] else {
        fail("a message of a stranger came through")
      }
      return
    }
    fail("nobody gets through any more")
  }
}
