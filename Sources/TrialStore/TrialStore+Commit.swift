import GRDB
import SweepModel

extension TrialStore {
  /// Stores results, in one transaction: when it returns all are on the disk, when it throws none is.
  ///
  /// Sending the same results again changes nothing, so a batch of which nobody knows whether it was
  /// stored is simply committed again.
  ///
  /// - Returns: what became of each, in the order of `results`.
  /// - Throws: `unusable` for a result that no store takes, `diskFull`, and what else the disk gives.
  public func commit(_ results: [StoredResult]) throws(StoreError) -> [CommitOutcome] {
    for result in results { try checkUsable(result.result) }
    do {
      return try write { database in
        var recorder = try ResultRecorder(database)
        return try results.map { try recorder.record($0) }
      }
    } catch {
      guard error.code == .diskFull else { throw error }
      // Reading needs no space: how much is safe is what the user wants to know.
      let saved = try? connection.read {
        try Int64.fetchOne($0, sql: "SELECT count(*) FROM trial").flatMap(UInt64.init(exactly:))
      }
      throw .diskFull(path, trials: saved ?? nil)
    }
  }

  private func checkUsable(_ result: TrialResult) throws(StoreError) {
    guard result.index.rawValue < Limits.trials else {
      throw .unusable(path, "trial \(result.index): \(Limits.trials) trials are the limit")
    }
    guard result.seconds.isFinite, result.seconds >= 0 else {
      throw .unusable(path, "a trial \(result.index) that took \(result.seconds) seconds")
    }
    if let metrics = result.measurements?.metrics, metrics.count > Limits.resultMetrics {
      throw .unusable(
        path, "\(metrics.count) metrics of a trial: \(Limits.resultMetrics) is the limit")
    }
    if case .failed(let reason) = result.outcome, reason.count > Limits.reasonLength {
      throw .unusable(
        path, "a reason of \(reason.count) characters: \(Limits.reasonLength) is the limit")
    }
  }
}

/// Records results within one transaction.
private struct ResultRecorder {
  private let database: Database
  private var insertTrial: BoundStatement
  private var insertHistory: BoundStatement
  /// The last worker and the number of its row: a batch comes from one worker.
  private var lastWorker: (name: String, identifier: Int64)?

  init(_ database: Database) throws {
    self.database = database
    insertTrial = try BoundStatement(
      database,
      sql: """
        INSERT INTO trial (variant_id, worker_id, \(ResultRow.columns.joined(separator: ", ")))
        VALUES (?, ?\(String(repeating: ", ?", count: ResultRow.columns.count)))
        ON CONFLICT (variant_id, trial_index) DO NOTHING
        """)
    insertHistory = try BoundStatement(
      database, sql: "INSERT INTO history (trial_id, history) VALUES (?, ?)")
  }

  mutating func record(_ new: StoredResult) throws -> CommitOutcome {
    let worker = try identifier(ofWorker: new.worker)
    insertTrial.bind(new.variant.rawValue)
    insertTrial.bind(worker)
    ResultRow.bind(new.result, to: &insertTrial)
    if try insertTrial.execute() > 0 {
      try keepHistory(of: new.result, trial: database.lastInsertedRowID)
      return .inserted
    }
    return try recordDuplicate(new, worker: worker)
  }

  private mutating func recordDuplicate(
    _ new: StoredResult, worker: Int64
  ) throws -> CommitOutcome {
    if case .failed = new.result.outcome { return .ignored }
    let stored = try storedTrial(new.variant, new.result.index)
    if new.result.agrees(with: stored.result) {
      if worker != stored.worker { try confirm(new, worker: worker) }
      return .confirmed
    }
    if case .failed = stored.result.outcome, stored.result.seed == new.result.seed {
      try replace(stored.identifier, by: new, worker: worker)
      return .retried
    }
    try recordViolation(new, worker: worker)
    return .violated
  }

  private func storedTrial(
    _ variant: VariantKey, _ index: TrialIndex
  ) throws -> (identifier: Int64, worker: Int64, result: TrialResult) {
    let statement = try database.cachedStatement(
      sql: """
        SELECT \(ResultRow.selection("trial")), id, worker_id FROM trial
        WHERE variant_id = ? AND trial_index = ?
        """)
    let arguments: StatementArguments = [variant.rawValue, Int64(index.rawValue)]
    guard let row = try Row.fetchOne(statement, arguments: arguments) else {
      throw UnreadableValue()
    }
    let next = ResultRow.columns.count
    return (
      try row.decode(Int64.self, atIndex: next), try row.decode(Int64.self, atIndex: next + 1),
      try ResultRow.result(row, historyColumn: nil)
    )
  }

  private func confirm(_ new: StoredResult, worker: Int64) throws {
    try database.cachedStatement(
      sql: """
        INSERT INTO confirmation (variant_id, trial_index, worker_id) VALUES (?, ?, ?)
        ON CONFLICT DO NOTHING
        """
    ).execute(arguments: [new.variant.rawValue, Int64(new.result.index.rawValue), worker])
  }

  private mutating func replace(_ trial: Int64, by new: StoredResult, worker: Int64) throws {
    let assignments = ResultRow.columns.map { "\($0) = ?" }.joined(separator: ", ")
    var update = try BoundStatement(
      database, sql: "UPDATE trial SET \(assignments), worker_id = ? WHERE id = ?")
    ResultRow.bind(new.result, to: &update)
    update.bind(worker)
    update.bind(trial)
    try update.execute()
    try keepHistory(of: new.result, trial: trial)
  }

  private func recordViolation(_ new: StoredResult, worker: Int64) throws {
    let known = try Row.fetchAll(
      database,
      sql: """
        SELECT \(ResultRow.selection("violation")) FROM violation
        WHERE variant_id = ? AND trial_index = ? AND worker_id = ?
        """,
      arguments: [new.variant.rawValue, Int64(new.result.index.rawValue), worker])
    // A worker that sends its result again adds nothing to what is known.
    for row in known
    where try ResultRow.result(row, historyColumn: nil).agrees(with: new.result) { return }
    var insert = try BoundStatement(
      database,
      sql: """
        INSERT INTO violation
          (variant_id, worker_id, \(ResultRow.columns.joined(separator: ", ")), history)
        VALUES (?, ?\(String(repeating: ", ?", count: ResultRow.columns.count)), ?)
        """)
    insert.bind(new.variant.rawValue)
    insert.bind(worker)
    ResultRow.bind(new.result, to: &insert)
    insert.bind(bytesOf: ResultRow.history(new.result))
    try insert.execute()
  }

  private mutating func keepHistory(of result: TrialResult, trial: Int64) throws {
    guard let history = ResultRow.history(result) else { return }
    insertHistory.bind(trial)
    insertHistory.bind(bytesOf: history)
    try insertHistory.execute()
  }

  private mutating func identifier(ofWorker name: String) throws -> Int64 {
    if let lastWorker, lastWorker.name == name { return lastWorker.identifier }
    try database.cachedStatement(
      sql: "INSERT INTO worker (name) VALUES (?) ON CONFLICT (name) DO NOTHING"
    ).execute(arguments: [name])
    let statement = try database.cachedStatement(sql: "SELECT id FROM worker WHERE name = ?")
    guard let identifier = try Int64.fetchOne(statement, arguments: [name]) else {
      throw UnreadableValue()
    }
    lastWorker = (name, identifier)
    return identifier
  }
}
