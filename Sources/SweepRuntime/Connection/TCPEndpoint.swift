import Foundation

/// The parts of `tcp://HOST:PORT`.
public struct TCPEndpoint: Hashable, Sendable {
  /// A name or an address, without the brackets of IPv6.
  public let host: String
  /// The port; nil for `*`, any free one.
  public let port: UInt16?

  private static let scheme = "tcp://"

  /// An endpoint of these parts.
  public init(host: String, port: UInt16?) {
    self.host = host
    self.port = port
  }

  /// Reads `tcp://HOST:PORT`, where HOST may be IPv6 in brackets and PORT may be `*`.
  ///
  /// - Throws: ``RuntimeError`` where the text is something else.
  public init(parsing text: String) throws(RuntimeError) {
    guard text.hasPrefix(Self.scheme), let colon = text.lastIndex(of: ":"),
      colon > text.index(text.startIndex, offsetBy: Self.scheme.count)
    else {
      throw RuntimeError(
        .input, "`\(text)` is not an address: write tcp://HOST:PORT, such as tcp://127.0.0.1:7733")
    }
    let portText = text[text.index(after: colon)...]
    guard portText == "*" || UInt16(portText) != nil else {
      throw RuntimeError(
        .input, "`\(text)` is not an address: its port must be 0 to 65535, or * for a free one")
    }
    port = UInt16(portText)
    let host = text[..<colon].dropFirst(Self.scheme.count)
    if host.hasPrefix("["), host.hasSuffix("]") {
      self.host = String(host.dropFirst().dropLast())
      guard IPAddress(self.host)?.isIPv6 == true else {
        throw RuntimeError(.input, "`\(text)` is not an address: \(host) is not an IPv6 address")
      }
    } else {
      self.host = String(host)
      if IPAddress(self.host)?.isIPv6 == true {
        throw RuntimeError(
          .input, "`\(text)` is not an address: write IPv6 in brackets, tcp://[\(host)]:\(portText)"
        )
      }
      guard Self.isHost(host) else {
        throw RuntimeError(
          .input,
          "`\(text)` is not an address: its host must be a name, an interface, an IP address or *")
      }
    }
  }

  /// Letters, digits and what else names of hosts and interfaces are made of.
  private static func isHost(_ text: Substring) -> Bool {
    text == "*"
      || !text.isEmpty
        && text.unicodeScalars.allSatisfy {
          $0.properties.isAlphabetic || $0.properties.numericType != nil
            || "-._:".unicodeScalars.contains($0)
        }
  }

  /// Whether the host is an address of this machine that no other machine reaches.
  public var isLoopback: Bool { host == "localhost" || IPAddress(host)?.isLoopback == true }

  /// Whether the host stands for all addresses of a machine.
  public var isWildcard: Bool { host == "*" || IPAddress(host)?.isUnspecified == true }

  /// `tcp://HOST:PORT`.
  public var text: String {
    let isIPv6 = IPAddress(host)?.isIPv6 == true
    return "\(Self.scheme)\(isIPv6 ? "[\(host)]" : host):\(port.map { String($0) } ?? "*")"
  }
}

/// An IPv4 address in dotted decimal form, or an IPv6 address, perhaps with a zone (`fe80::1%eth0`).
struct IPAddress: Hashable, Sendable {
  private let bytes: [UInt8]
  private let hasZone: Bool

  /// Reads the text of an address; nil for anything else, such as a name.
  init?(_ text: String) {
    var bytes = [UInt8](repeating: 0, count: 16)
    if inet_pton(AF_INET, text, &bytes) == 1 {
      self.bytes = Array(bytes.prefix(4))
      hasZone = false
      return
    }
    let parts = text.split(separator: "%", maxSplits: 1, omittingEmptySubsequences: false)
    guard let address = parts.first, parts.last?.isEmpty == false,
      inet_pton(AF_INET6, String(address), &bytes) == 1
    else { return nil }
    self.bytes = bytes
    hasZone = parts.count == 2
  }

  var isIPv6: Bool { bytes.count == 16 }

  /// 127.0.0.0/8, ::1, and the former written as IPv6.
  var isLoopback: Bool {
    if let mapped = mappedIPv4 { return mapped.first == 127 }
    return isIPv6 ? bytes == [UInt8](repeating: 0, count: 15) + [1] : bytes.first == 127
  }

  /// 0.0.0.0 and ::.
  var isUnspecified: Bool { (mappedIPv4 ?? bytes[...]).allSatisfy { $0 == 0 } }

  /// fe80::/10, which means something on one link only.
  var isLinkLocal: Bool { isIPv6 && bytes[0] == 0xfe && bytes[1] & 0xc0 == 0x80 }

  /// ::ffff:0:0/96.
  private var mappedIPv4: ArraySlice<UInt8>? {
    let prefix = [UInt8](repeating: 0, count: 10) + [0xff, 0xff]
    return isIPv6 && bytes.starts(with: prefix) ? bytes[12...] : nil
  }
}
