import Foundation
import ZeroMQTransport

/// The text of a key file: `name: value` lines, `#` begins a comment.
///
/// ```
/// # A public key of SeedSweep. It is no secret: give it to whoever must know this key.
/// name: alpha
/// public-key: rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7
/// ```
///
/// A secret key's file has the line `secret-key` too.
public struct KeyFile: Sendable {
  /// For people: who has the secret key.
  public let name: String
  /// The public key.
  public let publicKey: CurvePublicKey
  /// The pair, where the file has the secret key.
  public let pair: CurveKeyPair?

  /// The end of the name of a public key's file.
  public static let publicSuffix = ".public"
  /// The end of the name of a secret key's file.
  public static let secretSuffix = ".secret"
  /// Bytes of a key file: ten times what there is to say.
  public static let mostBytes = 4_096
  private static let mostNameLength = 64

  /// A key of its own for `name`.
  public init(name: String, pair: CurveKeyPair) {
    self.name = name
    publicKey = pair.publicKey
    self.pair = pair
  }

  /// Whether a key can have this name: it becomes a file's.
  public static func isName(_ text: String) -> Bool {
    (1...mostNameLength).contains(text.utf8.count) && text.first != "." && text.first != "-"
      && text.utf8.allSatisfy {
        (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0)
          || [0x2D, 0x2E, 0x5F].contains($0)
      }
  }

  /// Reads the text of a file; says what is wrong with it.
  public init(parsing bytes: [UInt8]) throws(Objection) {
    guard bytes.count <= Self.mostBytes else {
      throw Objection("it is longer than \(Self.mostBytes) bytes")
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw Objection("it is not text")
    }
    var values: [String: String] = [:]
    // By scalars: a carriage return and a line feed are one character.
    let lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
    for (number, scalars) in lines.enumerated() {
      let line = String(scalars.last == "\r" ? scalars.dropLast() : scalars)
      if line.isEmpty || line.hasPrefix("#") { continue }
      guard let colon = line.range(of: ": ") else {
        throw Objection("line \(number + 1) is not of the form `name: value`")
      }
      let key = String(line[..<colon.lowerBound])
      guard ["name", "public-key", "secret-key"].contains(key) else {
        throw Objection("line \(number + 1) has an unknown name")
      }
      guard values.updateValue(String(line[colon.upperBound...]), forKey: key) == nil else {
        throw Objection("line \(number + 1) says `\(key)` a second time")
      }
    }
    guard let name = values["name"] else { throw Objection("it has no line `name: …`") }
    guard Self.isName(name) else {
      throw Objection(
        "its name must be of 1 to \(Self.mostNameLength) letters, digits, -, _ and .")
    }
    guard let publicText = values["public-key"] else {
      throw Objection("it has no line `public-key: …`")
    }
    guard let publicKey = CurvePublicKey(z85: publicText) else {
      throw Objection("its public key is not of 40 characters of Z85")
    }
    self.name = name
    self.publicKey = publicKey
    guard let secretText = values["secret-key"] else {
      pair = nil
      return
    }
    guard let secret = CurveSecretKey(z85: secretText), let pair = CurveKeyPair(secret) else {
      throw Objection("its secret key is not of 40 characters of Z85")
    }
    guard pair.publicKey == publicKey else {
      throw Objection("its public key is not the one of its secret key")
    }
    self.pair = pair
  }

  /// What is wrong with a file's text. It never quotes the text: there may be a secret in it.
  public struct Objection: Error, Hashable, Sendable, CustomStringConvertible {
    /// One clause for people.
    public let description: String

    init(_ description: String) { self.description = description }
  }

  /// The text of the public file.
  public var publicText: String {
    """
    # A public key of SeedSweep. It is no secret: give it to whoever must know this key.
    name: \(name)
    public-key: \(publicKey)

    """
  }

  /// The text of the secret file; nil without the secret key.
  public var secretText: String? {
    guard let pair else { return nil }
    return """
      # A SECRET key of SeedSweep. Keep it on the machine that uses it, and show it to nobody.
      name: \(name)
      public-key: \(publicKey)
      secret-key: \(pair.secretKey.z85ForItsFile)

      """
  }
}
