import Foundation

/// A directory that only this user can enter and that goes when this object does.
///
/// Where the process is killed, the directory stays, and the next one to be made clears it away. Whose
/// process still runs is seen by a lock that the kernel releases however a process ends.
final class TemporaryDirectory {
  let path: String
  private let lock: Int32

  private static let prefix = "seedsweep-"
  private static let lockName = "lock"

  init() throws(RuntimeError) {
    // A socket's path has at most about 100 bytes, which a long TMPDIR would use up.
    let parent = ProcessInfo.processInfo.environment["TMPDIR"].flatMap { path in
      path.utf8.count < 60 && FileManager.default.isWritableFile(atPath: path) ? path : nil
    }
    try self.init(in: parent ?? "/tmp")
  }

  /// A directory in `parent`, in which those of processes that are gone are removed first.
  init(in parent: String) throws(RuntimeError) {
    Self.removeLeftovers(in: parent)
    var template = Array("\(parent)/\(Self.prefix)XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else {
      throw RuntimeError(
        .environment,
        "cannot make a directory for the workers' socket in \(parent): \(SystemCall.errorText)")
    }
    path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    // Locked under another name: one that can be seen under its own is never free to be taken.
    let new = "\(path)/\(Self.lockName).new"
    lock = open(new, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard lock >= 0, flock(lock, LOCK_EX | LOCK_NB) == 0,
      rename(new, "\(path)/\(Self.lockName)") == 0
    else {
      let cause = SystemCall.errorText
      try? FileManager.default.removeItem(atPath: path)
      throw RuntimeError(.environment, "cannot lock \(path): \(cause)")
    }
  }

  deinit {
    try? FileManager.default.removeItem(atPath: path)
    close(lock)
  }

  /// Removes the directories of this user whose process is gone, if nothing but what we put there is
  /// in them. What cannot be removed stays: nothing depends on it.
  private static func removeLeftovers(in parent: String) {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: parent)) ?? []
    for name in names where name.hasPrefix(prefix) && name.utf8.count == prefix.utf8.count + 6 {
      removeIfLeft("\(parent)/\(name)")
    }
  }

  private static func removeIfLeft(_ path: String) {
    // Links are not followed, and everything happens in the directory that was looked at.
    let directory = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    guard directory >= 0 else { return }
    defer { close(directory) }
    var status = stat()
    guard fstat(directory, &status) == 0, status.st_uid == geteuid() else { return }
    let lock = openat(directory, lockName, O_RDWR | O_NOFOLLOW | O_CLOEXEC)
    guard lock >= 0 else { return }
    defer { close(lock) }
    guard flock(lock, LOCK_EX | LOCK_NB) == 0 else { return }
    unlinkat(directory, LocalRun.socketName, 0)
    unlinkat(directory, lockName, 0)
    rmdir(path)
  }
}
