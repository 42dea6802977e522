import Foundation

/// A place where a command is about to write a file: whether it can, and in words why not.
enum WritablePlace {
  /// Sees to it, before any work is done for it, that a file can be written at `path`.
  ///
  /// - Throws: ``RuntimeError`` where none can be.
  static func check(_ path: String) throws(RuntimeError) {
    // What a process with the same number left behind when it was killed does no harm.
    let probe = "\(path).\(getpid()).partial"
    let descriptor = open(probe, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else {
      let code = errno
      if code == EEXIST { return }
      throw failure(path, code)
    }
    close(descriptor)
    unlink(probe)
  }

  /// Why nothing can be written at `path`, after a call of the system failed with `code`.
  static func failure(_ path: String, _ code: Int32) -> RuntimeError {
    let parent = (path as NSString).deletingLastPathComponent
    let directory = parent.isEmpty ? "." : parent
    var status = stat()
    guard stat(directory, &status) == 0 || errno != ENOENT else {
      return RuntimeError(
        .input, "there is no directory \(directory) for \(path): create it first")
    }
    switch code {
    case ENOTDIR:
      return RuntimeError(
        .input, "cannot write \(path): a part of this path is not a directory: choose another place"
      )
    case ENOENT:
      return environment(path, "\(directory) takes no new files: choose another directory")
    case EACCES, EPERM:
      return environment(
        path,
        "this user may not write in \(directory): change its permissions, or choose another directory"
      )
    case EROFS:
      return environment(
        path, "\(directory) is on a read-only file system: choose another directory")
    case ENOSPC, EDQUOT:
      return environment(
        path, "its disk is full: free some space, and run the same command again")
    default:
      return environment(path, "\(String(cString: strerror(code))): choose another place")
    }
  }

  private static func environment(_ path: String, _ reason: String) -> RuntimeError {
    RuntimeError(.environment, "cannot write \(path): \(reason)")
  }

  /// The system's number of the error that Foundation put into its own words; `EIO` where it keeps none.
  static func code(of error: any Error) -> Int32 {
    // Foundation for Linux holds a POSIXError there, which is no NSError before it is bridged.
    let cause = (error as NSError).userInfo[NSUnderlyingErrorKey] as? any Error
    return cause.map { Int32(($0 as NSError).code) } ?? EIO
  }
}
