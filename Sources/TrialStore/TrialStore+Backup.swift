import Foundation
import GRDB

/// Copies of a store that are taken while a coordinator writes it.
extension TrialStore {
  /// Writes a copy of the store, as it is at one moment, to a new file. Returns the copy's size in bytes.
  ///
  /// A copy made by `cp` can lack the last commits, which are in the write-ahead log, or hold half of
  /// one. This one is made by SQLite's online backup in one step, under a read transaction, so that a
  /// coordinator can go on writing meanwhile. It is a single file, without a log. It appears under its
  /// name when it is complete and on the disk; where that fails, no file is left.
  ///
  /// - Parameter destination: A path where there is no file yet.
  /// - Throws: ``StoreError`` where there is one, or it cannot be written, or the store cannot be read.
  /// - Source: https://www.sqlite.org/backup.html
  public func backup(to destination: String) throws(StoreError) -> Int {
    let file = try StoreFile(destination)
    guard file.size == nil else { throw Self.exists(destination) }
    try file.checkWritable()
    let unfinished = "\(file.path).\(getpid()).partial"
    defer { unlink(unfinished) }
    do throws(StoreError) {
      try Self.makeFile(unfinished, for: destination)
      try copy(to: unfinished)
      return try Self.publish(unfinished, as: file.path)
    } catch {
      // About the copy under the name that the user gave it, whatever the file is called meanwhile.
      throw error.path == unfinished ? error.renamed(from: unfinished, to: destination) : error
    }
  }

  /// Makes the empty file that the copy goes to: the system says more clearly than SQLite why it cannot be.
  private static func makeFile(_ path: String, for destination: String) throws(StoreError) {
    // A leftover of a process with the same number that was killed.
    unlink(path)
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw .uncreatable(errno, destination) }
    _ = Foundation.close(descriptor)
  }

  private func copy(to path: String) throws(StoreError) {
    let copy: DatabaseQueue
    do { copy = try DatabaseQueue(path: path) } catch { throw StoreError(error, path) }
    try connection.withSource { source throws(StoreError) in
      do {
        try copy.writeWithoutTransaction { copy in
          try copy.execute(sql: "PRAGMA synchronous = FULL")
          try source.backup(to: copy)
        }
        try copy.close()
      } catch {
        // SQLite reports both sides' errors on the destination: only the destination can be full.
        throw StoreError(error, path)
      }
    }
  }

  /// Gives a finished file its name, and makes sure of both on the disk. Returns its size.
  private static func publish(_ unfinished: String, as path: String) throws(StoreError) -> Int {
    var status = stat()
    guard stat(unfinished, &status) == 0 else { throw .system(errno, unfinished, doing: "write") }
    // Unlike rename, link never replaces a file that came in between.
    if link(unfinished, path) != 0 {
      if errno == EEXIST { throw exists(path) }
      guard errno == EPERM || errno == ENOTSUP, rename(unfinished, path) == 0 else {
        throw .system(errno, unfinished, doing: "write")
      }
    }
    let directory = open((path as NSString).deletingLastPathComponent, O_RDONLY | O_CLOEXEC)
    if directory >= 0 {
      fsync(directory)
      _ = Foundation.close(directory)
    }
    return Int(status.st_size)
  }

  private static func exists(_ path: String) -> StoreError {
    StoreError(
      .exists, path, "\(path) exists: name a file that does not, or move that one away")
  }
}
