import GRDB
import SweepModel

extension TrialStore {
  /// The trials that have a result, or those with a result of one status.
  ///
  /// Without a status, and for the rare ones, it reads an index and nothing of the results.
  public func recordedIndices(
    _ variant: VariantKey, status: TrialStatus? = nil
  ) throws(StoreError) -> IntervalSet {
    try connection.read { database in
      let statement = try database.cachedStatement(
        sql: """
          SELECT trial_index FROM trial WHERE variant_id = ? \(Self.condition(status))
          ORDER BY trial_index
          """)
      let cursor = try Int64.fetchCursor(statement, arguments: [variant.rawValue])
      var indices = IntervalSet()
      // Whole runs, not single indices, go into the set: there are few of them.
      var lower: UInt64 = 0
      var upper: UInt64 = 0
      while let value = try cursor.next() {
        let index = try ResultRow.index(value).rawValue
        if index != upper {
          indices.insert(TrialRange(lower, upper))
          lower = index
        }
        upper = index + 1
      }
      indices.insert(TrialRange(lower, upper))
      return indices
    }
  }

  /// Calls `body` with each stored result whose index is in `range`, in the order of the indices.
  ///
  /// Pages of results are read, each in a short transaction of its own, and `body` runs outside of
  /// them: a slow reader neither delays a coordinator nor makes its log grow, and `body` may use the
  /// store. What is committed meanwhile may or may not be seen.
  ///
  /// - Parameter withHistory: whether histories are read; without, they come empty.
  /// - Throws: `StoreError`, and what `body` throws, at which it stops.
  public func results(
    _ variant: VariantKey, in range: TrialRange, withHistory: Bool,
    _ body: (TrialResult) throws -> Void
  ) throws {
    var lower = range.lowerBound.rawValue
    let upper = min(range.upperBound.rawValue, Limits.trials)
    while lower < upper {
      let page = try page(variant, lower: lower, upper: upper, withHistory: withHistory)
      for result in page { try body(result) }
      guard let last = page.last else { return }
      lower = last.index.rawValue + 1
    }
  }

  /// The stored result of one trial, with its history; nil where there is none.
  public func result(
    _ variant: VariantKey, index: TrialIndex
  ) throws(StoreError) -> TrialResult? {
    guard index.rawValue < Limits.trials else { return nil }
    return try page(
      variant, lower: index.rawValue, upper: index.rawValue + 1, withHistory: true
    ).first
  }

  /// How many trials of a variant there are, by status, and what repeating them has shown.
  public func counts(_ variant: VariantKey) throws(StoreError) -> TrialCounts {
    try connection.read { database in
      func count(_ sql: String) throws -> UInt64 {
        let statement = try database.cachedStatement(sql: "SELECT count(*) FROM \(sql)")
        return UInt64(try Int64.fetchOne(statement, arguments: [variant.rawValue]) ?? 0)
      }
      // Completed ones are the rest: to count them would read every row of the table.
      let recorded = try count("trial WHERE variant_id = ?")
      let diverged = try count("trial WHERE variant_id = ? \(Self.condition(.diverged))")
      let failed = try count("trial WHERE variant_id = ? \(Self.condition(.failed))")
      guard diverged + failed <= recorded else { throw UnreadableValue() }
      return TrialCounts(
        completed: recorded - diverged - failed, diverged: diverged, failed: failed,
        confirmations: try count("confirmation WHERE variant_id = ?"),
        violations: try count("violation WHERE variant_id = ?"))
    }
  }

  private static func condition(_ status: TrialStatus?) -> String {
    switch status {
    case nil: ""
    case .completed: "AND status = 'completed'"
    // The first half is the condition of the partial index, which SQLite uses only where it is named.
    case .diverged: "AND status <> 'completed' AND status = 'diverged'"
    case .failed: "AND status <> 'completed' AND status = 'failed'"
    }
  }
}

extension TrialStore {
  /// Results of one page, if their histories do not fill it first.
  private static let pageResults = 1_024
  /// Bytes of history after which a page ends.
  private static let pageHistoryBytes = 4 << 20

  /// The first results of a range, at least one where there is any.
  private func page(
    _ variant: VariantKey, lower: UInt64, upper: UInt64, withHistory: Bool
  ) throws(StoreError) -> [TrialResult] {
    let history =
      withHistory
      ? ("history.history", "LEFT JOIN history ON history.trial_id = trial.id") : ("NULL", "")
    return try connection.read { database in
      let statement = try database.cachedStatement(
        sql: """
          SELECT \(ResultRow.selection("trial")), \(history.0) FROM trial \(history.1)
          WHERE variant_id = ? AND trial_index >= ? AND trial_index < ?
          ORDER BY trial_index LIMIT \(Self.pageResults)
          """)
      let rows = try Row.fetchCursor(
        statement, arguments: [variant.rawValue, Int64(lower), Int64(upper)])
      var results: [TrialResult] = []
      var historyBytes = 0
      while historyBytes < Self.pageHistoryBytes, let row = try rows.next() {
        let result = try ResultRow.result(row, historyColumn: ResultRow.columns.count)
        historyBytes += (result.measurements?.history.count ?? 0) * MemoryLayout<Double>.size
        results.append(result)
      }
      return results
    }
  }
}
