import GRDB
import GRDBSQLite
import SweepModel

extension TrialStore {
  /// What a summary needs of the trials of one variant, and no more: a million results as a whole take
  /// several times as long to read.
  ///
  /// - Parameters:
  ///   - completed: called for each trial that was trained to its end, with its metrics.
  ///   - other: called for each trial that diverged or failed.
  /// - Order: that of the indices.
  /// - Throws: `StoreError`, and what the closures throw, at which it stops.
  public func metrics(
    _ variant: VariantKey, in range: TrialRange,
    completed: (TrialIndex, TrialSeed, [Double]) throws -> Void,
    other: (TrialIndex, TrialStatus) throws -> Void
  ) throws {
    var lower = range.lowerBound.rawValue
    let upper = min(range.upperBound.rawValue, Limits.trials)
    var page = MetricsPage()
    var metrics: [Double] = []
    while lower < upper {
      // As with whole results, the closures run outside of the transactions.
      try connection.read { try page.read($0, variant, lower: lower, upper: upper) }
      guard let last = page.indices.last else { return }
      var first = 0
      for (position, index) in page.indices.enumerated() {
        let end = page.ends[position]
        if page.statuses[position] == .completed {
          metrics.replaceSubrange(metrics.indices, with: page.values[first..<end])
          try completed(index, page.seeds[position], metrics)
        } else {
          try other(index, page.statuses[position])
        }
        first = end
      }
      lower = last.rawValue + 1
    }
  }
}

/// Some trials, column by column.
private struct MetricsPage {
  private(set) var indices: [TrialIndex] = []
  private(set) var seeds: [TrialSeed] = []
  private(set) var statuses: [TrialStatus] = []
  /// The metrics of all trials, one after the other.
  private(set) var values: [Double] = []
  /// Where each trial's metrics end.
  private(set) var ends: [Int] = []

  private static let length = 4_096

  /// Reads the first trials of a range.
  mutating func read(
    _ database: Database, _ variant: VariantKey, lower: UInt64, upper: UInt64
  ) throws {
    indices.removeAll(keepingCapacity: true)
    seeds.removeAll(keepingCapacity: true)
    statuses.removeAll(keepingCapacity: true)
    values.removeAll(keepingCapacity: true)
    ends.removeAll(keepingCapacity: true)
    let statement = try database.cachedStatement(
      sql: """
        SELECT trial_index, seed, status, metrics FROM trial
        WHERE variant_id = ? AND trial_index >= ? AND trial_index < ?
        ORDER BY trial_index LIMIT \(Self.length)
        """)
    try statement.setArguments([variant.rawValue, Int64(lower), Int64(upper)])
    let row = statement.sqliteStatement
    sqlite3_reset(row)
    defer { sqlite3_reset(row) }
    while true {
      let code = sqlite3_step(row)
      if code == SQLITE_DONE { return }
      guard code == SQLITE_ROW else {
        throw DatabaseError(
          resultCode: ResultCode(rawValue: code), message: database.lastErrorMessage)
      }
      try take(row)
    }
  }

  private mutating func take(_ row: SQLiteStatement) throws {
    indices.append(try ResultRow.index(sqlite3_column_int64(row, 0)))
    seeds.append(TrialSeed(UInt64(bitPattern: sqlite3_column_int64(row, 1))))
    guard let text = sqlite3_column_text(row, 2),
      let status = TrialStatus(
        text: UnsafeRawBufferPointer(
          start: text, count: Int(sqlite3_column_bytes(row, 2))))
    else { throw UnreadableValue() }
    statuses.append(status)
    let bytes = Int(sqlite3_column_bytes(row, 3))
    guard bytes.isMultiple(of: 8) else { throw UnreadableValue() }
    if let blob = sqlite3_column_blob(row, 3) {
      for offset in stride(from: 0, to: bytes, by: 8) {
        let word = UInt64(littleEndian: blob.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
        values.append(Double(bitPattern: word))
      }
    }
    ends.append(values.count)
  }
}

extension TrialStatus {
  /// The texts, for a comparison that makes no string of each row's.
  private static let texts = allCases.map { (status: $0, text: Array($0.rawValue.utf8)) }

  fileprivate init?(text: UnsafeRawBufferPointer) {
    guard let known = Self.texts.first(where: { $0.text.elementsEqual(text) }) else { return nil }
    self = known.status
  }
}
