/// What libzmq asks before it lets a connection in (ZeroMQ's RFC 27, ZAP 1.0).
public struct AuthenticationRequest: Hashable, Sendable {
  /// Names the request in its answer.
  public let id: [UInt8]
  /// Where the connection comes from: an IP address.
  public let address: String
  /// The key that the peer has proved to own; nil for any mechanism but CURVE.
  public let key: CurvePublicKey?

  static let version = Array("1.0".utf8)
  private static let mechanism = Array("CURVE".utf8)
  private static let mostIdentifierBytes = 255
  private static let mostAddressBytes = 255

  /// Reads the frames of a request: version, number, domain, address, routing id, mechanism,
  /// credentials; nil for anything else.
  public init?(frames: [[UInt8]]) {
    guard frames.count >= 6, frames[0] == Self.version,
      frames[1].count <= Self.mostIdentifierBytes, frames[3].count <= Self.mostAddressBytes,
      let address = String(validating: frames[3], as: UTF8.self)
    else { return nil }
    id = frames[1]
    self.address = address
    key =
      frames.count == 7 && frames[5] == Self.mechanism ? CurvePublicKey(bytes: frames[6]) : nil
  }

  /// The answer to a request.
  public enum Answer: Hashable, Sendable {
    /// The connection is let in; every message from it carries the key.
    case admitted
    /// It is not, now or later.
    case denied
    /// It is not now.
    case notNow
  }

  /// The frames of an answer: version, number, status, text, user, metadata.
  public func frames(of answer: Answer) -> [[UInt8]] {
    let status: (code: String, text: String) =
      switch answer {
      case .admitted: ("200", "OK")
      case .denied: ("400", "key not allowed")
      case .notNow: ("300", "come again later")
      }
    let user = answer == .admitted ? key?.z85 ?? "" : ""
    return [
      Self.version, id, Array(status.code.utf8), Array(status.text.utf8), Array(user.utf8), [],
    ]
  }

  /// The answer to something that is no request.
  static let answerToNonsense: [[UInt8]] = [
    version, [], Array("500".utf8), Array("no request".utf8), [], [],
  ]
}
