import Foundation

/// Which addresses plain sockets may use: the design is safe by default.
public enum EndpointPolicy {
  /// Allows ipc and loopback; any other address only with keys, or where the user says that it is meant.
  ///
  /// - Throws: ``RuntimeError`` where `endpoint` is no address, or is open to others.
  public static func check(_ endpoint: String, hasKeys: Bool = false, isInsecureAllowed: Bool)
    throws(RuntimeError)
  {
    guard endpoint.utf8.count <= mostBytes else {
      throw RuntimeError(
        .input, "an address of \(endpoint.utf8.count) bytes: \(mostBytes) at most")
    }
    if endpoint.hasPrefix("ipc://"), endpoint.count > "ipc://".count { return }
    guard endpoint.hasPrefix("tcp://"),
      let colon = endpoint.lastIndex(of: ":"),
      colon > endpoint.index(endpoint.startIndex, offsetBy: 6)
    else {
      throw RuntimeError(
        .input,
        "`\(endpoint)` is not an address: write tcp://HOST:PORT, such as tcp://127.0.0.1:7733")
    }
    let host = endpoint[..<colon].dropFirst("tcp://".count)
    let port = endpoint[endpoint.index(after: colon)...]
    guard port == "*" || UInt16(port) != nil else {
      throw RuntimeError(
        .input, "`\(endpoint)` is not an address: its port must be 0 to 65535, or * for a free one")
    }
    guard hasKeys || isInsecureAllowed || isLoopback(host) else {
      throw RuntimeError(
        .input,
        "\(endpoint) can be reached by others, and without keys anyone who reaches it can read and "
          + "forge results: give both sides --keys (see `seedsweep help keys`), or say that the "
          + "network is private with --insecure")
    }
  }

  /// Bytes of an address: a host's name has at most 253, and a path in a socket fewer.
  private static let mostBytes = 1_000

  private static func isLoopback(_ host: Substring) -> Bool {
    if host == "localhost" || host == "[::1]" { return true }
    let parts = host.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
  }
}
