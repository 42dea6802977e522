import Foundation

/// Which addresses plain sockets may use: the design is safe by default.
public struct EndpointPolicy: Sendable {
  /// Whether the socket uses keys.
  public let hasKeys: Bool
  /// Whether the user allows other machines without keys.
  public let isInsecureAllowed: Bool

  /// Bytes of an address: a host's name has at most 253, and a path in a socket fewer.
  static let mostBytes = 1_000

  /// A policy for sockets with keys or without.
  public init(hasKeys: Bool, isInsecureAllowed: Bool) {
    self.hasKeys = hasKeys
    self.isInsecureAllowed = isInsecureAllowed
  }

  /// Allows to connect to ipc and loopback; to any other address only with keys, or where the user says
  /// that it is meant.
  ///
  /// A name other than `localhost` counts as another machine: what it resolves to may change.
  ///
  /// - Throws: ``RuntimeError`` where `endpoint` is not an address to connect to, or is open to others.
  public func checkConnecting(to endpoint: String) throws(RuntimeError) {
    guard let tcp = try Self.tcp(endpoint) else { return }
    guard let port = tcp.port, port > 0, tcp.host != "*" else {
      throw RuntimeError(
        .input,
        "`\(endpoint)` is not an address to connect to: name the host and the port that the coordinator "
          + "printed when it started")
    }
    try checkReach(of: tcp)
  }

  /// Allows to listen at an address whose host has been resolved.
  ///
  /// - Throws: ``RuntimeError`` where others reach it and it needs keys.
  func checkListening(at endpoint: TCPEndpoint) throws(RuntimeError) {
    try checkReach(of: endpoint)
  }

  /// The parts of a TCP address; nil for `ipc://PATH`.
  ///
  /// - Throws: ``RuntimeError`` where `endpoint` is neither.
  static func tcp(_ endpoint: String) throws(RuntimeError) -> TCPEndpoint? {
    guard endpoint.utf8.count <= mostBytes else {
      throw RuntimeError(
        .input, "an address of \(endpoint.utf8.count) bytes: \(mostBytes) at most")
    }
    let ipc = "ipc://"
    if endpoint.hasPrefix(ipc), endpoint.count > ipc.count { return nil }
    return try TCPEndpoint(parsing: endpoint)
  }

  private func checkReach(of endpoint: TCPEndpoint) throws(RuntimeError) {
    guard hasKeys || isInsecureAllowed || endpoint.isLoopback else {
      throw RuntimeError(
        .input,
        "\(endpoint.text) can be reached by others, and without keys anyone who reaches it can read and "
          + "forge results: give both sides --keys (see `seedsweep help keys`), or say that the "
          + "network is private with --insecure")
    }
  }
}
