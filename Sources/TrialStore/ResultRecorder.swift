import Foundation
import GRDB
import SweepModel

/// Records results within one transaction.
///
/// The first result of a trial is one insertion, and that is nearly all that a sweep does; what comes
/// after it is compared and voted on (``ResultRecorder/recount(_:)``).
struct ResultRecorder {
  let database: Database
  var workers: WorkerRows
  private var insertion: TrialInsertion
  private var insertHistory: BoundStatement
  /// The rows of `trial` that one worker has just appended, one after the other.
  private var run: (worker: Int64, first: Int64, last: Int64)?

  /// A trial by its place in the store.
  struct Key: Hashable {
    let variant: VariantKey
    let index: TrialIndex

    var arguments: StatementArguments { [variant.rawValue, Int64(index.rawValue)] }
  }

  /// A row of `trial`.
  struct StoredTrial {
    let identifier: Int64
    let worker: Int64
    let result: TrialResult
  }

  init(_ database: Database) throws {
    self.database = database
    workers = WorkerRows(database)
    insertion = try TrialInsertion(database)
    insertHistory = try BoundStatement(
      database, sql: "INSERT INTO history (trial_id, history) VALUES (?, ?)")
  }

  mutating func record(_ batch: StoredBatch) throws -> [CommitOutcome] {
    let worker = try workers.row(of: batch.worker)
    var outcomes: [CommitOutcome] = []
    outcomes.reserveCapacity(batch.results.count)
    var rest = batch.results[...]
    while !rest.isEmpty {
      let group = rest.prefix(TrialInsertion.groupCount)
      rest = rest.dropFirst(group.count)
      let rows = try insertion.insert(group, of: batch.variant, from: worker.row)
      for (result, row) in zip(group, rows) {
        outcomes.append(try record(result, in: row, of: batch.variant, from: worker))
      }
    }
    if !batch.audits.isEmpty { try openAudits(of: batch, outcomes) }
    return outcomes
  }

  /// Writes what was put off to the end of the transaction.
  mutating func finish() throws {
    guard let run else { return }
    try noteProduction(run.worker, run.first, run.last)
    self.run = nil
  }

  /// Records what else there is about a result that was inserted in `row`; nil where the trial had one.
  private mutating func record(
    _ result: TrialResult, in row: Int64?, of variant: VariantKey, from worker: WorkerRows.Known
  ) throws -> CommitOutcome {
    guard let row else {
      return try recordDuplicate(result, Key(variant: variant, index: result.index), from: worker)
    }
    try keepHistory(of: result, trial: row)
    try extendRun(by: row, of: worker.row)
    return .inserted
  }

  private mutating func recordDuplicate(
    _ new: TrialResult, _ key: Key, from worker: WorkerRows.Known
  ) throws -> CommitOutcome {
    let stored = try storedTrial(key)
    let yields = try worker.isTrusted && !workers.isTrusted(stored.worker)
    if case .failed = stored.result.outcome {
      if case .failed = new.outcome {
        // Or the failure would for ever stand on the word of a worker that was found out.
        if yields { try replace(stored, by: new, from: worker.row) }
        return .ignored
      }
      guard stored.result.seed == new.seed else {
        try addViolation(new, key, from: worker.row)
        return .violated
      }
      try replace(stored, by: new, from: worker.row)
      return try hasViolations(key) ? try recount(key) : .retried
    }
    if case .failed = new.outcome { return .ignored }
    if worker.row != stored.worker, worker.isTrusted { try closeAudit(key) }
    if new.agrees(with: stored.result) {
      if worker.row != stored.worker {
        try addConfirmation(key, by: yields ? stored.worker : worker.row)
        if yields {
          try removeConfirmation(key, by: worker.row)
          try replace(stored, by: new, from: worker.row)
        }
      }
      return try hasViolations(key) ? try recount(key) : .confirmed
    }
    try addViolation(new, key, from: worker.row)
    return try recount(key)
  }

  /// The stored result of a trial, without its history.
  func storedTrial(_ key: Key) throws -> StoredTrial {
    let statement = try database.cachedStatement(
      sql: """
        SELECT \(ResultRow.selection("trial")), id, worker_id FROM trial
        WHERE variant_id = ? AND trial_index = ?
        """)
    guard let row = try Row.fetchOne(statement, arguments: key.arguments) else {
      throw UnreadableValue()
    }
    let next = ResultRow.columns.count
    return StoredTrial(
      identifier: try row.decode(Int64.self, atIndex: next),
      worker: try row.decode(Int64.self, atIndex: next + 1),
      result: try ResultRow.result(row, historyColumn: nil))
  }

