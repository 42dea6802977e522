import Foundation
import GRDB
import SweepModel

extension TrialStore {
  /// Remembers that a client wants the sweep's first `trials` trials: a coordinator that starts over
  /// this store goes on with them, until they are there or are cancelled.
  ///
  /// A submission that is open is made longer, never shorter; one that was cancelled begins anew.
  ///
  /// - Parameter priority: the sweep's priority from now on; nil to leave it as it is, which is 0 at first.
  public func submit(
    _ sweep: SweepKey, trials: UInt64, priority: Int? = nil
  ) throws(StoreError) {
    try write { database in
      try database.execute(
        sql: """
          INSERT INTO submission (sweep_id, trials, priority) VALUES (?1, ?2, coalesce(?3, 0))
          ON CONFLICT (sweep_id) DO UPDATE SET
            priority = coalesce(?3, priority),
            trials = CASE WHEN ended_at IS NULL THEN max(trials, excluded.trials)
              ELSE excluded.trials END,
            ended_at = NULL
          """,
        arguments: [sweep.rawValue, Int64(trials), priority])
    }
  }

  /// The priorities of the sweeps that were ever submitted; any other's is 0.
  public func priorities() throws(StoreError) -> [SweepKey: Int] {
    try connection.read { database in
      let rows = try Row.fetchAll(database, sql: "SELECT sweep_id, priority FROM submission")
      var priorities: [SweepKey: Int] = [:]
      for row in rows {
        let priority = try row.decode(Int.self, atIndex: 1)
        guard Limits.priorities.contains(priority) else { throw UnreadableValue() }
        priorities[SweepKey(try row.decode(Int64.self, atIndex: 0))] = priority
      }
      return priorities
    }
  }

  /// Remembers whether a submission of at most `trials` trials is over because they are there; that
  /// it is not, where some of them have to be trained again. Nothing happens where there is none.
  public func noteSubmission(
    of sweep: SweepKey, trials: UInt64, isOver: Bool, at now: Date = Date()
  ) throws(StoreError) {
    try write { database in
      try database.execute(
        sql: """
          UPDATE submission SET ended_at = CASE WHEN ? THEN coalesce(ended_at, ?) END
          WHERE sweep_id = ? AND trials <= ?
          """,
        arguments: [isOver, now.timeIntervalSince1970, sweep.rawValue, Int64(trials)])
    }
  }

  /// Remembers that a submission is over, because its trials are there or because it was cancelled.
  /// Nothing happens where there is none.
  public func endSubmission(of sweep: SweepKey, at now: Date = Date()) throws(StoreError) {
    try write { database in
      try database.execute(
        sql: "UPDATE submission SET ended_at = ? WHERE sweep_id = ? AND ended_at IS NULL",
        arguments: [now.timeIntervalSince1970, sweep.rawValue])
    }
  }

  /// How many trials of each variant a client wanted of a sweep that is no longer looked for: they are there,
  /// or it was cancelled. Nil where the submission is open, or there is none.
  public func trialsOfEndedSubmission(of sweep: SweepKey) throws(StoreError) -> UInt64? {
    try connection.read { database in
      let trials = try Int64.fetchOne(
        database,
        sql: "SELECT trials FROM submission WHERE sweep_id = ? AND ended_at IS NOT NULL",
        arguments: [sweep.rawValue])
      return try trials.map {
        guard let trials = UInt64(exactly: $0) else { throw UnreadableValue() }
        return trials
      }
    }
  }

  /// The sweeps whose submissions are open, in order of their creation, each with the number of trials
  /// that is wanted.
  public func openSubmissions() throws(StoreError) -> [StoredSweep] {
    let trials = try connection.read { database in
      Dictionary(
        uniqueKeysWithValues: try Row.fetchAll(
          database, sql: "SELECT sweep_id, trials FROM submission WHERE ended_at IS NULL"
        ).map { row in
          guard let trials = UInt64(exactly: try row.decode(Int64.self, atIndex: 1)) else {
            throw UnreadableValue()
          }
          return (SweepKey(try row.decode(Int64.self, atIndex: 0)), trials)
        })
    }
    // Most stores have none: their sweeps, which may be long to decode, are not read.
    guard !trials.isEmpty else { return [] }
    return try sweeps().compactMap { stored in
      trials[stored.id].map { wanted in
        var sweep = stored.sweep
        sweep.trials = min(sweep.trials, wanted)
        return StoredSweep(
          id: stored.id, sweep: sweep, variants: stored.variants, createdAt: stored.createdAt)
      }
    }
  }

  /// How many trials of a sweep did not complete, and how many results differ from another.
  ///
  /// Reads the rows of those only.
  public func exceptions(_ sweep: SweepKey) throws(StoreError) -> SweepExceptions {
    try connection.read { database in
      func count(_ table: String, _ condition: String) throws -> UInt64 {
        let statement = try database.cachedStatement(
          sql: """
            SELECT count(*) FROM variant JOIN \(table) ON \(table).variant_id = variant.id
            WHERE variant.sweep_id = ? \(condition)
            """)
        return UInt64(try Int64.fetchOne(statement, arguments: [sweep.rawValue]) ?? 0)
      }
      return SweepExceptions(
        // The first half of the condition is that of the partial index.
        diverged: try count("trial", "AND status <> 'completed' AND status = 'diverged'"),
        failed: try count("trial", "AND status <> 'completed' AND status = 'failed'"),
        violations: try count("violation", ""))
    }
  }
}

/// What of a sweep did not go as it should.
public struct SweepExceptions: Hashable, Sendable {
  /// Trials whose loss or metrics stopped being finite.
  public var diverged: UInt64 = 0
  /// Trials that could not be trained.
  public var failed: UInt64 = 0
  /// Results that differ from another run of the same trial.
  public var violations: UInt64 = 0

  /// Nothing.
  public init() {}

  init(diverged: UInt64, failed: UInt64, violations: UInt64) {
    self.diverged = diverged
    self.failed = failed
    self.violations = violations
  }
}
