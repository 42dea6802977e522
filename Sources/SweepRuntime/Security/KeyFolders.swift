import Foundation

/// The three folders of keys for a coordinator, its workers and its clients, made at once.
///
/// ```
/// DIR/coordinator/  coordinator.secret  coordinator.public  workers/worker.public  clients/client.public
/// DIR/worker/       worker.secret       worker.public       coordinator.public
/// DIR/client/       client.secret       client.public       coordinator.public
/// ```
///
/// They are written into `DIR/.pair.new`, which becomes `DIR/.pair` when all of it is on the disk; then the
/// folders are moved out one by one. So a run that was interrupted leaves either nothing that counts
/// or what the next run only has to move.
///
/// Where all three are there and empty, as new volumes are that were mounted for them, the files are
/// written in place: mounts cannot be renamed.
public struct KeyFolders: Sendable {
  /// What was done.
  public enum Outcome: Hashable, Sendable {
    /// New keys were made.
    case made
    /// An interrupted run was completed with the keys that it had made.
    case completed
    /// All was there.
    case found
  }

  /// The parent of the folders.
  public let directory: String

  private static let names = ["coordinator", "worker", "client"]
  private static let staging = ".pair"
  private static let unfinished = ".pair.new"

  /// The folders beneath a directory, which need not be there.
  public init(directory: String) { self.directory = directory }

  /// Makes the folders where they are missing. No key is ever overwritten.
  ///
  /// - Throws: ``RuntimeError`` where some of them are there but not all, where one that is there cannot
  ///   be used, or where one cannot be written.
  public func make() throws(RuntimeError) -> Outcome {
    try KeyFile.makeDirectory(directory)
    let lock = try lockDirectory()
    defer { close(lock) }
    if isThere(Self.staging) {
      try moveOut()
      try check()
      return .completed
    }
    let missing = Self.names.filter { !isThere($0) }
    if missing.isEmpty {
      if Self.names.allSatisfy(isEmptyFolder) {
        try write(into: directory)
        return .made
      }
      try check()
      return .found
    }
    guard missing == Self.names else {
      let present = Self.names.filter { !missing.contains($0) }
      throw RuntimeError(
        .input,
        "\(directory) has \(Self.listing(present)) but not \(Self.listing(missing)), and keys are never "
          + "overwritten: choose another directory, or move away what is there")
    }
    // Keys that nobody has seen yet, of a run that was interrupted.
    try? FileManager.default.removeItem(atPath: path(Self.unfinished))
    try stage()
    try moveOut()
    return .made
  }

  private func stage() throws(RuntimeError) {
    try write(into: path(Self.unfinished))
    sync()
    try move(Self.unfinished, to: Self.staging)
  }

  /// Generates the keys and writes the three folders.
  private func write(into folder: String) throws(RuntimeError) {
    let coordinator = try KeyFile.generate(name: "coordinator")
    _ = try coordinator.write(into: "\(folder)/coordinator")
    for (name, role) in [("worker", AccessRoles.worker), ("client", .client)] {
      let own = try KeyFile.generate(name: name)
      _ = try own.write(into: "\(folder)/\(name)")
      try KeyFile.create(
        "\(folder)/\(name)/\(coordinator.name)\(KeyFile.publicSuffix)", coordinator.publicText,
        mode: 0o644)
      _ = try own.allow(as: role, in: "\(folder)/coordinator")
    }
  }

  private func moveOut() throws(RuntimeError) {
    for name in Self.names where isThere("\(Self.staging)/\(name)") {
      // A rename could replace an empty folder of the user's, with rights of its own.
      guard !isThere(name) else {
        throw RuntimeError(
          .input,
          "\(path(name)) is there, and \(path(Self.staging)) too, which an interrupted `keys new --pair` left: "
            + "delete one of the two")
      }
      try move("\(Self.staging)/\(name)", to: name)
    }
    guard rmdir(path(Self.staging)) == 0 else {
      throw RuntimeError(
        .environment, "cannot remove \(path(Self.staging)): \(SystemCall.errorText)")
    }
  }

  /// Whether the three belong together and can be used. A key that is not allowed may have been revoked.
  private func check() throws(RuntimeError) {
    let coordinator = try CoordinatorKeys(directory: path("coordinator"))
    for name in Self.names.dropFirst() {
      let peer: PeerKeys
      do throws(RuntimeError) { peer = try PeerKeys(directory: path(name)) } catch {
        // A new key has to be allowed, too.
        guard let secrets = try? KeyDirectory.names(in: path(name), suffix: KeyFile.secretSuffix),
          secrets.isEmpty
        else { throw error }
        throw RuntimeError(
          error.kind,
          "\(error.message), and `seedsweep keys allow \(path(name))/NAME\(KeyFile.publicSuffix) "
            + "--role \(name) --keys \(path("coordinator"))` has the coordinator accept it")
      }
      guard peer.coordinator == coordinator.own.publicKey else {
        throw RuntimeError(
          .input,
          "\(path(name))/coordinator.public is not the key of \(path("coordinator")): copy "
            + "coordinator.public from there")
      }
    }
  }

  private func move(_ name: String, to other: String) throws(RuntimeError) {
    guard rename(path(name), path(other)) == 0 else {
      throw RuntimeError(
        .environment, "cannot move \(path(name)) to \(path(other)): \(SystemCall.errorText)")
    }
  }

  /// Keeps a second run from the directory until the descriptor is closed, where the file system can.
  private func lockDirectory() throws(RuntimeError) -> Int32 {
    let descriptor = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw RuntimeError(.environment, "cannot read \(directory): \(SystemCall.errorText)")
    }
    _ = flock(descriptor, LOCK_EX)
    return descriptor
  }

  /// Whether anything has that name.
  private func isThere(_ name: String) -> Bool {
    var status = stat()
    return lstat(path(name), &status) == 0
  }

  /// Whether it is a folder without anything of ours; a file system of its own may have `lost+found`.
  private func isEmptyFolder(_ name: String) -> Bool {
    guard let contents = try? FileManager.default.contentsOfDirectory(atPath: path(name)) else {
      return false
    }
    return contents.allSatisfy { $0 == "lost+found" }
  }

  private func path(_ name: String) -> String { "\(directory)/\(name)" }

  private static func listing(_ names: [String]) -> String {
    names.map { "\($0)/" }.joined(separator: " and ")
  }
}
