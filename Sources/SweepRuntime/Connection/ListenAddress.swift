import Foundation

/// Where a coordinator listens, and the address that it tells others.
public struct ListenAddress: Sendable {
  /// The address for the socket: ipc, or TCP with an IP address or `*` as its host.
  public let endpoint: String
  /// Something about it that the user probably does not mean.
  public let warning: String?
  private let advertised: Advertised

  private enum Advertised: Sendable {
    case bound
    case host(String)
    case hostAndPort(String)
  }

  /// Resolves what the user wrote.
  ///
  /// The host may be an IP address, an interface (`eth0`), a name, or `*`. An interface goes before a
  /// name.
  ///
  /// - Parameter advertised: HOST or HOST:PORT for the access file, where it is not what is bound.
  /// - Throws: ``RuntimeError`` where the host is unknown, or others reach it and it needs keys.
  public init(_ text: String, advertising advertised: String? = nil, policy: EndpointPolicy)
    throws(RuntimeError)
  {
    try self.init(
      text, advertising: advertised, policy: policy, interfaces: .current(),
      resolve: HostNames.addresses(of:))
  }

  init(
    _ text: String, advertising advertised: String?, policy: EndpointPolicy,
    interfaces: NetworkInterfaces, resolve: (String) -> [String]
  ) throws(RuntimeError) {
    guard let tcp = try EndpointPolicy.tcp(text) else {
      guard advertised == nil else {
        throw RuntimeError(
          .input, "--advertise is for tcp:// addresses, and \(text) is on this machine only")
      }
      endpoint = text
      warning = nil
      self.advertised = .bound
      return
    }
    let host = try Self.resolve(tcp.host, in: text, interfaces, resolve)
    let resolved = TCPEndpoint(host: host, port: tcp.port)
    try policy.checkListening(at: resolved)
    endpoint = resolved.text
    warning =
      host != tcp.host && tcp.host != "localhost" && tcp.host != "lo" && resolved.isLoopback
      ? "\(tcp.host) is \(host) on this machine, which other machines cannot reach: to serve them, "
        + "listen at an interface or at * (\(interfaces.listing))" : nil
    self.advertised =
      try advertised.map { (text) throws(RuntimeError) in
        try Self.advertised(text)
      } ?? .bound
  }

  /// What others connect to, once the socket listens at `bound`.
  ///
  /// Where that is every address of the machine, its name stands for it. A path is made absolute.
  public func advertisedEndpoint(bound: String, hostName: String) -> String {
    switch advertised {
    case .hostAndPort(let text): return "tcp://\(text)"
    case .host(let host):
      guard let tcp = try? TCPEndpoint(parsing: bound) else { return bound }
      return TCPEndpoint(host: host, port: tcp.port).text
    case .bound:
      guard let tcp = try? TCPEndpoint(parsing: bound) else {
        let path = bound.dropFirst("ipc://".count)
        // A name that begins with @ is no path.
        return path.hasPrefix("@") ? bound : "ipc://\(URL(fileURLWithPath: String(path)).path)"
      }
      return tcp.isWildcard ? TCPEndpoint(host: hostName, port: tcp.port).text : bound
    }
  }

  private static func resolve(
    _ host: String, in text: String, _ interfaces: NetworkInterfaces,
    _ resolve: (String) -> [String]
  ) throws(RuntimeError) -> String {
    if host == "*" || IPAddress(host) != nil { return host }
    if let address = interfaces.address(of: host) { return address }
    let addresses = resolve(host)
    guard let first = addresses.first else {
      throw RuntimeError(
        .input,
        "cannot listen at \(text): `\(host)` is neither a host name that this machine knows nor an "
          + "interface with an address (\(interfaces.listing))")
    }
    // A name may have addresses of other machines too, and IPv6 where nothing else uses it.
    let own = addresses.filter { interfaces.has($0) }
    guard let chosen = own.first(where: { IPAddress($0)?.isIPv6 == false }) ?? own.first else {
      throw RuntimeError(
        .input,
        "cannot listen at \(text): `\(host)` is \(first), which is not an address of this machine "
          + "(\(interfaces.listing))")
    }
    return chosen
  }

  private static func advertised(_ text: String) throws(RuntimeError) -> Advertised {
    let isAddress = IPAddress(text) != nil
    // Brackets without a port.
    let isBracketed = text.hasPrefix("[") && text.hasSuffix("]")
    let hasPort = !isAddress && !isBracketed && text.contains(":")
    let whole =
      hasPort ? "tcp://\(text)" : "tcp://\(isAddress && text.contains(":") ? "[\(text)]" : text):1"
    guard text.utf8.count <= EndpointPolicy.mostBytes,
      let endpoint = try? TCPEndpoint(parsing: whole), let port = endpoint.port, port > 0,
      !endpoint.isWildcard, !endpoint.host.contains(":") || IPAddress(endpoint.host) != nil
    else {
      throw RuntimeError(
        .input,
        "--advertise \(text): write the name or address by which workers reach this coordinator, HOST or "
          + "HOST:PORT")
    }
    return hasPort
      ? .hostAndPort(String(endpoint.text.dropFirst("tcp://".count))) : .host(endpoint.host)
  }
}
