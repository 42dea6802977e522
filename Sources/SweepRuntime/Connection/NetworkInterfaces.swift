import Foundation

/// The network interfaces of this machine that are up, with their addresses.
struct NetworkInterfaces: Sendable {
  /// An interface and one of its addresses.
  struct Entry: Hashable, Sendable {
    let name: String
    /// As text, with the zone where it needs one.
    let address: String
  }

  /// In the system's order.
  let entries: [Entry]

  /// What a message lists at most.
  private static let mostListed = 16

  init(entries: [Entry]) { self.entries = entries }

  /// Asks the system.
  static func current() -> NetworkInterfaces {
    var first: UnsafeMutablePointer<ifaddrs>?
    guard getifaddrs(&first) == 0 else { return NetworkInterfaces(entries: []) }
    defer { freeifaddrs(first) }
    var entries: [Entry] = []
    for item in sequence(first: first, next: { $0?.pointee.ifa_next }) {
      guard let item, let address = item.pointee.ifa_addr,
        let text = HostNames.numericText(address)
      else { continue }
      entries.append(Entry(name: String(cString: item.pointee.ifa_name), address: text))
    }
    return NetworkInterfaces(entries: entries)
  }

  /// The address to listen at on an interface: IPv4 before IPv6, and what is valid on one link only last;
  /// nil where there is no such interface or it has none.
  func address(of name: String) -> String? {
    let own = entries.filter { $0.name == name }.map(\.address)
    let ranked = own.map { (address: $0, ip: IPAddress($0)) }
    return
      (ranked.first { $0.ip?.isIPv6 == false }
      ?? ranked.first { $0.ip?.isLinkLocal == false } ?? ranked.first)?.address
  }

  /// Whether this machine has an address.
  func has(_ address: String) -> Bool {
    guard let wanted = IPAddress(address) else { return false }
    return wanted.isLoopback || entries.contains { IPAddress($0.address) == wanted }
  }

  /// `lo (127.0.0.1), eth0 (10.0.0.5)`: each interface once.
  var listing: String {
    var names: [String] = []
    for entry in entries where !names.contains(entry.name) { names.append(entry.name) }
    let listed = names.prefix(Self.mostListed).map { "\($0) (\(address(of: $0) ?? ""))" }
    return listed.joined(separator: ", ") + (names.count > listed.count ? ", …" : "")
  }
}

/// The system's resolver.
enum HostNames {
  /// The addresses of a name, in the resolver's order, each once; empty where none is known.
  static func addresses(of name: String) -> [String] {
    var hints = addrinfo()
    #if os(Linux)
      hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    #else
      hints.ai_socktype = SOCK_STREAM
    #endif
    var found: UnsafeMutablePointer<addrinfo>?
    guard getaddrinfo(name, nil, &hints, &found) == 0 else { return [] }
    defer { freeaddrinfo(found) }
    var addresses: [String] = []
    for item in sequence(first: found, next: { $0?.pointee.ai_next }) {
      guard let address = item?.pointee.ai_addr, let text = numericText(address),
        !addresses.contains(text)
      else { continue }
      addresses.append(text)
    }
    return addresses
  }

  /// The text of an IPv4 or IPv6 address; nil for other families.
  static func numericText(_ address: UnsafeMutablePointer<sockaddr>) -> String? {
    let size: Int
    switch Int32(address.pointee.sa_family) {
    case AF_INET: size = MemoryLayout<sockaddr_in>.size
    case AF_INET6: size = MemoryLayout<sockaddr_in6>.size
    default: return nil
    }
    var buffer = [CChar](repeating: 0, count: Int(NI_MAXHOST))
    guard
      getnameinfo(
        address, socklen_t(size), &buffer, socklen_t(buffer.count), nil, 0, NI_NUMERICHOST) == 0
    else { return nil }
    return String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }
}
