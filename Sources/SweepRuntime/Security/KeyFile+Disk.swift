import Foundation
import ZeroMQTransport

extension KeyFile {
  /// Reads a public key; a file with a secret key in it is refused: it should not lie about.
  ///
  /// - Throws: ``RuntimeError`` where the file cannot be read or is none of ours.
  public static func readPublic(_ path: String) throws(RuntimeError) -> KeyFile {
    let file = try read(path, isSecret: false)
    guard file.pair == nil else {
      throw RuntimeError(
        .input,
        "\(path): this file has a secret key; here belongs the public one, "
          + "\(file.name)\(publicSuffix)")
    }
    return file
  }

  /// Reads a secret key, which nobody but this process and root may be able to read
  /// (``SecretFileRights``).
  ///
  /// - Throws: ``RuntimeError`` where the file cannot be read, is none of ours or is open to others.
  public static func readSecret(_ path: String) throws(RuntimeError) -> KeyFile {
    let file = try read(path, isSecret: true)
    guard file.pair != nil else {
      throw RuntimeError(.input, "\(path): not a secret key: it has no line `secret-key: …`")
    }
    return file
  }

  /// Writes NAME.secret and NAME.public into a directory, which is made where it is missing.
  ///
  /// Nothing is ever overwritten. Returns the paths of the two.
  ///
  /// - Throws: ``RuntimeError`` where a file is there already or cannot be written.
  public func write(into directory: String) throws(RuntimeError) -> (secret: String, public: String)
  {
    guard let secretText else { preconditionFailure("only a pair is written into a directory") }
    try Self.makeDirectory(directory)
    let secret = "\(directory)/\(name)\(Self.secretSuffix)"
    let open = "\(directory)/\(name)\(Self.publicSuffix)"
    for path in [secret, open] {
      var status = stat()
      guard lstat(path, &status) != 0 else {
        throw RuntimeError(
          .input, "\(path) is there already, and keys are never overwritten: choose another name")
      }
    }
    try Self.create(secret, secretText, mode: 0o600)
    do {
      try Self.create(open, publicText, mode: 0o644)
    } catch {
      unlink(secret)
      throw error
    }
    return (secret, open)
  }

  /// Makes a directory that only the user can enter, where there is none.
  static func makeDirectory(_ path: String) throws(RuntimeError) {
    do {
      try FileManager.default.createDirectory(
        atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    } catch {
      var status = stat()
      guard stat(path, &status) == 0, status.st_mode & S_IFMT != S_IFDIR else {
        throw WritablePlace.failure(path, WritablePlace.code(of: error))
      }
      throw RuntimeError(.input, "\(path) is not a directory")
    }
  }

  /// Writes a new file in whole or not at all, with these rights from its first byte on.
  static func create(_ path: String, _ text: String, mode: mode_t) throws(RuntimeError) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode)
    guard descriptor >= 0 else {
      throw WritablePlace.failure(path, errno)
    }
    defer { close(descriptor) }
    // Whatever the umask is.
    var isWritten = fchmod(descriptor, mode) == 0
    var rest = Array(text.utf8)[...]
    while isWritten, !rest.isEmpty {
      let count = rest.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
      if count > 0 { rest = rest.dropFirst(count) } else { isWritten = count < 0 && errno == EINTR }
    }
    guard isWritten, fsync(descriptor) == 0 else {
      let code = errno
      unlink(path)
      throw WritablePlace.failure(path, code)
    }
  }

  private static func read(_ path: String, isSecret: Bool) throws(RuntimeError) -> KeyFile {
    let bytes = try readBytes(path, isSecret: isSecret)
    do throws(Objection) {
      return try KeyFile(parsing: bytes)
    } catch {
      throw RuntimeError(.input, "\(path) is not a key file: \(error)")
    }
  }

  private static func readBytes(_ path: String, isSecret: Bool) throws(RuntimeError) -> [UInt8] {
    // Without waiting: it may be a pipe that nobody writes to.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      throw RuntimeError(.input, "cannot read \(path): \(SystemCall.errorText)")
    }
    defer { close(descriptor) }
    // Of what was opened, not of what the path names by now.
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      throw RuntimeError(.input, "cannot read \(path): \(SystemCall.errorText)")
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw RuntimeError(.input, "\(path) is not a key file: it is not a file at all")
    }
    if isSecret, let objection = SecretFileRights(status).objection() {
      throw RuntimeError(.input, "\(path) \(objection.replacing("PATH", with: path))")
    }
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: mostBytes)
    // One byte too many is enough to know that it is too long.
    while bytes.count <= mostBytes {
      let count = Foundation.read(descriptor, &piece, piece.count)
      if count == 0 { break }
      if count > 0 {
        bytes += piece.prefix(count)
      } else if errno != EINTR {
        throw RuntimeError(.input, "cannot read \(path): \(SystemCall.errorText)")
      }
    }
    return bytes
  }
}
