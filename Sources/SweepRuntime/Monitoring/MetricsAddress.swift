/// Where a coordinator serves its metrics: an IP address of this machine and a port.
public struct MetricsAddress: Hashable, Sendable {
  /// The address in numbers, such as 127.0.0.1, 0.0.0.0 or ::1.
  public let host: String
  /// The port; 0 for a free one.
  public let port: Int

  /// The address that only this machine reaches.
  public static let loopbackHost = "127.0.0.1"

  /// An address and a port; nil where `host` is a name or the port is not 0 to 65535.
  public init?(host: String = loopbackHost, port: Int) {
    guard IPAddress(host) != nil, (0...Int(UInt16.max)).contains(port) else { return nil }
    self.host = host
    self.port = port
  }

  private init(_ host: String, boundTo port: Int) {
    self.host = host
    self.port = port
  }

  /// The same address with the port that the system chose.
  func bound(to port: Int) -> MetricsAddress { MetricsAddress(host, boundTo: port) }

  /// `HOST:PORT`, as it stands in a URL.
  public var text: String {
    IPAddress(host)?.isIPv6 == true ? "[\(host)]:\(port)" : "\(host):\(port)"
  }
}
