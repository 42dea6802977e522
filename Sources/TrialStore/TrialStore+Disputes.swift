import GRDB
import SweepModel

extension TrialStore {
  /// What repeating the trials of a variant has shown, in figures.
  ///
  /// - Parameter unsupported: what ``unsupportedTrials()`` gave.
  public func trustCounts(
    _ variant: VariantKey, unsupported: [VariantKey: IntervalSet]
  ) throws(StoreError) -> TrustCounts {
    try connection.read { database in
      func count(_ sql: String) throws -> UInt64 {
        let statement = try database.cachedStatement(sql: "SELECT \(sql)")
        return UInt64(try Int64.fetchOne(statement, arguments: [variant.rawValue]) ?? 0)
      }
      let violated = "count(DISTINCT trial_index) FROM violation WHERE variant_id = ?"
      return TrustCounts(
        violations: try count("count(*) FROM violation WHERE variant_id = ?"),
        violatedTrials: try count(violated),
        openTrials: try count("\(violated) AND is_outvoted = 0"),
        auditsDone: try count("count(*) FROM audit WHERE variant_id = ? AND is_open = 0"),
        auditsOpen: try count("count(*) FROM audit WHERE variant_id = ? AND is_open = 1"),
        unsupported: unsupported[variant]?.count ?? 0)
    }
  }

  /// The first trials of a variant that gave more than one result, by index; open ones first.
  public func disputes(
    _ variant: VariantKey, limit: Int
  ) throws(StoreError) -> [StoredDispute] {
    try connection.read { database in
      let rows = try Row.fetchAll(
        database,
        sql: """
          SELECT trial_index, min(is_outvoted) FROM violation WHERE variant_id = ?
          GROUP BY trial_index ORDER BY 2, 1 LIMIT ?
          """,
        arguments: [variant.rawValue, limit])
      return try rows.map { row in
        try Self.dispute(
          database, variant, try ResultRow.index(row.decode(Int64.self, atIndex: 0)),
          isSettled: try row.decode(Bool.self, atIndex: 1))
      }
    }
  }

  /// What workers gave for one trial; nil where all that gave any gave the same.
  public func dispute(
    _ variant: VariantKey, index: TrialIndex
  ) throws(StoreError) -> StoredDispute? {
    guard index.rawValue < Limits.trials else { return nil }
    return try connection.read { database in
      let isSettled = try Bool.fetchOne(
        database,
        sql: "SELECT min(is_outvoted) FROM violation WHERE variant_id = ? AND trial_index = ?",
        arguments: [variant.rawValue, Int64(index.rawValue)])
      return try isSettled.map { try Self.dispute(database, variant, index, isSettled: $0) }
    }
  }

  private static func dispute(
    _ database: Database, _ variant: VariantKey, _ index: TrialIndex, isSettled: Bool
  ) throws -> StoredDispute {
    let worker = JudgedWorker.selection("worker")
    func votes(_ sql: String, stands: Bool) throws -> [StoredVote] {
      let rows = try Row.fetchAll(
        database, sql: "\(sql) LIMIT ?",
        arguments: [variant.rawValue, Int64(index.rawValue), StoredDispute.shownVotes])
      return try rows.map { row in
        StoredVote(
          result: try ResultRow.result(row, historyColumn: nil),
          worker: try JudgedWorker(row, at: ResultRow.columns.count), stands: stands)
      }
    }
    let trial = ResultRow.selection("trial")
    let all =
      try votes(
        """
        SELECT \(trial), \(worker) FROM trial JOIN worker ON worker.id = trial.worker_id
        WHERE variant_id = ? AND trial_index = ?
        """, stands: true)
      + votes(
        """
        SELECT \(trial), \(worker) FROM trial JOIN confirmation USING (variant_id, trial_index)
          JOIN worker ON worker.id = confirmation.worker_id
        WHERE trial.variant_id = ? AND trial.trial_index = ? ORDER BY worker.id
        """, stands: true)
      + votes(
        """
        SELECT \(ResultRow.selection("violation")), \(worker) FROM violation
          JOIN worker ON worker.id = violation.worker_id
        WHERE variant_id = ? AND trial_index = ? ORDER BY violation.id
        """, stands: false)
    return StoredDispute(variant: variant, index: index, isSettled: isSettled, votes: all)
  }
}
