import GRDB
import SweepModel

/// How far a reader has come in the order in which results were stored.
///
/// Rows of trials are only ever added, each with a larger number than all before it. Where a result takes
/// another's place (a failed trial was trained after all, or a worker was outvoted), the row stays where it
/// is, and the table `replacement` has an entry.
public struct ArrivalPosition: Hashable, Sendable {
  var trial: Int64 = 0
  var replacement: Int64 = 0

  /// Before the first result.
  public init() {}
}

/// Results that were stored since a position.
public struct Arrivals: Sendable {
  /// One result.
  public struct Arrival: Sendable {
    /// Its variant.
    public let variant: VariantKey
    /// The result.
    public let result: TrialResult
  }

  /// The results, in the order in which they were stored.
  public fileprivate(set) var results: [Arrival] = []
  /// Trials that were read earlier and whose result another has taken the place of since.
  public fileprivate(set) var replaced: [(variant: VariantKey, index: TrialIndex)] = []
  /// Whether there is nothing more for the time being.
  public fileprivate(set) var isLast = true
}

extension TrialStore {
  /// Results of one call.
  private static let arrivalRows = 1_024
  /// Bytes of history after which a call ends.
  private static let arrivalHistoryBytes = 4 << 20

  /// A number that changes whenever another process, or another connection, has written the file. Costs
  /// no more than a look at a shared page of memory.
  public func dataVersion() throws(StoreError) -> Int64 {
    try connection.read { try Int64.fetchOne($0, sql: "PRAGMA data_version") ?? 0 }
  }

  /// Skips the replacements that happened before: what is read from the beginning has them already.
  public func skipReplacements(_ position: inout ArrivalPosition) throws(StoreError) {
    position.replacement = try connection.read {
      try Int64.fetchOne($0, sql: "SELECT coalesce(max(id), 0) FROM replacement") ?? 0
    }
  }

  /// The results of a sweep that were stored after `position`, which moves on, as many as fit in a page.
  ///
  /// - Parameter withHistory: whether histories are read; without, they come empty.
  public func arrivals(
    of sweep: SweepKey, after position: inout ArrivalPosition, withHistory: Bool
  ) throws(StoreError) -> Arrivals {
    var next = position
    let arrivals = try connection.read { database in
      var arrivals = Arrivals()
      // In one transaction: what was replaced and read before is told apart from what is read now.
      try Self.readReplacements(of: sweep, &next, database, &arrivals)
      try Self.readResults(of: sweep, &next, withHistory: withHistory, database, &arrivals)
      return arrivals
    }
    position = next
    return arrivals
  }

  private static func readReplacements(
    of sweep: SweepKey, _ position: inout ArrivalPosition, _ database: Database,
    _ arrivals: inout Arrivals
  ) throws {
    let statement = try database.cachedStatement(
      sql: """
        SELECT replacement.id, variant.id, trial.trial_index, variant.sweep_id, trial.id
        FROM replacement CROSS JOIN trial ON trial.id = replacement.trial_id
          CROSS JOIN variant ON variant.id = trial.variant_id
        WHERE replacement.id > ? ORDER BY replacement.id LIMIT \(arrivalRows)
        """)
    let rows = try Row.fetchCursor(statement, arguments: [position.replacement])
    while let row = try rows.next() {
      position.replacement = try row.decode(Int64.self, atIndex: 0)
      guard try row.decode(Int64.self, atIndex: 3) == sweep.rawValue,
        try row.decode(Int64.self, atIndex: 4) <= position.trial
      else { continue }
      let index = try ResultRow.index(row.decode(Int64.self, atIndex: 2))
      arrivals.replaced.append((VariantKey(try row.decode(Int64.self, atIndex: 1)), index))
    }
  }

  private static func readResults(
    of sweep: SweepKey, _ position: inout ArrivalPosition, withHistory: Bool,
    _ database: Database, _ arrivals: inout Arrivals
  ) throws {
    let end = try Int64.fetchOne(database, sql: "SELECT coalesce(max(id), 0) FROM trial") ?? 0
    let history =
      withHistory
      ? ("history.history", "LEFT JOIN history ON history.trial_id = trial.id") : ("NULL", "")
    // CROSS: the rows are walked by their numbers, and not fetched by variant and sorted.
    let statement = try database.cachedStatement(
      sql: """
        SELECT \(ResultRow.selection("trial")), \(history.0), trial.id, variant.id
        FROM trial CROSS JOIN variant ON variant.id = trial.variant_id \(history.1)
        WHERE trial.id > ? AND trial.id <= ? AND variant.sweep_id = ?
        ORDER BY trial.id LIMIT \(arrivalRows)
        """)
    let rows = try Row.fetchCursor(statement, arguments: [position.trial, end, sweep.rawValue])
    let next = ResultRow.columns.count + 1
    var historyBytes = 0
    while let row = try rows.next() {
      let result = try ResultRow.result(row, historyColumn: ResultRow.columns.count)
      let variant = VariantKey(try row.decode(Int64.self, atIndex: next + 1))
      position.trial = try row.decode(Int64.self, atIndex: next)
      arrivals.results.append(Arrivals.Arrival(variant: variant, result: result))
      historyBytes += (result.measurements?.history.count ?? 0) * MemoryLayout<Double>.size
      if historyBytes >= arrivalHistoryBytes || arrivals.results.count == arrivalRows {
        arrivals.isLast = false
        return
      }
    }
    // Rows of other sweeps need not be walked again.
    position.trial = max(position.trial, end)
  }
}
