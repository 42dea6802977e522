import Datasets
import Foundation
import SweepModel
import Synchronization

/// A directory of files of data, each called by the SHA-256 of its bytes, of limited size.
///
/// Any number of processes share one. A complete file `DIGEST` never changes and is read under a shared
/// lock; a file on its way is `DIGEST-SIZE.partial`, which one process at a time writes under an exclusive
/// lock, and which is renamed once its bytes have the digest. Locks are the system's (`flock`): they end with
/// their process, and the next one goes on where that one was. Room is made under the lock of the file `lock`:
/// what was used the longest time ago goes first, and nothing that is locked.
///
/// Nothing that comes over the network names a file here but a digest and a size.
final class DataCache: Sendable {
  let directory: String
  /// Bytes that its files have together.
  let limit: Int
  /// What messages call the option that says where it is.
  let option: String
  /// What messages call what is in it.
  let contents: String
  /// Files whose digest this process has seen to be right, in the state in which they were then.
  private let verified = Mutex<[FileDigest: FileIdentity]>([:])

  /// A cache in `directory`, which need not be there before something is to be kept.
  init(
    directory: String, limit: Int, option: String = "--cache", contents: String = "data files"
  ) {
    self.directory = directory
    self.limit = limit
    self.option = option
    self.contents = contents
  }

  /// Makes the directory where it is not there.
  ///
  /// - Throws: ``RuntimeError`` where it cannot be.
  func makeDirectory() throws(RuntimeError) {
    do {
      try FileManager.default.createDirectory(
        atPath: directory, withIntermediateDirectories: true,
        attributes: [.posixPermissions: 0o700])
    } catch {
      throw RuntimeError(
        .environment,
        "cannot make the directory \(directory) for \(contents): \(SystemCall.errorText); choose another "
          + "with \(option)")
    }
  }

  /// Whether there is a complete file; what it holds is not looked at.
  func holds(_ file: DataFile) -> Bool {
    var status = stat()
    return lstat(path(of: file), &status) == 0 && status.st_mode & S_IFMT == S_IFREG
      && Int(status.st_size) == file.size
  }

  /// The complete file, locked against removal; nil where there is none of that size.
  func open(_ file: DataFile) -> CachedFile? {
    let descriptor = Foundation.open(path(of: file), O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
    guard descriptor >= 0 else { return nil }
    let opened = CachedFile(file, descriptor)
    // Without locks, as on some network file systems, it can be read all the same.
    _ = flock(descriptor, LOCK_SH | LOCK_NB)
    guard opened.state?.size == file.size else { return nil }
    // Its time tells when it was last used. Where it is someone else's, theirs will.
    _ = futimens(descriptor, nil)
    return opened
  }

  /// Whether this process knows that the file has its digest.
  func isVerified(_ opened: CachedFile) -> Bool {
    guard let state = opened.state else { return false }
    return verified.withLock { $0[opened.file.digest] == state }
  }

  /// The state in which this process has seen that the file has its digest; nil where it has not.
  func verifiedState(of file: DataFile) -> FileIdentity? { verified.withLock { $0[file.digest] } }

  /// Remembers that the file has its digest.
  func noteVerified(_ opened: CachedFile) {
    guard let state = opened.state else { return }
    verified.withLock { $0[opened.file.digest] = state }
  }

  /// Removes a complete file that does not have its digest.
  func remove(_ file: DataFile) {
    verified.withLock { $0[file.digest] = nil }
    unlink(path(of: file))
  }

  /// Begins or resumes a file that is not complete. Returns nil where another process is at it.
  ///
  /// - Parameter keeping: Files that are not removed to make room.
  /// - Throws: ``RuntimeError`` where the directory cannot be written, or there is no room.
  func resume(_ file: DataFile, keeping kept: Set<FileDigest> = []) throws(RuntimeError)
    -> PartialFile?
  {
    guard file.size <= limit else {
      throw RuntimeError(
        .environment,
        "the file has \(file.size) bytes, more than the \(limit) that \(directory) may hold: raise "
          + "\(option)-size")
    }
    try makeDirectory()
    let path = partialPath(of: file)
    let descriptor = Foundation.open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { throw failure("write to") }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      let code = errno
      close(descriptor)
      if code == EWOULDBLOCK || code == EINTR { return nil }
      throw RuntimeError(
        .environment,
        "cannot lock files in \(directory): \(String(cString: strerror(code))); choose a directory on a "
          + "local disk with \(option)")
    }
    // It may have been removed, or be complete, since it was opened.
    guard Self.isFile(descriptor, at: path), !holds(file) else {
      if Self.isFile(descriptor, at: path) { unlink(path) }
      close(descriptor)
      return nil
    }
    let present = min(FileIdentity(descriptor: descriptor)?.size ?? 0, file.size)
    do throws(RuntimeError) {
      try makeRoom(for: file, present: present, keeping: kept)
    } catch {
      // An empty file would only take up room in the list.
      if present == 0 { unlink(path) }
      close(descriptor)
      throw error
    }
    return try PartialFile(file, descriptor: descriptor, path: path, in: self)
  }

  /// Gives a file whose bytes have its digest its name.
  func complete(_ partial: borrowing PartialFile) throws(RuntimeError) {
    fchmod(partial.descriptor, 0o444)
    guard rename(partial.path, path(of: partial.file)) == 0 else { throw failure("write to") }
    if let opened = open(partial.file) { noteVerified(opened) }
  }

  /// Bytes that are there of a file that is not complete.
  func progress(of file: DataFile) -> Int {
    var status = stat()
    guard lstat(partialPath(of: file), &status) == 0 else { return 0 }
    return min(Int(status.st_size), file.size)
  }

  func path(of file: DataFile) -> String { directory + "/" + file.digest.hex }

  private func partialPath(of file: DataFile) -> String {
    "\(directory)/\(file.digest.hex)-\(file.size)\(CacheEntry.partialSuffix)"
  }

  /// What failed with the last call.
  func failure(_ action: String) -> RuntimeError {
    RuntimeError(
      .environment,
      "cannot \(action) the directory \(directory) for \(contents): \(SystemCall.errorText); free some "
        + "space there, or choose another with \(option)")
  }

  static func isFile(_ descriptor: Int32, at path: String) -> Bool {
    var (opened, named) = (stat(), stat())
    return fstat(descriptor, &opened) == 0 && lstat(path, &named) == 0
      && opened.st_dev == named.st_dev && opened.st_ino == named.st_ino
  }
}
