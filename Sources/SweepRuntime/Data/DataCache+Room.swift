import Foundation
import SweepModel

/// A file of a cache as its directory shows it.
struct CacheEntry {
  static let partialSuffix = ".partial"

  let name: String
  let digest: FileDigest
  /// Bytes that it has or, if it is on its way, will have.
  let size: Int
  /// When it was last used or written, in seconds.
  let used: Double

  /// Nil for anything that is no file of a cache.
  init?(_ name: String, in directory: String) {
    var status = stat()
    guard lstat(directory + "/" + name, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      return nil
    }
    self.name = name
    #if os(Linux)
      let modified = status.st_mtim
    #else
      let modified = status.st_mtimespec
    #endif
    used = Double(modified.tv_sec) + Double(modified.tv_nsec) / 1e9
    if let digest = FileDigest(hex: name) {
      self.digest = digest
      size = Int(status.st_size)
      return
    }
    guard name.hasSuffix(Self.partialSuffix) else { return nil }
    let parts = name.dropLast(Self.partialSuffix.count).split(separator: "-")
    guard parts.count == 2, let digest = FileDigest(hex: String(parts[0])),
      let size = Int(parts[1]), (0...Limits.dataFileBytes).contains(size)
    else { return nil }
    self.digest = digest
    self.size = size
  }
}

extension DataCache {
  /// The cache's files.
  var entries: [CacheEntry] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
    return names.compactMap { CacheEntry($0, in: directory) }
  }

  /// Removes what was used the longest time ago until there is room for `file`, whose partial file is there
  /// already and holds `present` bytes.
  ///
  /// - Throws: ``RuntimeError`` where the rest is in use or the disk itself is full.
  func makeRoom(
    for file: DataFile, present: Int, keeping kept: Set<FileDigest>
  ) throws(RuntimeError) {
    let lock = Foundation.open(directory + "/lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard lock >= 0 else { throw failure("write to") }
    defer { close(lock) }
    while flock(lock, LOCK_EX) != 0 {
      guard errno == EINTR else { throw failure("lock") }
    }
    let entries = self.entries
    // Its own partial file counts with the size that it will have.
    var total = entries.reduce(0) { $0 + $1.size }
    for entry in entries.sorted(by: { ($0.used, $0.name) < ($1.used, $1.name) })
    where total > limit && entry.digest != file.digest && !kept.contains(entry.digest) {
      if removeUnlessInUse(entry.name) { total -= entry.size }
    }
    guard total <= limit else {
      throw RuntimeError(
        .environment,
        "\(directory) is full: no room for a file of \(file.size) bytes beside \(total - file.size) bytes "
          + "in use, of \(limit); raise \(option)-size")
    }
    if let free = Self.freeBytes(directory), free < file.size - present {
      throw RuntimeError(
        .environment,
        "\(directory) has \(free) free bytes, and a file needs \(file.size - present): free some space "
          + "there, or choose another directory with \(option)")
    }
  }

  private func removeUnlessInUse(_ name: String) -> Bool {
    let path = directory + "/" + name
    let descriptor = Foundation.open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else { return false }
    return unlink(path) == 0
  }

  /// Bytes that this user may still write to the file system.
  static func freeBytes(_ path: String) -> Int? {
    var status = statvfs()
    guard statvfs(path, &status) == 0 else { return nil }
    let (bytes, overflows) = Int(clamping: status.f_bavail).multipliedReportingOverflow(
      by: Int(clamping: status.f_frsize))
    return overflows ? nil : bytes
  }
}
