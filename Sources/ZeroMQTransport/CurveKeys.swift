import CZeroMQ
import Foundation

/// A public key of CURVE: it names who has the secret key that belongs to it, and is no secret.
public struct CurvePublicKey: Hashable, Sendable, CustomStringConvertible {
  /// Bytes of a key.
  public static let length = 32

  /// Thirty-two bytes.
  public let bytes: [UInt8]

  /// Takes thirty-two bytes; nil for any other number of bytes.
  public init?(bytes: [UInt8]) {
    guard bytes.count == Self.length else { return nil }
    self.bytes = bytes
  }

  /// Reads forty characters of Z85; nil for anything else.
  public init?(z85: String) {
    guard let bytes = Z85.bytes(z85) else { return nil }
    self.init(bytes: bytes)
  }

  /// Forty characters.
  public var z85: String { Z85.text(bytes) }

  /// The key as people see it in key files.
  public var description: String { z85 }
}

/// A secret key of CURVE. It does not show itself in logs, messages or dumps of values.
public struct CurveSecretKey: Sendable, CustomStringConvertible, CustomReflectable {
  private let bytes: [UInt8]

  /// Reads forty characters of Z85; nil for anything else.
  public init?(z85: String) {
    guard let bytes = Z85.bytes(z85), bytes.count == CurvePublicKey.length else { return nil }
    self.bytes = bytes
  }

  /// Forty characters, for the one file that may hold them.
  public var z85ForItsFile: String { Z85.text(bytes) }

  /// The public key that belongs to it; nil where the library cannot tell.
  public var publicKey: CurvePublicKey? {
    var text = [CChar](repeating: 0, count: 41)
    guard zmq_curve_public(&text, Z85.text(bytes)) == 0 else { return nil }
    return CurvePublicKey(z85: String(decoding: text.prefix(40).map(UInt8.init), as: UTF8.self))
  }

  /// No part of it.
  public var description: String { "a secret key" }

  /// Nothing.
  public var customMirror: Mirror { Mirror(self, children: []) }

  func withBytes<Value>(_ body: ([UInt8]) throws(ZeroMQError) -> Value) throws(ZeroMQError) -> Value
  {
    try body(bytes)
  }
}

/// A secret key and the public key that belongs to it.
public struct CurveKeyPair: Sendable {
  /// Who it is.
  public let publicKey: CurvePublicKey
  /// What proves it.
  public let secretKey: CurveSecretKey

  /// The pair of a secret key; nil where the library cannot tell its public key.
  public init?(_ secretKey: CurveSecretKey) {
    guard let publicKey = secretKey.publicKey else { return nil }
    self.publicKey = publicKey
    self.secretKey = secretKey
  }

  /// Draws a pair from the system's randomness.
  ///
  /// - Throws: `ZeroMQError` where the library has no CURVE.
  public static func generate() throws(ZeroMQError) -> CurveKeyPair {
    var publicText = [CChar](repeating: 0, count: 41)
    var secretText = [CChar](repeating: 0, count: 41)
    try check(zmq_curve_keypair(&publicText, &secretText), "make a pair of keys")
    let text = String(decoding: secretText.prefix(40).map(UInt8.init), as: UTF8.self)
    guard let secret = CurveSecretKey(z85: text), let pair = CurveKeyPair(secret),
      publicText.prefix(40).map(UInt8.init) == Array(pair.publicKey.z85.utf8)
    else { throw ZeroMQError("make a pair of keys", code: EINVAL) }
    return pair
  }
}

extension ZeroMQContext {
  /// Whether the library was built with CURVE: without it there are no keys.
  public static var hasCurve: Bool { zmq_has("curve") == 1 }
}

/// How a socket proves itself and whom it believes.
public enum SocketSecurity: Sendable {
  /// It does not, and believes everybody: for ipc and loopback, or where the user says so.
  case plain
  /// Whoever connects proves its key, and a ``Gate`` of the same context decides about it.
  case curveServer(CurveKeyPair)
  /// It proves its own key and talks to nobody but the owner of the server's.
  case curveClient(CurveKeyPair, server: CurvePublicKey)
}

extension ZeroMQSocket {
  /// Sets the keys; before any address is bound or connected to.
  func apply(_ security: SocketSecurity) throws(ZeroMQError) {
    let pair: CurveKeyPair
    switch security {
    case .plain: return
    case .curveServer(let own):
      try setOption(ZMQ_CURVE_SERVER, to: Int32(1), "use keys")
      try setOption(ZMQ_ZAP_DOMAIN, bytes: Array("seedsweep".utf8), "name the domain of keys")
      // Where the library knows it, a handshake fails if nobody answers for the keys. Where it does
      // not, the receptions have no key, and the router drops them: closed either way.
      var enforce: Int32 = 1
      _ = zmq_setsockopt(handle, Self.enforceDomain, &enforce, MemoryLayout<Int32>.size)
      pair = own
    case .curveClient(let own, let server):
      try setOption(ZMQ_CURVE_SERVERKEY, bytes: server.bytes, "use the coordinator's key")
      try setOption(ZMQ_CURVE_PUBLICKEY, bytes: own.publicKey.bytes, "use the own key")
      pair = own
    }
    try pair.secretKey.withBytes { (bytes) throws(ZeroMQError) in
      try setOption(ZMQ_CURVE_SECRETKEY, bytes: bytes, "use the own key")
    }
  }

  /// `ZMQ_ZAP_ENFORCE_DOMAIN`, which the header keeps for draft builds.
  private static let enforceDomain: Int32 = 93

  func setOption(_ option: Int32, bytes: [UInt8], _ operation: String) throws(ZeroMQError) {
    try check(zmq_setsockopt(handle, option, bytes, bytes.count), operation)
  }
}
