import Foundation
import GRDB
import SweepModel

extension TrialStore {
  /// Marks a worker as one whose word does not count, and finds what stands on it alone.
  ///
  /// Disputes in which it has a vote are decided without it from now on. The time it takes grows with
  /// the results of this worker, not with the store. Doing it again changes nothing.
  ///
  /// - Returns: by variant the trials for which no trusted worker vouches: they are to be run again,
  ///   and what they give then takes the place of what is stored.
  public func distrust(
    _ worker: StoredWorker, at now: Date = Date()
  ) throws(StoreError) -> [VariantKey: IntervalSet] {
    try write { database in
      var recorder = try ResultRecorder(database)
      let row = try recorder.workers.row(of: worker).row
      try database.execute(
        sql: "UPDATE worker SET quarantined_at = coalesce(quarantined_at, ?) WHERE id = ?",
        arguments: [now.timeIntervalSince1970, row])
      for key in try Self.disputes(of: row, database) { _ = try recorder.recount(key) }
      try recorder.finish()
      return try Self.unsupported(of: row, database)
    }
  }

  /// The workers that are quarantined, or were outvoted at least once, by name.
  public func suspectedWorkers() throws(StoreError) -> [JudgedWorker] {
    try connection.read { database in
      try Row.fetchAll(
        database,
        sql: """
          SELECT \(JudgedWorker.selection("worker")) FROM worker
          WHERE quarantined_at IS NOT NULL OR failures > 0 ORDER BY name
          """
      ).map { try JudgedWorker($0, at: 0) }
    }
  }

  /// By variant the trials for which no trusted worker vouches, as each ``distrust(_:at:)`` gave them
  /// and none has vouched for since.
  public func unsupportedTrials() throws(StoreError) -> [VariantKey: IntervalSet] {
    try connection.read { database in
      let rows = try Int64.fetchAll(
        database, sql: "SELECT id FROM worker WHERE quarantined_at IS NOT NULL ORDER BY id")
      var all: [VariantKey: IntervalSet] = [:]
      for row in rows {
        all.merge(try Self.unsupported(of: row, database)) { first, second in
          var union = first
          union.formUnion(second)
          return union
        }
      }
      return all
    }
  }

  /// The recorded trials of a variant that were chosen to be run again elsewhere, and were not yet.
  public func openAudits(_ variant: VariantKey) throws(StoreError) -> IntervalSet {
    try indices(
      """
      SELECT trial_index FROM audit WHERE variant_id = ? AND is_open = 1 ORDER BY trial_index
      """, variant)
  }

  /// The trials of a variant that gave more than one result, and that no majority has settled.
  public func disputed(_ variant: VariantKey) throws(StoreError) -> IntervalSet {
    try indices(
      """
      SELECT DISTINCT trial_index FROM violation WHERE variant_id = ? AND is_outvoted = 0
      ORDER BY trial_index
      """, variant)
  }

  /// For each worker, by name, those trials with an open audit or dispute of which it gave a result:
  /// it has said what it has to say about them.
  public func voters(_ variant: VariantKey) throws(StoreError) -> [String: IntervalSet] {
    try connection.read { database in
      let rows = try Row.fetchCursor(
        database,
        sql: """
          WITH matter AS (
            SELECT variant_id, trial_index FROM audit WHERE variant_id = :variant AND is_open = 1
            UNION
            SELECT variant_id, trial_index FROM violation
            WHERE variant_id = :variant AND is_outvoted = 0)
          SELECT worker.name, trial_index FROM matter JOIN trial USING (variant_id, trial_index)
            JOIN worker ON worker.id = trial.worker_id
          UNION
          SELECT worker.name, trial_index
          FROM matter JOIN confirmation USING (variant_id, trial_index)
            JOIN worker ON worker.id = confirmation.worker_id
          UNION
          SELECT worker.name, trial_index
          FROM matter JOIN violation USING (variant_id, trial_index)
            JOIN worker ON worker.id = violation.worker_id
          ORDER BY 1, 2
          """,
        arguments: ["variant": variant.rawValue])
      var voters: [String: IntervalSet] = [:]
      while let row = try rows.next() {
        voters[try row.decode(String.self, atIndex: 0), default: IntervalSet()].insert(
          try ResultRow.index(row.decode(Int64.self, atIndex: 1)))
      }
      return voters
    }
  }

  private func indices(_ sql: String, _ variant: VariantKey) throws(StoreError) -> IntervalSet {
    try connection.read { database in
      let cursor = try Int64.fetchCursor(
        try database.cachedStatement(sql: sql), arguments: [variant.rawValue])
      var indices = IntervalSet()
      while let value = try cursor.next() { indices.insert(try ResultRow.index(value)) }
      return indices
    }
  }
}

extension TrialStore {
  /// The disputed trials for which a worker has a vote.
  private static func disputes(
    of worker: Int64, _ database: Database
  ) throws -> [ResultRecorder.Key] {
    try Row.fetchAll(
      database,
      sql: """
        SELECT variant_id, trial_index FROM violation WHERE worker_id = :worker
        UNION
        SELECT confirmation.variant_id, confirmation.trial_index
        FROM confirmation JOIN violation USING (variant_id, trial_index)
        WHERE confirmation.worker_id = :worker
        UNION
        SELECT violation.variant_id, violation.trial_index
        FROM violation JOIN trial USING (variant_id, trial_index) WHERE trial.worker_id = :worker
        ORDER BY 1, 2
        """,
      arguments: ["worker": worker]
    ).map { row in
      ResultRecorder.Key(
        variant: VariantKey(try row.decode(Int64.self, atIndex: 0)),
        index: try ResultRow.index(row.decode(Int64.self, atIndex: 1)))
    }
  }

  /// Who vouches for a trial beside its owner, and can be trusted.
  private static let trustedConfirmation = """
    SELECT 1 FROM confirmation AS other JOIN worker ON worker.id = other.worker_id
    WHERE other.variant_id = trial.variant_id AND other.trial_index = trial.trial_index
      AND worker.quarantined_at IS NULL
    """

  /// The trials that a quarantined worker vouches for, and no trusted one.
  private static func unsupported(
    of worker: Int64, _ database: Database
  ) throws -> [VariantKey: IntervalSet] {
    // CROSS JOIN keeps SQLite to this order: the worker's own rows, and no others, are read.
    let rows = try Row.fetchCursor(
      database,
      sql: """
        SELECT trial.variant_id, trial.trial_index
        FROM production CROSS JOIN trial
          ON trial.id BETWEEN production.first_trial_id AND production.last_trial_id
        WHERE production.worker_id = :worker AND trial.worker_id = :worker
          AND NOT EXISTS (\(trustedConfirmation))
        UNION
        SELECT trial.variant_id, trial.trial_index
        FROM confirmation CROSS JOIN trial USING (variant_id, trial_index)
          CROSS JOIN worker AS owner ON owner.id = trial.worker_id
        WHERE confirmation.worker_id = :worker AND owner.quarantined_at IS NOT NULL
          AND NOT EXISTS (\(trustedConfirmation))
        ORDER BY 1, 2
        """,
      arguments: ["worker": worker])
    var trials: [VariantKey: IntervalSet] = [:]
    while let row = try rows.next() {
      let variant = VariantKey(try row.decode(Int64.self, atIndex: 0))
      trials[variant, default: IntervalSet()].insert(
        try ResultRow.index(row.decode(Int64.self, atIndex: 1)))
    }
    return trials
  }
}
