import CZeroMQ
import Foundation

/// A call to ZeroMQ that failed.
public struct ZeroMQError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What was tried, such as `bind`.
  public let operation: String
  /// The address, where there is one.
  public let endpoint: String?
  /// ZeroMQ's error number.
  public let code: Int32

  init(_ operation: String, endpoint: String? = nil, code: Int32 = zmq_errno()) {
    self.operation = operation
    self.endpoint = endpoint
    self.code = code
  }

  /// Whether another process has the address.
  public var isAddressInUse: Bool { code == EADDRINUSE }

  /// Whether the address is not one that ZeroMQ understands or that this machine has.
  public var isBadAddress: Bool {
    [EINVAL, EPROTONOSUPPORT, ENODEV, EADDRNOTAVAIL, ENAMETOOLONG].contains(code)
  }

  /// Whether the address is well-formed but its host is unknown, or is not this machine.
  public var isForeignAddress: Bool { [ENODEV, EADDRNOTAVAIL].contains(code) }

  /// For people: the address and the system's words.
  public var description: String {
    let place = endpoint.map { " \($0)" } ?? ""
    return "cannot \(operation)\(place): \(String(cString: zmq_strerror(code)))"
  }
}

/// Returns what a call returned unless it is −1, which it turns into an error.
@discardableResult
func check(_ result: Int32, _ operation: String, endpoint: String? = nil) throws(ZeroMQError)
  -> Int32
{
  guard result >= 0 else { throw ZeroMQError(operation, endpoint: endpoint) }
  return result
}
