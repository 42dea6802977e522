/// How a worker or client finds its coordinator.
public enum CoordinatorLocation: Hashable, Sendable {
  /// At an address that stays.
  case address(String)
  /// Where an access file says, which may say something else later.
  case accessFile(String)
}

/// A coordinator to connect to, and what this side proves itself with.
public struct CoordinatorTarget: Sendable {
  /// How to find it.
  public let location: CoordinatorLocation
  /// The keys; nil for a plain socket.
  public let keys: PeerKeys?
  /// Whether an access file may name an address that other machines reach, without keys.
  public let isInsecureAllowed: Bool

  /// A coordinator.
  public init(_ location: CoordinatorLocation, keys: PeerKeys?, isInsecureAllowed: Bool) {
    self.location = location
    self.keys = keys
    self.isInsecureAllowed = isInsecureAllowed
  }
}

/// What an access file says at a moment, judged by who reads it.
struct AccessFileReader: Sendable {
  /// What to do by an access file.
  enum Advice: Hashable, Sendable {
    /// Connect to an address.
    case connect(String)
    /// Wait for the file.
    case waitForFile
    /// Wait: this file is of a coordinator that cannot be meant; the one that replaces it may do.
    case waitForAnother(RuntimeError)
    /// Look again soon: it may be being copied there.
    case lookAgain(RuntimeError)
    /// It will not become better by itself.
    case giveUp(RuntimeError)
  }

  let path: String
  let keys: PeerKeys?
  let isInsecureAllowed: Bool

  /// Reads the file once.
  func read() -> Advice {
    switch AccessFile.look(at: path) {
    case .absent: .waitForFile
    case .malformed(let reason): .lookAgain(RuntimeError(.input, reason))
    case .unusable(let reason): .giveUp(RuntimeError(.input, reason))
    case .file(let file): advice(file)
    }
  }

  private func advice(_ file: AccessFile) -> Advice {
    if let error = mismatch(file) { return .waitForAnother(error) }
    do throws(RuntimeError) {
      try EndpointPolicy(hasKeys: keys != nil, isInsecureAllowed: isInsecureAllowed)
        .checkConnecting(to: file.address)
      return .connect(file.address)
    } catch {
      return .giveUp(RuntimeError(error.kind, "the access file \(path): \(error.message)"))
    }
  }

  /// What of its key is not what this side knows. An older file may be replaced soon.
  private func mismatch(_ file: AccessFile) -> RuntimeError? {
    switch (file.publicKey, keys) {
    case (let theirs?, let keys?) where theirs != keys.coordinator:
      RuntimeError(
        .input,
        "the access file \(path) names another coordinator key than \(keys.directory)/"
          + "coordinator.public: copy that coordinator's public key there, or start the coordinator "
          + "again with the key that belongs to it")
    case (nil, let keys?):
      RuntimeError(
        .input,
        "the access file \(path) names a coordinator without keys: start it with --keys, or leave out "
          + "--keys \(keys.directory) here")
    case (_?, nil):
      RuntimeError(
        .input,
        "the access file \(path) names a coordinator that uses keys: give --keys DIR (see "
          + "`seedsweep help keys`)")
    case (_?, _?), (nil, nil): nil
    }
  }
}
