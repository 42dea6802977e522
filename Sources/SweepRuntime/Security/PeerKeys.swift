import Foundation
import ZeroMQTransport

/// What a worker or a client proves itself with: its own secret key and the coordinator's public one.
///
/// Both are in one directory: `coordinator.public`, and `NAME.secret` of any other name.
public struct PeerKeys: Sendable {
  /// Who this is.
  public let own: KeyFile
  /// Whom it talks to.
  public let coordinator: CurvePublicKey
  /// Where they are.
  public let directory: String

  /// Reads a directory of keys.
  ///
  /// - Throws: ``RuntimeError`` where one of the two is missing, doubtful or not a key.
  public init(directory: String) throws(RuntimeError) {
    self.directory = directory
    try KeyDirectory.requireCurve()
    let coordinatorPath = "\(directory)/\(KeyDirectory.coordinatorName)\(KeyFile.publicSuffix)"
    let secrets = try KeyDirectory.names(in: directory, suffix: KeyFile.secretSuffix)
      .filter { $0 != "\(KeyDirectory.coordinatorName)\(KeyFile.secretSuffix)" }
    guard let secret = secrets.first else {
      throw RuntimeError(
        .input,
        "\(directory) has no secret key (NAME.secret) for this process: "
          + "`seedsweep keys new NAME --out \(directory)` makes one")
    }
    guard secrets.count == 1 else {
      let more = secrets.count > 2 ? "…" : ""
      throw RuntimeError(
        .input,
        "\(directory) has \(secrets.count) secret keys (\(secrets[0]), \(secrets[1])\(more)), and which of "
          + "them is meant cannot be known: keep one in a directory")
    }
    guard FileManager.default.fileExists(atPath: coordinatorPath) else {
      throw RuntimeError(
        .input,
        "\(coordinatorPath) is missing: copy coordinator.public from the coordinator's machine")
    }
    own = try KeyFile.readSecret("\(directory)/\(secret)")
    coordinator = try KeyFile.readPublic(coordinatorPath).publicKey
  }

  /// How its socket is to be made.
  public var security: SocketSecurity {
    guard let pair = own.pair else { preconditionFailure("a secret key was read") }
    return .curveClient(pair, server: coordinator)
  }
}

/// What the coordinator proves itself with, and where it is written whom it lets in.
///
/// In one directory: `coordinator.secret`, and the public keys in `workers/` and `clients/`.
public struct CoordinatorKeys: Sendable {
  /// Who this is.
  public let own: KeyFile
  /// Where they are.
  public let directory: String

  /// Reads a directory of keys.
  ///
  /// - Throws: ``RuntimeError`` where the secret key is missing, doubtful or not a key.
  public init(directory: String) throws(RuntimeError) {
    self.directory = directory
    try KeyDirectory.requireCurve()
    let name = "\(KeyDirectory.coordinatorName)\(KeyFile.secretSuffix)"
    guard try KeyDirectory.names(in: directory, suffix: KeyFile.secretSuffix).contains(name) else {
      throw RuntimeError(
        .input,
        "\(directory) has no \(name): `seedsweep keys new coordinator --out \(directory)` makes it")
    }
    own = try KeyFile.readSecret("\(directory)/\(name)")
  }

  /// How its socket is to be made.
  public var security: SocketSecurity {
    guard let pair = own.pair else { preconditionFailure("a secret key was read") }
    return .curveServer(pair)
  }
}

/// Names in a directory of keys.
enum KeyDirectory {
  static let coordinatorName = "coordinator"

  static func requireCurve() throws(RuntimeError) {
    guard ZeroMQContext.hasCurve else {
      throw RuntimeError(
        .environment,
        "this machine's ZeroMQ \(ZeroMQContext.libraryVersion) was built without CURVE, so there are "
          + "no keys: install a libzmq with libsodium (Debian's and Ubuntu's libzmq5 has it)")
    }
  }

  /// The names in a directory that end so, sorted.
  static func names(in directory: String, suffix: String) throws(RuntimeError) -> [String] {
    guard let names = try? FileManager.default.contentsOfDirectory(atPath: directory) else {
      throw RuntimeError(
        .input,
        "cannot read the directory of keys \(directory): "
          + "`seedsweep keys new NAME --out \(directory)` makes one")
    }
    return names.filter { $0.hasSuffix(suffix) && !$0.hasPrefix(".") }.sorted()
  }
}
