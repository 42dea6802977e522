import Foundation

/// A directory for a coordinator's socket that only this user can enter and that goes when this object
/// does.
///
/// A coordinator that is killed cannot take it away. Its workers do, who outlive it by a moment; and
/// where none had started, the next coordinator does. A lock on the directory, which ends with its
/// process, tells whether its coordinator lives: also one that had no time to listen.
final class TemporaryDirectory {
  let path: String
  /// The open directory, whose lock is held.
  private let lock: Int32

  private static let prefix = "seedsweep-"
  private static let suffixLength = 6
  private static let mostAttempts = 100
  private static let socketName = "coordinator"

  init() throws(RuntimeError) {
    // A socket's path has at most about 100 bytes, which a long TMPDIR would use up.
    let parent = ProcessInfo.processInfo.environment["TMPDIR"].flatMap { path in
      path.utf8.count < 60 && FileManager.default.isWritableFile(atPath: path) ? path : nil
    }
    Self.removeAbandoned(in: parent ?? "/tmp")
    for _ in 0..<Self.mostAttempts {
      guard let path = Self.make(in: parent ?? "/tmp") else { break }
      let lock = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
      // Another coordinator may take it for abandoned before it is locked: then it will be removed. A
      // file system without locks has them for nobody.
      if lock >= 0, flock(lock, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK,
        Self.isFile(lock, at: path)
      {
        self.path = path
        self.lock = lock
        return
      }
      if lock >= 0 { close(lock) }
    }
    throw RuntimeError(
      .environment,
      "cannot make a directory for the workers' socket in \(parent ?? "/tmp"): "
        + SystemCall.errorText)
  }

  private static func make(in parent: String) -> String? {
    let suffix = String(repeating: "X", count: suffixLength)
    var template = Array("\(parent)/\(prefix)\(suffix)".utf8CString)
    guard mkdtemp(&template) != nil else { return nil }
    return String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  /// Whether what is open is what has this name now.
  private static func isFile(_ descriptor: Int32, at path: String) -> Bool {
    var (opened, named) = (stat(), stat())
    return fstat(descriptor, &opened) == 0 && lstat(path, &named) == 0
      && opened.st_dev == named.st_dev && opened.st_ino == named.st_ino
  }

  deinit {
    try? FileManager.default.removeItem(atPath: path)
    close(lock)
  }

  /// Where a coordinator with this directory listens.
  var endpoint: String { "ipc://\(path)/\(Self.socketName)" }

  /// Removes the directory of the coordinator at `endpoint`, which is gone.
  static func removeAbandoned(by endpoint: String) {
    guard endpoint.hasPrefix("ipc://"), endpoint.hasSuffix("/\(socketName)") else { return }
    let path = endpoint.dropFirst("ipc://".count).dropLast(socketName.utf8.count + 1)
    guard path.split(separator: "/").last?.hasPrefix(prefix) == true else { return }
    remove(String(path))
  }

  /// Removes this user's directories in which nobody listens any more.
  private static func removeAbandoned(in parent: String) {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: parent)) ?? []
    for name in names
    where name.hasPrefix(prefix) && name.utf8.count == prefix.utf8.count + suffixLength {
      let path = "\(parent)/\(name)"
      var status = stat()
      guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR,
        status.st_uid == geteuid(), status.st_mode & 0o777 == 0o700
      else { continue }
      let directory = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
      guard directory >= 0 else { continue }
      defer { close(directory) }
      // Earlier versions take no lock: of theirs the socket tells.
      if flock(directory, LOCK_EX | LOCK_NB) == 0, isRefused("\(path)/\(socketName)") {
        remove(path)
      }
    }
  }

  /// Only what is ours: a directory that holds anything else stays.
  private static func remove(_ path: String) {
    unlink("\(path)/\(socketName)")
    rmdir(path)
  }

  /// Whether the file is a socket at which nobody listens, or is not there.
  private static func isRefused(_ path: String) -> Bool {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let capacity = MemoryLayout.size(ofValue: address.sun_path)
    guard path.utf8.count < capacity else { return false }
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    #if os(Linux)
      let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    #else
      let descriptor = socket(AF_UNIX, SOCK_STREAM, 0)
    #endif
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    // Not to wait for one whose queue is full.
    _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
    let result = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    return result != 0 && (errno == ECONNREFUSED || errno == ENOENT)
  }
}
