import GRDB
import SweepModel

extension ResultRecorder {
  /// Counts the votes on a trial anew, puts the result that stands into its row, and notes who was
  /// outvoted.
  ///
  /// - Returns: `violated`, or `settled` with the workers that were not outvoted before.
  mutating func recount(_ key: Key) throws -> CommitOutcome {
    let stored = try storedTrial(key)
    // A failure is nobody's word about the bits: it has other seeds beside it, and no votes.
    guard stored.result.measurements != nil else { return .violated }
    let ballots = try ballots(key, stored)
    let verdict = TrialVotes(votes: ballots).verdict
    let before = Set(ballots.filter(\.isOutvoted).map(\.worker))
    let after = verdict.isSettled ? Set(verdict.losers.map { ballots[$0].worker }) : []
    try addFailures(1, to: after.subtracting(before).sorted())
    try addFailures(-1, to: before.subtracting(after).sorted())

    if !verdict.winners.contains(0) { try exchange(key, stored, ballots, verdict) }
    try database.cachedStatement(
      sql: "UPDATE violation SET is_outvoted = ? WHERE variant_id = ? AND trial_index = ?"
    ).execute(arguments: [verdict.isSettled] + key.arguments)
    guard verdict.isSettled else { return .violated }
    return .settled(outvoted: try after.subtracting(before).sorted().map(workers.name))
  }

  /// Every worker's result of a trial, without its history: first those that agree with the stored one.
  private func ballots(_ key: Key, _ stored: StoredTrial) throws -> [TrialVotes.Vote] {
    var votes: [TrialVotes.Vote] = []
    func add(
      _ worker: Int64, _ result: TrialResult, violation: Int64? = nil, isOutvoted: Bool = false
    ) throws {
      votes.append(
        TrialVotes.Vote(
          worker: worker, isTrusted: try workers.isTrusted(worker), result: result,
          violation: violation, isOutvoted: isOutvoted))
    }
    try add(stored.worker, stored.result)
    // The same bits, of which no more was kept.
    var bits = stored.result
    bits.seconds = 0
    let confirming = try Int64.fetchAll(
      database,
      sql: """
        SELECT worker_id FROM confirmation WHERE variant_id = ? AND trial_index = ?
        ORDER BY worker_id
        """,
      arguments: key.arguments)
    for worker in confirming { try add(worker, bits) }
    let others = try Row.fetchAll(
      database,
      sql: """
        SELECT \(ResultRow.selection("violation")), id, worker_id, is_outvoted FROM violation
        WHERE variant_id = ? AND trial_index = ? ORDER BY id
        """,
      arguments: key.arguments)
    let next = ResultRow.columns.count
    for row in others {
      try add(
        try row.decode(Int64.self, atIndex: next + 1),
        try ResultRow.result(row, historyColumn: nil),
        violation: try row.decode(Int64.self, atIndex: next),
        isOutvoted: try row.decode(Bool.self, atIndex: next + 2))
    }
    return votes
  }

  /// A stored result with its history: the one large thing, read of no more results than are moved.
  private func result(_ table: String, _ identifier: Int64) throws -> TrialResult {
    let history = table == "trial" ? "LEFT JOIN history ON history.trial_id = trial.id" : ""
    let statement = try database.cachedStatement(
      sql: """
        SELECT \(ResultRow.selection(table)), history FROM \(table) \(history) WHERE \(table).id = ?
        """)
    guard let row = try Row.fetchOne(statement, arguments: [identifier]) else {
      throw UnreadableValue()
    }
    return try ResultRow.result(row, historyColumn: ResultRow.columns.count)
  }

  /// Makes the winners' result the stored one, and violations of the votes for what was stored.
  private mutating func exchange(
    _ key: Key, _ stored: StoredTrial, _ votes: [TrialVotes.Vote], _ verdict: TrialVotes.Verdict
  ) throws {
    let former = try result("trial", stored.identifier)
    let owner = votes[verdict.owner]
    guard let row = owner.violation else { preconditionFailure("the stored result has won") }
    try replace(stored, by: try result("violation", row), from: owner.worker)
    try database.cachedStatement(
      sql: "DELETE FROM confirmation WHERE variant_id = ? AND trial_index = ?"
    ).execute(arguments: key.arguments)
    for winner in verdict.winners {
      guard let row = votes[winner].violation else { continue }
      try database.cachedStatement(sql: "DELETE FROM violation WHERE id = ?")
        .execute(arguments: [row])
      if votes[winner].worker != owner.worker { try addConfirmation(key, by: votes[winner].worker) }
    }
    for loser in verdict.losers where votes[loser].violation == nil {
      let isFormer = votes[loser].worker == stored.worker
      try insertViolation(isFormer ? former : votes[loser].result, key, from: votes[loser].worker)
    }
  }

  private func addFailures(_ count: Int, to workers: [Int64]) throws {
    let statement = try database.cachedStatement(
      sql: "UPDATE worker SET failures = failures + ? WHERE id = ?")
    for worker in workers { try statement.execute(arguments: [count, worker]) }
  }
}