  /// Puts another result, and the worker that answers for it, into a trial's row.
  mutating func replace(_ trial: StoredTrial, by new: TrialResult, from worker: Int64) throws {
    let assignments = ResultRow.columns.map { "\($0) = ?" }.joined(separator: ", ")
    var update = try BoundStatement(
      database, sql: "UPDATE trial SET \(assignments), worker_id = ? WHERE id = ?")
    ResultRow.bind(new, to: &update)
    update.bind(worker)
    update.bind(trial.identifier)
    try update.execute()
    // Whoever follows the store by the order of rows learns of it here.
    try database.cachedStatement(sql: "INSERT INTO replacement (trial_id) VALUES (?)")
      .execute(arguments: [trial.identifier])
    try database.cachedStatement(sql: "DELETE FROM history WHERE trial_id = ?")
      .execute(arguments: [trial.identifier])
    try keepHistory(of: new, trial: trial.identifier)
    if worker != trial.worker {
      try noteProduction(worker, trial.identifier, trial.identifier)
    }
  }

  private mutating func keepHistory(of result: TrialResult, trial: Int64) throws {
    guard let history = ResultRow.history(result) else { return }
    insertHistory.bind(trial)
    insertHistory.bind(bytesOf: history)
    try insertHistory.execute()
  }

  /// Notes which rows are whose: a row for each run of rows of one worker, since an index of every
  /// row by its worker would make every insertion dearer.
  private mutating func extendRun(by trial: Int64, of worker: Int64) throws {
    if let current = run, current.worker == worker, current.last + 1 == trial {
      run?.last = trial
    } else {
      try finish()
      run = (worker, trial, trial)
    }
  }

  private func noteProduction(_ worker: Int64, _ first: Int64, _ last: Int64) throws {
    try database.cachedStatement(
      sql: """
        INSERT INTO production (worker_id, first_trial_id, last_trial_id) VALUES (?, ?, ?)
        ON CONFLICT DO NOTHING
        """
    ).execute(arguments: [worker, first, last])
  }
}

extension ResultRecorder {
  /// Opens the audits of those trials whose result is this worker's, and that nobody has repeated.
  private func openAudits(of batch: StoredBatch, _ outcomes: [CommitOutcome]) throws {
    let statement = try database.cachedStatement(
      sql: """
        INSERT INTO audit (variant_id, trial_index, is_open) VALUES (?, ?, 1)
        ON CONFLICT DO NOTHING
        """)
    for (result, outcome) in zip(batch.results, outcomes) where batch.audits.contains(result.index)
    {
      switch outcome {
      case .inserted, .retried:
        try statement.execute(
          arguments: Key(variant: batch.variant, index: result.index).arguments)
      // It was compared already, which is what an audit is for.
      case .confirmed, .violated, .settled, .ignored: break
      }
    }
  }

  private func closeAudit(_ key: Key) throws {
    try database.cachedStatement(
      sql: "UPDATE audit SET is_open = 0 WHERE variant_id = ? AND trial_index = ? AND is_open = 1"
    ).execute(arguments: key.arguments)
  }

  func addConfirmation(_ key: Key, by worker: Int64) throws {
    try database.cachedStatement(
      sql: """
        INSERT INTO confirmation (variant_id, trial_index, worker_id) VALUES (?, ?, ?)
        ON CONFLICT DO NOTHING
        """
    ).execute(arguments: key.arguments + [worker])
  }

  private func removeConfirmation(_ key: Key, by worker: Int64) throws {
    try database.cachedStatement(
      sql: "DELETE FROM confirmation WHERE variant_id = ? AND trial_index = ? AND worker_id = ?"
    ).execute(arguments: key.arguments + [worker])
  }

  private func hasViolations(_ key: Key) throws -> Bool {
    let statement = try database.cachedStatement(
      sql: "SELECT EXISTS (SELECT 1 FROM violation WHERE variant_id = ? AND trial_index = ?)")
    return try Bool.fetchOne(statement, arguments: key.arguments) ?? false
  }

  private func addViolation(_ new: TrialResult, _ key: Key, from worker: Int64) throws {
    let statement = try database.cachedStatement(
      sql: """
        SELECT \(ResultRow.selection("violation")), worker_id FROM violation
        WHERE variant_id = ? AND trial_index = ?
        """)
    let known = try Row.fetchAll(statement, arguments: key.arguments)
    // Nobody can fill the disk with results of one trial.
    guard known.count < Limits.violationsOfTrial else { return }
    // A worker that sends its result again adds nothing to what is known.
    for row in known
    where try row.decode(Int64.self, atIndex: ResultRow.columns.count) == worker {
      if try ResultRow.result(row, historyColumn: nil).agrees(with: new) { return }
    }
    try insertViolation(new, key, from: worker)
  }

  func insertViolation(_ result: TrialResult, _ key: Key, from worker: Int64) throws {
    var insert = try BoundStatement(
      database,
      sql: """
        INSERT INTO violation
          (variant_id, worker_id, \(ResultRow.columns.joined(separator: ", ")), history)
        VALUES (?, ?\(String(repeating: ", ?", count: ResultRow.columns.count)), ?)
        """)
    insert.bind(key.variant.rawValue)
    insert.bind(worker)
    ResultRow.bind(result, to: &insert)
    insert.bind(bytesOf: ResultRow.history(result))
    try insert.execute()
  }
}
