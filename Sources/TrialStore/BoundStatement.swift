import GRDB
import GRDBSQLite

/// A prepared statement whose parameters are bound one after the other, by SQLite's own functions.
///
/// Storing results is what a coordinator does most. GRDB's way to pass arguments takes several times
/// as long as SQLite takes for the row, so the few statements of that path go without it.
struct BoundStatement {
  private let owner: Statement
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
      text.withMemoryRebound(to: CChar.self) { characters in
        next { statement, position in
          sqlite3_bind_text64(
            statement, position, characters.baseAddress, UInt64(characters.count), Self.copied,
            UInt8(SQLITE_UTF8))
        }
      }
    }
  }

  /// Binds the next parameter to the bytes of an array; nil as NULL.
  mutating func bind(bytesOf values: [some BitwiseCopyable]?) {
    guard let values else { return bindNull() }
    values.withUnsafeBytes { bytes in
      next { statement, position in
        // SQLite would take a null pointer for NULL.
        bytes.isEmpty
          ? sqlite3_bind_zeroblob(statement, position, 0)
          : sqlite3_bind_blob64(
            statement, position, bytes.baseAddress, UInt64(bytes.count), Self.copied)
      }
    }
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
