import GRDB
import GRDBSQLite
import SweepModel

/// A prepared statement whose parameters are bound one after the other, by SQLite's own functions.
///
/// Storing results is what a coordinator does most. GRDB's way to pass arguments takes several times
/// as long as SQLite takes for the row, so the few statements of that path go without it. Short texts
/// and blobs are written into memory of the statement's own, where SQLite reads them: it would
/// allocate memory for a copy of each.
struct BoundStatement {
  private let owner: Statement
  private let memory = BoundMemory()
  private var usedBytes = 0
  private let database: Database
  private var boundCount: Int32 = 0
  private var failure: Int32 = SQLITE_OK

  /// Tells SQLite to copy what is bound, as it may move once the call is over.
  private static let copied = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

  /// Prepares a statement, or takes it from the connection's cache.
  init(_ database: Database, sql: String) throws {
    self.database = database
    owner = try database.cachedStatement(sql: sql)
  }

  /// Binds the next parameter.
  mutating func bind(_ value: Int64) {
    next { sqlite3_bind_int64($0, $1, value) }
  }

  /// Binds the next parameter.
  mutating func bind(_ value: Double) {
    next { sqlite3_bind_double($0, $1, value) }
  }

  /// Binds the next parameter; nil as NULL.
  mutating func bind(_ value: String?) {
    guard var value else { return bindNull() }
    value.withUTF8 { text in
      bind(UnsafeRawBufferPointer(text)) { statement, position, bytes, destructor in
        sqlite3_bind_text64(
          statement, position, bytes.bindMemory(to: CChar.self).baseAddress, UInt64(bytes.count),
          destructor, UInt8(SQLITE_UTF8))
      }
    }
  }

  /// Binds the next parameter to the bytes of an array; nil as NULL.
  mutating func bind(bytesOf values: [some BitwiseCopyable]?) {
    guard let values else { return bindNull() }
    values.withUnsafeBytes { bind(bytes: $0) }
  }

  /// Binds the next parameter to a digest's bytes; nil as NULL.
  mutating func bind<Subject>(_ digest: Digest<Subject>?) {
    guard let digest else { return bindNull() }
    digest.withUnsafeBytes { bind(bytes: $0) }
  }

  private mutating func bind(bytes: UnsafeRawBufferPointer) {
    bind(bytes) { statement, position, bytes, destructor in
      // SQLite would take a null pointer for NULL.
      bytes.isEmpty
        ? sqlite3_bind_zeroblob(statement, position, 0)
        : sqlite3_bind_blob64(
          statement, position, bytes.baseAddress, UInt64(bytes.count), destructor)
    }
  }

  /// Binds bytes that stay where they are until the statement is run; long ones SQLite copies.
  private mutating func bind(
    _ bytes: UnsafeRawBufferPointer,
    _ call: (SQLiteStatement, Int32, UnsafeRawBufferPointer, sqlite3_destructor_type?) -> Int32
  ) {
    guard let place = memory.place(of: bytes.count, after: usedBytes) else {
      return next { call($0, $1, bytes, Self.copied) }
    }
    place.copyMemory(from: bytes)
    usedBytes += bytes.count
    next { call($0, $1, UnsafeRawBufferPointer(place), nil) }
  }

  /// Binds the next parameter to NULL.
  mutating func bindNull() {
    next { sqlite3_bind_null($0, $1) }
  }

  /// Runs the statement, which returns no rows, and makes it ready to be bound again.
  ///
  /// - Returns: the number of rows that it changed.
  @discardableResult
  mutating func execute() throws -> Int {
    precondition(boundCount == sqlite3_bind_parameter_count(owner.sqliteStatement))
    let code = failure == SQLITE_OK ? sqlite3_step(owner.sqliteStatement) : failure
    defer {
      sqlite3_reset(owner.sqliteStatement)
      boundCount = 0
      usedBytes = 0
      failure = SQLITE_OK
    }
    guard code == SQLITE_DONE else {
      throw DatabaseError(
        resultCode: ResultCode(rawValue: code), message: database.lastErrorMessage)
    }
    return database.changesCount
  }

  private mutating func next(_ bind: (SQLiteStatement, Int32) -> Int32) {
    boundCount += 1
    let code = bind(owner.sqliteStatement, boundCount)
    if failure == SQLITE_OK { failure = code }
  }
}

/// The memory in which a statement's short texts and blobs stand until it is run.
private final class BoundMemory {
  private let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: 8 << 10, alignment: 8)

  deinit { bytes.deallocate() }

  /// Room for so many bytes behind those that are used; nil where there is none.
  func place(of count: Int, after used: Int) -> UnsafeMutableRawBufferPointer? {
    guard count <= bytes.count - used else { return nil }
    return UnsafeMutableRawBufferPointer(rebasing: bytes[used..<used + count])
  }
}
