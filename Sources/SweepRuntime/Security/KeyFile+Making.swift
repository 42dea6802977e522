import Foundation
import ZeroMQTransport

extension KeyFile {
  /// Draws a pair of keys.
  ///
  /// - Throws: ``RuntimeError`` where the library has no CURVE.
  public static func generate(name: String) throws(RuntimeError) -> KeyFile {
    try KeyDirectory.requireCurve()
    do {
      return KeyFile(name: name, pair: try CurveKeyPair.generate())
    } catch {
      throw RuntimeError(.environment, error.description)
    }
  }

  /// Puts the public key where a coordinator looks for whom it lets in; returns the path.
  ///
  /// The file appears there in whole: the coordinator may be looking.
  ///
  /// - Throws: ``RuntimeError`` where another key has that name, or the file cannot be written.
  public func allow(as role: AccessRoles, in directory: String) throws(RuntimeError) -> String {
    guard let folder = AllowList.folders.first(where: { $0.role == role })?.name else {
      preconditionFailure("one role at a time")
    }
    var status = stat()
    guard stat(directory, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
      throw RuntimeError(
        .input,
        "\(directory) is not the coordinator's directory of keys: `seedsweep keys new coordinator "
          + "--out \(directory)` makes one")
    }
    try Self.makeDirectory("\(directory)/\(folder)")
    let path = "\(directory)/\(folder)/\(name)\(Self.publicSuffix)"
    let temporary = "\(directory)/\(folder)/.\(name)-\(getpid())"
    try Self.create(temporary, publicText, mode: 0o644)
    defer { unlink(temporary) }
    // Unlike a rename, a link never replaces what is there.
    guard link(temporary, path) == 0 else {
      let code = errno
      if code == EEXIST {
        if try Self.readPublic(path).publicKey == publicKey { return path }
        throw RuntimeError(
          .input,
          "\(path) is another key of that name: delete it first, or give the new key another name")
      }
      throw RuntimeError(
        .environment, "cannot write \(path): \(String(cString: strerror(code)))")
    }
    return path
  }
}

/// The public keys in a directory of keys, for people.
public struct KeyListing: Sendable {
  /// `USE NAME KEY`, a line for each, the own ones first.
  public let lines: [String]
  /// What could not be read.
  public let problems: [String]

  /// Reads a directory.
  ///
  /// - Throws: ``RuntimeError`` where there is none.
  public init(directory: String) throws(RuntimeError) {
    let secrets = Set(try KeyDirectory.names(in: directory, suffix: KeyFile.secretSuffix))
    var lines: [String] = []
    var problems: [String] = []
    func add(_ path: String, _ use: String) {
      do throws(RuntimeError) {
        let file = try KeyFile.readPublic(path)
        let column = use.padding(toLength: 7, withPad: " ", startingAt: 0)
        lines.append("\(column) \(file.publicKey) \(file.name)")
      } catch {
        problems.append(error.message)
      }
    }
    for name in try KeyDirectory.names(in: directory, suffix: KeyFile.publicSuffix) {
      let base = name.dropLast(KeyFile.publicSuffix.count)
      add("\(directory)/\(name)", secrets.contains(base + KeyFile.secretSuffix) ? "own" : "known")
    }
    for (folder, role) in AllowList.folders {
      let path = "\(directory)/\(folder)"
      for name in (try? KeyDirectory.names(in: path, suffix: KeyFile.publicSuffix)) ?? [] {
        add("\(path)/\(name)", role == .worker ? "worker" : "client")
      }
    }
    self.lines = lines
    self.problems = problems
  }
}
