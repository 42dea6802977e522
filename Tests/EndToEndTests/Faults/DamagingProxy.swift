import Foundation
import Synchronization
import Testing

/// A TCP proxy on loopback that damages what goes through it, until it has done so often enough: then
/// it passes on everything as it is, so that a sweep behind it must come to its end.
final class DamagingProxy: Sendable {
  /// What it does to a chunk of bytes.
  enum Damage: Int, CaseIterable {
    case bitFlipped, bytesLost, chunkRepeated, stalled, connectionBroken
  }

  /// Where workers connect instead.
  let endpoint: String
  private let listener: Int32
  private let upstreamPort: UInt16
  private let budget: Atomic<Int>
  private let damages = Mutex([Int](repeating: 0, count: Damage.allCases.count))
  private let seed: UInt64
  private let isClosed = Atomic(false)

  /// Listens, and connects each who comes to `upstream`. `budget` is the number of damages in all.
  init(to upstream: String, budget: Int, seed: UInt64) throws {
    upstreamPort = try #require(UInt16(upstream.split(separator: ":").last ?? ""))
    self.budget = Atomic(budget)
    self.seed = seed
    let (listener, port) = try LoopbackSocket.listen()
    self.listener = listener
    endpoint = "tcp://127.0.0.1:\(port)"
    let thread = Thread { [self] in acceptAll() }
    thread.start()
  }

  /// How often each kind of damage was done.
  var counts: [Int] { damages.withLock { $0 } }
  var isSpent: Bool { budget.load(ordering: .relaxed) <= 0 }

  /// Listens no more; connections live as long as their ends.
  func close() {
    guard !isClosed.exchange(true, ordering: .relaxed) else { return }
    shutdown(listener, Int32(SHUT_RDWR))
  }

  private func acceptAll() {
    var connections: UInt64 = 0
    while true {
      let client = accept(listener, nil, nil)
      if client < 0 {
        if errno == EINTR { continue }
        break
      }
      guard let server = LoopbackSocket.connect(to: upstreamPort) else {
        Foundation.close(client)
        continue
      }
      connections += 1
      let ends = Connection(client: client, server: server)
      for (from, to, direction) in [(client, server, 0), (server, client, 1)]
        as [(Int32, Int32, UInt64)]
      {
        let choices = FaultChoices(seed: seed &+ connections &* 2 &+ direction)
        let thread = Thread { [self] in
          pump(from, to, choices)
          ends.end()
        }
        thread.start()
      }
    }
    Foundation.close(listener)
  }

  private func pump(_ from: Int32, _ to: Int32, _ seeded: FaultChoices) {
    var choices = seeded
    var buffer = [UInt8](repeating: 0, count: 16_384)
    while true {
      let count = recv(from, &buffer, 1 + choices.below(buffer.count), 0)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return }
      var chunk = Array(buffer.prefix(count))
      // Long chunks hold results, and those are what must not be damaged unseen.
      let isStruck = choices.below(count > 200 ? 4 : 40) == 0
      if isStruck, budget.subtract(1, ordering: .relaxed).oldValue > 0 {
        guard strike(&chunk, &choices) else { return }
      }
      guard LoopbackSocket.send(chunk, to: to) else { return }
    }
  }

  /// Damages the chunk; returns whether the connection goes on.
  private func strike(_ chunk: inout [UInt8], _ choices: inout FaultChoices) -> Bool {
    // Most are flipped bits: a lost byte or a broken connection is easier to see, and takes seconds.
    let damage: Damage =
      choices.below(4) != 0
      ? .bitFlipped : Damage.allCases[choices.below(Damage.allCases.count)]
    damages.withLock { $0[damage.rawValue] += 1 }
    switch damage {
    case .bitFlipped: chunk[choices.below(chunk.count)] ^= 1 << UInt8(choices.below(8))
    case .bytesLost:
      let start = choices.below(chunk.count)
      chunk.removeSubrange(start..<(start + 1 + choices.below(chunk.count - start)))
    case .chunkRepeated: chunk += chunk
    case .stalled: choices.pause(milliseconds: 100..<400)
    case .connectionBroken: return false
    }
    return true
  }
}

/// Two sockets that end together, once.
private final class Connection: Sendable {
  private let client: Int32
  private let server: Int32
  private let directionsLeft = Atomic(2)

  init(client: Int32, server: Int32) {
    self.client = client
    self.server = server
  }

  /// Called by each direction when it ends: the first wakes the other, the second closes.
  func end() {
    if directionsLeft.subtract(1, ordering: .acquiringAndReleasing).newValue > 0 {
      for socket in [client, server] { shutdown(socket, Int32(SHUT_RDWR)) }
    } else {
      for socket in [client, server] { close(socket) }
    }
  }
}

/// Plain TCP sockets on loopback.
enum LoopbackSocket {
  /// Listens on a free port.
  static func listen() throws -> (socket: Int32, port: UInt16) {
    let socket = open()
    var address = address(port: 0)
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(socket, $0, length) == 0 && Foundation.listen(socket, 256) == 0
          && getsockname(socket, $0, &length) == 0
      }
    }
    try #require(isBound, "\(String(cString: strerror(errno)))")
    return (socket, UInt16(bigEndian: address.sin_port))
  }

  /// Connects; nil where nobody listens.
  static func connect(to port: UInt16) -> Int32? {
    let socket = open()
    var address = address(port: port)
    let length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isConnected = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        Foundation.connect(socket, $0, length) == 0
      }
    }
    if isConnected { return socket }
    close(socket)
    return nil
  }

  /// Sends all bytes; false where the other side is gone.
  static func send(_ bytes: [UInt8], to socket: Int32) -> Bool {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes {
        Foundation.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return false }
      rest = rest.dropFirst(count)
    }
    return true
  }

  private static func open() -> Int32 {
    let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    precondition(socket >= 0, String(cString: strerror(errno)))
    return socket
  }

  private static func address(port: UInt16) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    return address
  }
}
