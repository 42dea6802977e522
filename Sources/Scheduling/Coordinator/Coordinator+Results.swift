import SweepModel

/// Results on their way to the store, and who waits for word of them.
struct PendingCommit {
  /// The job's position.
  let job: Int
  let results: [TrialResult]
  /// Their indices.
  let trials: IntervalSet
  let worker: WorkerID?
  /// The process that sent them: another of the same identity numbers its batches from 1, too.
  let session: UInt64?
  let batch: BatchNumber?
  /// Those to be trained again elsewhere.
  let audits: IntervalSet
  /// Those that were such, by the worker that they are compared with.
  let checked: [CheckedTrials]
}

/// Results that are compared with those of one worker.
struct CheckedTrials {
  let owner: WorkerID?
  let trials: IntervalSet
}

extension Coordinator {
  /// Checks a batch and sends it on to the store; nothing of a batch that cannot be is used.
  mutating func accept(
    _ batch: ResultBatch, from worker: WorkerID, _ peer: PeerID, at now: Instant,
    _ effects: inout [Effect]
  ) {
    guard let job = jobPositions[batch.job] else {
      // Of a sweep that was cancelled before this life of the coordinator, or is not served by it: nobody
      // wants them, and it is not their worker's fault.
      return order(.acknowledged(batch.number), worker, &effects)
    }
    let trials: IntervalSet
    switch jobs[job].job.indices(of: batch.results) {
    case .success(let indices): trials = indices
    case .failure(let objection):
      return expel(worker, Refusal(.misbehaviour, objection.text), at: now, &effects)
    }
    noteResults(of: worker, at: now)
    let results = takeClaims(of: batch.results, in: job, by: worker, at: now, &effects)
    guard results.count == batch.results.count else {
      // What is left of the batch is a batch by itself.
      return acceptRest(
        ResultBatch(number: batch.number, job: batch.job, results: results), of: job,
        from: worker, at: now, &effects)
    }
    record(batch, trials, of: job, from: worker, at: now, &effects)
  }

  /// Takes in what a batch holds beside claims.
  private mutating func acceptRest(
    _ batch: ResultBatch, of job: Int, from worker: WorkerID, at now: Instant,
    _ effects: inout [Effect]
  ) {
    if batch.results.isEmpty {
      order(.acknowledged(batch.number), worker, &effects)
      closeFinishedLeases(of: worker, at: now, &effects)
      serve(worker, at: now, &effects)
    } else {
      let trials = batch.results.reduce(into: IntervalSet()) { $0.insert($1.index) }
      record(batch, trials, of: job, from: worker, at: now, &effects)
    }
    for position in checked.positions { review(position, &effects) }
    serveIdle(at: now, &effects)
  }

  private mutating func record(
    _ batch: ResultBatch, _ trials: IntervalSet, of job: Int, from worker: WorkerID,
    at now: Instant, _ effects: inout [Effect]
  ) {
    let new = jobs[job].missing(of: trials)
    jobs[job].pending.subtract(trials)
    if jobs[job].pending.isEmpty { ready.remove(job) }
    jobs[job].committing.formUnion(new)
    let checked = takeOut(trials, of: job, from: worker)
    let audits = chooseAudits(among: batch.results, new, of: job, by: worker)
    let wanted = checked.reduce(new.count) { $0 + $1.trials.count }
    commit(
      batch.results, trials, of: job, from: worker, batch.number, audits, checked,
      repetitions: batch.results.count - min(Int(wanted), batch.results.count), &effects)
    closeFinishedLeases(of: worker, at: now, &effects)
    serve(worker, at: now, &effects)
  }

  private mutating func noteResults(of worker: WorkerID, at now: Instant) {
    change(worker) { state in
      state.isStalled = false
      state.progressAt = now
      state.lastResultAt = now
    }
  }

  /// Takes results out of the leases of their worker; returns which of them are checks.
  private mutating func takeOut(_ trials: IntervalSet, of job: Int, from worker: WorkerID)
    -> [CheckedTrials]
  {
    var checked: [CheckedTrials] = []
    for id in heldLeases(of: worker) {
      changeLease(id) { lease in
        guard lease.job == job else { return }
        let done = lease.remaining.intersection(trials)
        guard !done.isEmpty else { return }
        lease.remaining.subtract(done)
        if case .audit(let owner) = lease.purpose {
          checked.append(CheckedTrials(owner: owner, trials: done))
        }
      }
    }
    return checked
  }

  private mutating func commit(
    _ results: [TrialResult], _ trials: IntervalSet, of job: Int, from worker: WorkerID?,
    _ batch: BatchNumber?, _ audits: IntervalSet,
    _ checked: [CheckedTrials], repetitions: Int = 0, _ effects: inout [Effect]
  ) {
    lastCommit += 1
    let id = CommitID(lastCommit)
    commits[id] = PendingCommit(
      job: job, results: results, trials: trials, worker: worker,
      session: worker.flatMap { workers[$0]?.session }, batch: batch, audits: audits,
      checked: checked)
    jobs[job].openCommits += 1
    let asked = Commit(
      id: id, job: jobs[job].job.id, results: results, worker: worker, audits: audits,
      repetitions: repetitions)
    effects.append(.commit(asked))
  }

