import Foundation
import SweepModel

extension AccessFile {
  /// What is at a path.
  enum Finding: Hashable, Sendable {
    /// There is no file.
    case absent
    /// A file that can be used.
    case file(AccessFile)
    /// A regular file with other content: perhaps somebody copies one there at this moment.
    case malformed(String)
    /// Something that does not become a file by waiting.
    case unusable(String)
  }

  /// Looks at a path, without waiting for anything.
  static func look(at path: String) -> Finding {
    // Without waiting: it may be a pipe that nobody writes to.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
    guard descriptor >= 0 else {
      let code = errno
      // A folder that is not there yet may be made with the file. A network file system may still know
      // the file that was replaced.
      if code == ENOENT || code == ESTALE { return .absent }
      return .unusable("cannot read the access file \(path): \(String(cString: strerror(code)))")
    }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      return .unusable("\(path) is not an access file: it is not a regular file")
    }
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: Limits.accessFileBytes)
    // One byte too many is enough to know that it is too long.
    while bytes.count <= Limits.accessFileBytes {
      let count = Foundation.read(descriptor, &piece, piece.count)
      if count == 0 { break }
      if count > 0 {
        bytes += piece.prefix(count)
      } else if errno == ESTALE {
        return .absent
      } else if errno != EINTR {
        return .unusable("cannot read the access file \(path): \(SystemCall.errorText)")
      }
    }
    do throws(Objection) {
      return .file(try AccessFile(parsing: bytes))
    } catch {
      return .malformed("\(path) is not an access file: \(error)")
    }
  }

  /// Sees to it early that a file can be written at a path.
  ///
  /// - Throws: ``RuntimeError`` where there is no such folder, or something else is at the path.
  public static func checkWritable(_ path: String) throws(RuntimeError) {
    try WritablePlace.check(path)
    var status = stat()
    if lstat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG {
      throw RuntimeError(
        .input,
        "cannot write the access file \(path): something is there that is not a regular file")
    }
  }

  /// Writes the file in whole or not at all, readable by its owner alone, in place of an older one.
  ///
  /// - Throws: ``RuntimeError`` where it cannot be written.
  public func write(to path: String) throws(RuntimeError) {
    try Self.checkWritable(path)
    let temporary = Self.temporary(beside: path)
    // What a process with the same number left behind when it was killed.
    unlink(temporary)
    try KeyFile.create(temporary, text, mode: 0o600)
    guard rename(temporary, path) == 0 else {
      let code = errno
      unlink(temporary)
      throw WritablePlace.failure(path, code)
    }
    Self.synchronize(Self.folder(of: path))
  }

  /// Removes the file where it is still this one: another coordinator may have replaced it.
  public func remove(from path: String) {
    guard case .file(let found) = Self.look(at: path), isOfSameProcess(as: found) else { return }
    // Moved aside first: what is replaced between a look and the removal must not be removed.
    let temporary = Self.temporary(beside: path)
    guard rename(path, temporary) == 0 else { return }
    if case .file(let moved) = Self.look(at: temporary), !isOfSameProcess(as: moved) {
      // Unlike a rename, a link never replaces what is there.
      _ = link(temporary, path)
    }
    unlink(temporary)
    Self.synchronize(Self.folder(of: path))
  }

  private static func folder(of path: String) -> String {
    let folder = (path as NSString).deletingLastPathComponent
    return folder.isEmpty ? "." : folder
  }

  private static func temporary(beside path: String) -> String {
    let name = (path as NSString).lastPathComponent
    // Machines that share a folder have processes of the same number.
    return "\(folder(of: path))/.\(name)-\(SystemCall.hostName)-\(getpid())"
  }

  /// Brings a folder's entries to the disk, where its file system can.
  private static func synchronize(_ folder: String) {
    let descriptor = open(folder, O_RDONLY | O_CLOEXEC | O_DIRECTORY)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    close(descriptor)
  }
}
