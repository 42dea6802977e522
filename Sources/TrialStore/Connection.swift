import Foundation
import GRDB

/// The one SQLite connection of a store, and how it was opened.
///
/// Writers and readers use the write-ahead log, so that neither waits for the other. A reader
/// falls back, step by step, where it may not write: SQLite needs to create files beside a
/// database in WAL mode even to read it, unless it is told that nothing changes.
struct Connection: Sendable {
  let queue: DatabaseQueue
  /// The stamp of a file that is read without locks; nil where SQLite's locks protect the reader.
  private let unprotected: StoreFile.Stamp?
  private let file: StoreFile

  /// How long SQLite waits for its locks, which others hold only while they open, recover or close.
  private static let busyTimeoutSeconds = 10.0

  /// What a writer keeps of the file in memory. With SQLite's 2 MB, pages of the index would be written
  /// to the log and read back within one transaction.
  private static let writerCacheKibibytes = 32 << 10

  /// Bytes of a page of a new file. Of histories of 1.6 kB, 100 epochs of two columns, five fit; in
  /// SQLite's 4 KiB two do, and a fifth more is written.
  private static let pageBytes = 8_192

  /// Pages of the log (32 MiB) after which they are copied into the file. Pages that many commits
  /// change are then copied once, and the file is synced a tenth as often as with SQLite's 1,000 of
  /// 4 KiB.
  private static let checkpointPages = (32 << 20) / pageBytes

  /// Opens the file to write, creating or migrating it.
  static func forWriting(_ file: StoreFile, maximumPages: Int?) throws -> Connection {
    let queue = try DatabaseQueue(path: file.path, configuration: configuration(readOnly: false))
    if file.size ?? 0 == 0 {
      try queue.inDatabase { try $0.execute(sql: "PRAGMA page_size = \(pageBytes)") }
    }
    try queue.write { database in
      if try !Schema.isEmpty(database) { try Schema.Header(database).check(file.givenPath) }
      try Schema.migrate(database)
    }
    // Only now: the tables, and the header by which others judge the file, are in the file itself.
    try queue.inDatabase { database in
      let mode = try String.fetchOne(database, sql: "PRAGMA journal_mode = WAL")
      guard mode == "wal" else {
        throw StoreError(
          .inputOutput, file.givenPath,
          "\(file.givenPath) lies on a file system without shared memory for SQLite "
            + "(a network disk?): use a --store on a local disk")
      }
      try database.execute(
        sql: """
          PRAGMA cache_size = \(-writerCacheKibibytes);
          PRAGMA wal_autocheckpoint = \(checkpointPages);
          """)
      if let maximumPages {
        try database.execute(sql: "PRAGMA max_page_count = \(maximumPages)")
      }
    }
    return Connection(queue: queue, unprotected: nil, file: file)
  }

  /// Opens the file to read, leaving what it holds as it is.
  static func forReading(_ file: StoreFile) throws -> Connection {
    let connection = try openForReading(file)
    try connection.queue.read { database in
      if try Schema.isEmpty(database) { throw StoreError.empty(file.givenPath) }
      let header = try Schema.Header(database)
      try header.check(file.givenPath)
      guard header.format == Schema.format else {
        throw StoreError.otherFormat(file.givenPath, found: header.format)
      }
    }
    return connection
  }

  private static func openForReading(_ file: StoreFile) throws -> Connection {
    if file.networkFileSystem != nil {
      // Locks and shared memory mean nothing there; what is there is a copy that nobody writes.
      return try unprotected(file)
    }
    if file.isWritable {
      // Not SQLITE_OPEN_READONLY: such a connection could not take its files away when it closes.
      let queue = try DatabaseQueue(path: file.path, configuration: configuration(readOnly: false))
      return Connection(queue: queue, unprotected: nil, file: file)
    }
    do {
      // This works while a coordinator has the store open, as its files are there already.
      let queue = try DatabaseQueue(path: file.path, configuration: configuration(readOnly: true))
      return Connection(queue: queue, unprotected: nil, file: file)
    } catch let error as DatabaseError
      where error.resultCode == .SQLITE_CANTOPEN || error.resultCode == .SQLITE_READONLY
    {
      return try unprotected(file)
    }
  }

  /// Opens the file to read it without locks and without files beside it.
  private static func unprotected(_ file: StoreFile) throws -> Connection {
    guard !file.hasPendingLog else {
      throw StoreError(
        .permissionDenied, file.givenPath,
        "\(file.givenPath)-wal holds results that cannot be read here: copy both files to a "
          + "directory on a local disk that you can write to, and read them there")
    }
    let stamp = file.stamp
    let queue = try DatabaseQueue(
      path: file.immutableURI, configuration: configuration(readOnly: true))
    return Connection(queue: queue, unprotected: stamp, file: file)
  }

  private static func configuration(readOnly: Bool) -> Configuration {
    var configuration = Configuration()
    configuration.readonly = readOnly
    configuration.busyMode = .timeout(busyTimeoutSeconds)
    configuration.prepareDatabase { database in
      // FULL: a result is acknowledged after its commit, which must outlive a loss of power. In WAL
      // mode NORMAL would sync only at checkpoints. The other two are the same for macOS.
      try database.execute(
        sql: """
          PRAGMA synchronous = FULL;
          PRAGMA fullfsync = ON;
          PRAGMA checkpoint_fullfsync = ON;
          """)
    }
    return configuration
  }

  /// Runs `body` in a read transaction.
  func read<Value>(_ body: (Database) throws -> Value) throws(StoreError) -> Value {
    let outcome: Result<Value, any Error> = Result {
      try queue.unsafeRead { database in
        try checkOpen(database)
        return try database.readOnly { try Self.transaction(database, .deferred, body) }
      }
    }
    try checkUnchanged()
    do { return try outcome.get() } catch { throw StoreError(error, file.givenPath) }
  }

  /// Runs `body` in a transaction of its own, of which nothing stays where it throws.
  func write<Value>(_ body: (Database) throws -> Value) throws(StoreError) -> Value {
    do {
      return try queue.writeWithoutTransaction { database in
        try checkOpen(database)
        return try Self.transaction(database, .immediate, body)
      }
    } catch {
      throw StoreError(error, file.givenPath)
    }
  }

  /// Runs `body` outside a transaction, as SQLite's backup wants its source.
  func withSource(_ body: (Database) throws(StoreError) -> Void) throws(StoreError) {
    let outcome: Result<Void, any Error> = Result {
      try queue.unsafeRead { database in
        try checkOpen(database)
        try body(database)
      }
    }
    try checkUnchanged()
    do { try outcome.get() } catch { throw StoreError(error, file.givenPath) }
  }

  /// A reader without locks can meet a writer: then neither a value nor an error means anything.
  private func checkUnchanged() throws(StoreError) {
    guard let unprotected, file.stamp != unprotected else { return }
    throw StoreError(
      .busy, file.givenPath,
      "\(file.givenPath) was written while it was being read: run the same command again")
  }

  /// GRDB's own `read` and `write` end the process where the connection was closed; here, on the
  /// queue that closes it too, nothing can come between.
  private func checkOpen(_ database: Database) throws(StoreError) {
    guard database.sqliteConnection != nil else { throw .closed(file.givenPath) }
  }

  private static func transaction<Value>(
    _ database: Database, _ kind: Database.TransactionKind, _ body: (Database) throws -> Value
  ) throws -> Value {
    var value: Value?
    try database.inTransaction(kind) {
      value = try body(database)
      return .commit
    }
    guard let value else { preconditionFailure("a transaction ended without running its body") }
    return value
  }
}