  /// Records a trial as failed that crashed or hung its workers too often, or of which they said so:
  /// then for the reason that they gave.
  mutating func recordFailure(
    of index: TrialIndex, in job: Int, because reason: String? = nil, _ effects: inout [Effect]
  ) {
    let crashes = jobs[job].crashes[index, default: 0]
    let trial = IntervalSet(TrialRange(index.rawValue, index.rawValue + 1))
    jobs[job].committing.formUnion(trial)
    let result = TrialResult(
      index: index, seed: jobs[job].job.masterSeed.trialSeed(at: index),
      outcome: .failed(
        reason: reason
          ?? "\(crashes) times its worker ended without a word while it ran, or it made no progress"
      ), seconds: 0)
    effects.append(.notice(.trialFailed(jobs[job].job.id, index, crashes: crashes)))
    commit([result], trial, of: job, from: nil, nil, IntervalSet(), [], &effects)
  }

  /// The store has the results: only now may their worker forget them.
  mutating func finish(
    _ id: CommitID, _ outcomes: [CommitOutcome], at now: Instant, _ effects: inout [Effect]
  ) {
    guard let commit = commits.removeValue(forKey: id) else {
      preconditionFailure("a commit that was not asked for")
    }
    precondition(outcomes.count == commit.results.count, "one outcome for each result")
    let job = commit.job
    let known = jobs[job].recorded.intersection(commit.trials)
    jobs[job].record(commit.trials)
    jobs[job].openCommits -= 1
    if jobs[job].pending.isEmpty { ready.remove(job) }
    if let worker = commit.worker, let batch = commit.batch,
      workers[worker]?.session == commit.session
    {
      order(.acknowledged(batch), worker, &effects)
      // It trains nothing while too much of it is unacknowledged: the store was slow, not the worker.
      workers[worker]?.progressAt = now
      if workers[worker]?.isStalled == true {
        workers[worker]?.isStalled = false
        serve(worker, at: now, &effects)
      }
    }
    if !known.isEmpty { discountReplaced(known, outcomes, commit.results) }
    let doubtful = countRecorded(outcomes, commit.results)
    let audits = judge(doubtful, outcomes, commit, &effects)
    let away = commit.checked.reduce(0) { $0 + $1.trials.count }
    jobs[job].checks.auditsAway -= away
    openAudits(audits, of: job, by: commit.worker)
    review(job, &effects)
    quarantineOutvoted(at: now, &effects)
    if !checked.isEmpty || !ready.isEmpty { serveIdle(at: now, &effects) }
  }

  /// A result that takes the place of a failure is no new trial.
  private mutating func discountReplaced(
    _ known: IntervalSet, _ outcomes: [CommitOutcome], _ results: [TrialResult]
  ) {
    for (outcome, result) in zip(outcomes, results)
    where outcome == .recorded && known.contains(result.index) {
      tally.recorded -= min(1, tally.recorded)
      // It was recorded in an earlier life, perhaps.
      tally.failed -= min(1, tally.failed)
    }
  }

  /// Counts the results that are the first of their trials; returns the positions of the others.
  ///
  /// Not inlined: Swift 6.3.1's optimizer fails on the loops otherwise ("Found ownership error").
  @inline(never)
  private mutating func countRecorded(_ outcomes: [CommitOutcome], _ results: [TrialResult])
    -> [Int]
  {
    var others: [Int] = []
    var (diverged, failed) = (UInt64(0), UInt64(0))
    // In place, and only the kind of each: a copy counts the references of all its arrays.
    outcomes.withUnsafeBufferPointer { outcomes in
      results.withUnsafeBufferPointer { results in
        for position in outcomes.indices {
          guard case .recorded = outcomes[position] else {
            others.append(position)
            continue
          }
          if case .diverged = results[position].outcome { diverged += 1 }
          if case .failed = results[position].outcome { failed += 1 }
        }
      }
    }
    tally.recorded += UInt64(outcomes.count - others.count)
    tally.diverged += diverged
    tally.failed += failed
    return others
  }

  /// Judges the results at `positions`; returns the audits of the commit without them: only a result
  /// that is the first of its trial can be compared with another.
  @inline(never)
  private mutating func judge(
    _ positions: [Int], _ outcomes: [CommitOutcome], _ commit: PendingCommit,
    _ effects: inout [Effect]
  ) -> IntervalSet {
    var audits = commit.audits
    for position in positions {
      let index = commit.results[position].index
      audits.remove(index)
      judge(index, outcomes[position], commit, &effects)
    }
    return audits
  }
}
