import Foundation

/// How the two sides of a connection know each other: without keys or with.
public enum SecurityMechanism: String, Hashable, Sendable {
  case null = "NULL"
  case curve = "CURVE"
}

/// Asks whoever listens at an address, over a connection of its own, which mechanism it uses.
///
/// libzmq tells of different mechanisms only where it has read the other side's greeting before the
/// other side, which saw the same a moment earlier, hung up: on a busy machine it may never. A peer that
/// has read the first eleven bytes of a greeting sends the whole of its own, whatever will follow.
///
/// Source: ZMTP 3.1 (rfc.zeromq.org/spec/37), Greeting.
public enum MechanismProbe {
  /// The beginning of a greeting: the signature, and version 3.
  private static let opening: [UInt8] = [0xff, 0, 0, 0, 0, 0, 0, 0, 1, 0x7f, 3]
  /// A greeting has 64 bytes, of which these name the mechanism, padded with zeros.
  private static let mechanism = 12..<32
  private static let patienceMilliseconds: Int32 = 2_000

  /// The mechanism of whoever listens at a `tcp://` address; nil where nobody does, or somebody else.
  /// Takes up to four seconds.
  public static func ask(_ endpoint: String) -> SecurityMechanism? {
    guard let connection = connect(to: endpoint) else { return nil }
    defer { close(connection) }
    let sent = opening.withUnsafeBytes {
      send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
    }
    guard sent == opening.count else { return nil }
    var greeting: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 64)
    let deadline = ContinuousClock.now + .milliseconds(Int(patienceMilliseconds))
    while greeting.count < mechanism.upperBound, ContinuousClock.now < deadline {
      guard isReady(connection, for: Int16(POLLIN)) else { return nil }
      let count = recv(connection, &buffer, buffer.count, 0)
      if count < 0, errno == EINTR || errno == EAGAIN { continue }
      guard count > 0 else { return nil }
      greeting += buffer.prefix(count)
    }
    guard greeting.count >= mechanism.upperBound, greeting.first == 0xff else { return nil }
    let name = greeting[mechanism].prefix { $0 != 0 }
    return SecurityMechanism(rawValue: String(decoding: name, as: UTF8.self))
  }

  private static func connect(to endpoint: String) -> Int32? {
    guard let match = endpoint.wholeMatch(of: /tcp:\/\/\[?(.+?)\]?:([0-9]+)/) else { return nil }
    var hints = addrinfo()
    #if os(Linux)
      hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    #else
      hints.ai_socktype = SOCK_STREAM
    #endif
    var found: UnsafeMutablePointer<addrinfo>?
    guard getaddrinfo(String(match.1), String(match.2), &hints, &found) == 0 else { return nil }
    defer { freeaddrinfo(found) }
    guard let address = found?.pointee else { return nil }
    let descriptor = socket(address.ai_family, address.ai_socktype, address.ai_protocol)
    guard descriptor >= 0 else { return nil }
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
    let result = Foundation.connect(descriptor, address.ai_addr, address.ai_addrlen)
    if result == 0 || errno == EINPROGRESS && isReady(descriptor, for: Int16(POLLOUT)) {
      return descriptor
    }
    close(descriptor)
    return nil
  }

  private static func isReady(_ descriptor: Int32, for events: Int16) -> Bool {
    var item = pollfd(fd: descriptor, events: events, revents: 0)
    while true {
      let count = poll(&item, 1, patienceMilliseconds)
      if count < 0, errno == EINTR { continue }
      return count > 0
    }
  }
}
