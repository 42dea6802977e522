import GRDB
import SweepModel

/// Inserts results into `trial`, many rows in one statement where there are many: SQLite takes a third
/// less time for a row, as it opens the table and its indexes once for all of them.
struct TrialInsertion {
  /// Results of one statement.
  static let groupCount = 16

  private let database: Database
  private var single: BoundStatement
  private var group: BoundStatement

  init(_ database: Database) throws {
    self.database = database
    single = try Self.statement(database, rows: 1)
    group = try Self.statement(database, rows: Self.groupCount)
  }

  /// Inserts those results whose trial has none yet.
  ///
  /// - Returns: the row of each in `trial`; nil where it was not inserted.
  /// - Precondition: there are 1...``groupCount``.
  mutating func insert(
    _ results: ArraySlice<TrialResult>, of variant: VariantKey, from worker: Int64
  ) throws -> [Int64?] {
    guard results.count == Self.groupCount else {
      return try results.map { result in
        Self.bind(result, variant, worker, to: &single)
        return try single.execute() > 0 ? database.lastInsertedRowID : nil
      }
    }
    for result in results { Self.bind(result, variant, worker, to: &group) }
    let inserted = Int64(try group.execute())
    guard inserted > 0 else { return results.map { _ in nil } }
    // Rows are appended one after the other, and nobody else writes.
    let last = database.lastInsertedRowID
    let first = last - inserted + 1
    guard inserted < Self.groupCount else { return (first...last).map { $0 } }
    var rows = try rowsByIndex(first, last)
    return results.map { rows.removeValue(forKey: Int64($0.index.rawValue)) }
  }

  private func rowsByIndex(_ first: Int64, _ last: Int64) throws -> [Int64: Int64] {
    let statement = try database.cachedStatement(
      sql: "SELECT trial_index, id FROM trial WHERE id BETWEEN ? AND ?")
    var rows: [Int64: Int64] = [:]
    for row in try Row.fetchAll(statement, arguments: [first, last]) {
      rows[try row.decode(Int64.self, atIndex: 0)] = try row.decode(Int64.self, atIndex: 1)
    }
    return rows
  }

  private static func statement(_ database: Database, rows: Int) throws -> BoundStatement {
    let row = "(?, ?\(String(repeating: ", ?", count: ResultRow.columns.count)))"
    return try BoundStatement(
      database,
      sql: """
        INSERT INTO trial (variant_id, worker_id, \(ResultRow.columns.joined(separator: ", ")))
        VALUES \(Array(repeating: row, count: rows).joined(separator: ", "))
        ON CONFLICT (variant_id, trial_index) DO NOTHING
        """)
  }

  private static func bind(
    _ result: TrialResult, _ variant: VariantKey, _ worker: Int64,
    to statement: inout BoundStatement
  ) {
    statement.bind(variant.rawValue)
    statement.bind(worker)
    ResultRow.bind(result, to: &statement)
  }
}
