import Foundation
import GRDB
import SweepModel

/// The file of a store, before it is opened: where it is, and whether it is one at all.
///
/// Everything here leaves the file system as it was, so that a file that is refused stays untouched.
struct StoreFile: Sendable {
  /// The path as it was given, for messages.
  let givenPath: String
  /// The absolute path without symbolic links: two names of one store must meet in one lock.
  let path: String
  /// Bytes of the file; nil where there is none.
  let size: Int?

  /// Finds the file, or the place where it can be created.
  init(_ givenPath: String) throws(StoreError) {
    self.givenPath = givenPath
    guard let name = givenPath.split(separator: "/").last, !givenPath.hasSuffix("/") else {
      throw StoreError(
        .notAFile, givenPath, "`\(givenPath)` names no file: give the name of a file")
    }
    var status = stat()
    if stat(givenPath, &status) == 0 {
      try Self.checkIsFile(status, givenPath)
      guard let resolved = Self.resolve(givenPath) else {
        throw .system(errno, givenPath, doing: "open")
      }
      path = resolved
      size = Int(status.st_size)
      return
    }
    guard errno == ENOENT else { throw .system(errno, givenPath, doing: "open") }
    guard lstat(givenPath, &status) != 0 else {
      throw StoreError(
        .notAFile, givenPath,
        "\(givenPath) is a link to a file that does not exist: remove it, or name another file")
    }
    let directory = Self.directory(of: givenPath)
    guard let resolved = Self.resolve(directory) else {
      throw StoreError(
        .missingDirectory, givenPath,
        "there is no directory \(directory) for \(givenPath): create it first")
    }
    path = resolved == "/" ? "/\(name)" : "\(resolved)/\(name)"
    size = nil
  }

  private static func checkIsFile(_ status: stat, _ path: String) throws(StoreError) {
    switch status.st_mode & S_IFMT {
    case S_IFREG: return
    case S_IFDIR:
      throw StoreError(.notAFile, path, "\(path) is a directory: give the name of a file")
    default:
      throw StoreError(.notAFile, path, "\(path) is not a regular file: name another")
    }
  }

  private static func resolve(_ path: String) -> String? {
    guard let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    return String(cString: resolved)
  }

  /// The directory of a file, as it is named.
  static func directory(of path: String) -> String {
    let directory = (path as NSString).deletingLastPathComponent
    return directory.isEmpty ? "." : directory
  }

  /// The directory, where SQLite must be able to create its own files beside ours.
  private var directory: String {
    let end = path.lastIndex(of: "/") ?? path.startIndex
    return end == path.startIndex ? "/" : String(path[..<end])
  }

  /// Whether SQLite can write the file, and its own files beside it.
  var isWritable: Bool { firstUnwritable == nil }

  /// Checks that the store can be written, or created.
  func checkWritable() throws(StoreError) {
    if let cause = firstUnwritable { throw .system(cause, givenPath, doing: "write") }
  }

  /// Checks that the store can be in use where it is.
  func checkLocal() throws(StoreError) {
    if let networkFileSystem { throw .onNetwork(givenPath, networkFileSystem) }
  }

  /// The type of the network file system that the store is on; nil on a local disk.
  var networkFileSystem: String? { NetworkFileSystem.type(of: directory) }

  private var isReadable: Bool { access(path, R_OK) == 0 }

  private var firstUnwritable: Int32? {
    if size != nil, access(path, W_OK) != 0 { return errno }
    return access(directory, W_OK | X_OK) == 0 ? nil : errno
  }

  /// Whether a write-ahead log with something in it lies beside the file.
  var hasPendingLog: Bool {
    var status = stat()
    return stat(path + "-wal", &status) == 0 && status.st_size > 0
  }

  /// The time and size of the file now, by which a reader without locks notices a writer.
  var stamp: Stamp {
    var status = stat()
    guard stat(path, &status) == 0 else { return Stamp() }
    #if canImport(Darwin)
      let time = status.st_mtimespec
    #else
      let time = status.st_mtim
    #endif
    return Stamp(
      seconds: Int(time.tv_sec), nanoseconds: Int(time.tv_nsec), size: Int(status.st_size))
  }

  struct Stamp: Equatable {
    var seconds = 0
    var nanoseconds = 0
    var size = 0
  }

  /// A URI that makes SQLite read the file alone, without locks and without files beside it.
  var immutableURI: String {
    let digits = "0123456789"
    let letters = "abcdefghijklmnopqrstuvwxyz"
    let plain = Set("\(digits)\(letters)\(letters.uppercased())/-_.".utf8)
    let encoded = path.utf8.map { byte in
      plain.contains(byte)
        ? String(UnicodeScalar(byte)) : "%" + Hexadecimal.text(CollectionOfOne(byte))
    }
    return "file:\(encoded.joined())?immutable=1"
  }

  /// Checks that the file is a store that can be opened, or empty.
  ///
  /// SQLite does it, not a read of our own: closing our descriptor would release the locks that
  /// another connection of this process has on the file (POSIX), which can cost data. What it looks
  /// at was written when the store was made, and never since, so that the log is not needed.
  func checkIsOurs(for access: TrialStore.Access) throws(StoreError) {
    guard let size, size > 0 else { return }
    do {
      var configuration = Configuration()
      configuration.readonly = true
      configuration.prepareDatabase { database in
        // A checkpoint that is going on, or was cut short, leaves a file that is shorter than its
        // header says until the log is read too. Without this, SQLite would call that corrupt.
        try database.execute(sql: "PRAGMA writable_schema = ON")
      }
      let connection = try DatabaseQueue(path: immutableURI, configuration: configuration)
      try connection.inDatabase { database in
        try Schema.Header(database).check(givenPath)
        if access == .readWrite { try Schema.checkContract(database, givenPath) }
      }
      try connection.close()
    } catch {
      if !isReadable { throw .system(EACCES, givenPath, doing: "read") }
      throw StoreError(error, givenPath)
    }
  }
}

extension Schema {
  /// The numeric contract under which the store was made.
  static func contractVersion(_ database: Database) throws -> Int {
    guard let version = try Int.fetchOne(database, sql: "SELECT contract_version FROM store")
    else { throw UnreadableValue() }
    return version
  }

  /// Checks that results of this software can be added.
  static func checkContract(_ database: Database, _ path: String) throws {
    let found = try contractVersion(database)
    guard found == Versions.contract else {
      throw StoreError.otherContract(path, found: found, here: Versions.contract)
    }
  }
}

extension Schema.Header {
  /// Checks that it is a store's, and of a format that this software knows.
  func check(_ path: String) throws(StoreError) {
    guard applicationIdentifier == Schema.applicationIdentifier else { throw .notAStore(path) }
    guard format >= 1 else { throw .damaged(path, "its format is \(format)") }
    guard format <= Schema.format else { throw .otherFormat(path, found: format) }
  }
}
