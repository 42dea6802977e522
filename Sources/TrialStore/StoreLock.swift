import Foundation
import SweepModel

/// The right to write a store, which one process at a time holds.
///
/// SQLite alone would let two coordinators take turns, each with its own idea of what is still to be
/// done. The lock is `flock` on a file beside the store: the kernel releases it however the process
/// ends, and readers never ask for it. It is not taken on the database itself, where it could meet
/// SQLite's own locks (they are one kind on some systems), and where closing a descriptor would
/// release those.
final class StoreLock: @unchecked Sendable {
  private let lockPath: String
  /// Guards `descriptor`: closing a store and the end of its life may come from different threads.
  private let mutex = NSLock()
  private var descriptor: Int32?

  /// Takes the lock of the database at `databasePath`, or throws at once.
  ///
  /// - Throws: `locked` when another process, or this one, has it.
  init(databasePath: String, storePath: String) throws(StoreError) {
    lockPath = databasePath + "-lock"
    while true {
      let candidate = open(lockPath, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o644)
      guard candidate >= 0 else { throw .uncreatable(errno, storePath) }
      guard flock(candidate, LOCK_EX | LOCK_NB) == 0 else {
        let cause = errno
        let holder = Self.holder(candidate)
        close(candidate)
        guard cause == EWOULDBLOCK else { throw .system(cause, storePath, doing: "lock") }
        throw .locked(storePath, holder: holder)
      }
      guard Self.isPlausible(candidate) else {
        close(candidate)
        throw StoreError(
          .notAStore, storePath, "\(lockPath) is not a lock of seedsweep: move it elsewhere")
      }
      // A holder deletes its file when it is done: a lock on a deleted file would exclude nobody.
      if Self.isSameFile(candidate, lockPath) {
        descriptor = candidate
        break
      }
      close(candidate)
    }
    writeHolder()
  }

  deinit { release() }

  /// Gives the right back and deletes the file. More than once is no error.
  func release() {
    mutex.withLock {
      guard let held = descriptor else { return }
      unlink(lockPath)
      close(held)
      descriptor = nil
    }
  }

  /// Whose file it is, for the message of the next who asks; a lock without it is as good.
  private func writeHolder() {
    guard let descriptor else { return }
    let text = Array("\(getpid())\n".utf8)
    if ftruncate(descriptor, 0) == 0 {
      _ = text.withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, 0) }
    }
  }

  private static func text(_ descriptor: Int32) -> String {
    var bytes = [UInt8](repeating: 0, count: 32)
    let count = bytes.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, $0.count, 0) }
    return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
  }

  private static func holder(_ descriptor: Int32) -> Int32? {
    Int32(text(descriptor).prefix { !$0.isNewline })
  }

  /// Whether the file is one that we may overwrite and delete.
  private static func isPlausible(_ descriptor: Int32) -> Bool {
    let found = text(descriptor)
    return found.isEmpty || (holder(descriptor) != nil && found.last?.isNewline == true)
  }

  private static func isSameFile(_ descriptor: Int32, _ path: String) -> Bool {
    var opened = stat()
    var named = stat()
    return fstat(descriptor, &opened) == 0 && stat(path, &named) == 0
      && opened.st_ino == named.st_ino && opened.st_dev == named.st_dev
  }
}
