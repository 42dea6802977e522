import Foundation
import SweepModel

/// Reads and writes whole files of models.
package enum ModelFile {
  /// The bytes of the file at a path.
  ///
  /// They are read, not mapped: a mapped file that another process shortens ends this one.
  ///
  /// - Throws: ``KerasFileError`` where it is no regular file that can be read, or is over the limit.
  package static func read(_ path: String) throws(KerasFileError) -> [UInt8] {
    // A FIFO must not keep the process waiting for someone who writes to it.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      throw KerasFileError(
        .system, file: path, errno == ENOENT ? "there is no such file" : Self.systemError)
    }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      throw KerasFileError(.system, file: path, systemError)
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw KerasFileError(
        .otherKind, file: path,
        status.st_mode & S_IFMT == S_IFDIR
          ? "this is a directory; name a file (a SavedModel of TensorFlow is not read: save the "
            + "model as .keras or .weights.h5)" : "this is no regular file")
    }
    guard status.st_size <= Limits.modelFileBytes else {
      throw KerasFileError(
        .overLimit, file: path,
        "\(status.st_size) bytes are over the limit of \(Limits.modelFileBytes)")
    }
    return try bytes(of: descriptor, count: Int(status.st_size), path)
  }

  private static func bytes(of descriptor: Int32, count: Int, _ path: String)
    throws(KerasFileError) -> [UInt8]
  {
    var problem: KerasFileError?
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      while filled < count {
        let read = Foundation.read(
          descriptor, UnsafeMutableRawPointer(buffer.baseAddress.map { $0 + filled }),
          count - filled)
        if read < 0, errno == EINTR { continue }
        if read < 0 { problem = KerasFileError(.system, file: path, systemError) }
        if read <= 0 { return }
        filled += read
      }
    }
    if let problem { throw problem }
    return bytes
  }

  /// Writes a file in whole or not at all, in place of an older one: a temporary file beside it, brought
  /// to the disk and then renamed.
  ///
  /// - Throws: ``KerasFileError`` where it cannot be written; the older file is then as it was.
  package static func write(_ bytes: [UInt8], to path: String) throws(KerasFileError) {
    let folder = (path as NSString).deletingLastPathComponent
    let name = (path as NSString).lastPathComponent
    let place = folder.isEmpty ? "." : folder
    // Nobody else's file has that name; rights are those that the user's other files get.
    let temporary = "\(place)/.\(name.prefix(64))-\(UInt64.random(in: .min ... .max))"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw failure("write", path) }
    guard write(bytes, to: descriptor), fsync(descriptor) == 0
    else {
      let error = failure("write", path)
      close(descriptor)
      unlink(temporary)
      throw error
    }
    guard close(descriptor) == 0, rename(temporary, path) == 0 else {
      let error = failure("write", path)
      unlink(temporary)
      throw error
    }
    synchronize(place)
  }

  private static func write(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
    bytes.withUnsafeBytes { buffer in
      var written = 0
      while written < buffer.count {
        let count = Foundation.write(
          descriptor, buffer.baseAddress.map { $0 + written }, buffer.count - written)
        if count < 0, errno == EINTR { continue }
        if count <= 0 { return false }
        written += count
      }
      return true
    }
  }

  /// Brings a folder's entries to the disk, where its file system can.
  private static func synchronize(_ folder: String) {
    let descriptor = open(folder, O_RDONLY | O_CLOEXEC | O_DIRECTORY)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    close(descriptor)
  }

  private static func failure(_ what: String, _ path: String) -> KerasFileError {
    KerasFileError(.system, file: path, "cannot \(what) the file: \(systemError)")
  }

  private static var systemError: String { String(cString: strerror(errno)) }

  /// Refuses content of another kind than a caller reads, by its first bytes.
  static func check(
    _ bytes: [UInt8], is kind: FileKind, _ expected: String, name: String, member: String? = nil
  ) throws(KerasFileError) {
    let found = FileKind(of: bytes)
    guard found != kind else { return }
    throw KerasFileError(
      found == .pickle ? .refused : .otherKind, file: name, member: member,
      "\(found.sentence), where \(expected) is expected")
  }
}
