import SweepModel

/// Results on their way to the store, and who waits for word of them.
struct PendingCommit {
  let job: JobID
  let indices: [TrialIndex]
  let statuses: [TrialStatus]
  let worker: WorkerID?
  let batch: BatchNumber?
}

extension Coordinator {
  /// Checks a batch and sends it on to the store; nothing of a batch that cannot be is used.
  mutating func accept(
    _ batch: ResultBatch, from worker: WorkerID, _ peer: PeerID, at now: Instant,
    _ effects: inout [Effect]
  ) {
    guard var state = jobs[batch.job] else {
      expel(worker, peer, because: "no job \(batch.job) here", at: now, &effects)
      return
    }
    for result in batch.results {
      guard let objection = state.job.objection(to: result) else { continue }
      expel(worker, peer, because: objection, at: now, &effects)
      return
    }
    workers[worker]?.isStalled = false
    var overtaken: Set<LeaseID> = []
    for result in batch.results {
      let index = result.index
      if state.pending.contains(index) {
        state.pending.remove(index)
        state.committing.insert(index)
      } else if !state.recorded.contains(index), !state.committing.contains(index) {
        let lease = removeFromLeases(index, of: batch.job, for: worker)
        if let lease, leases[lease]?.worker != worker { overtaken.insert(lease) }
        state.committing.insert(index)
      }
    }
    jobs[batch.job] = state
    commit(batch.results, of: batch.job, from: worker, batch.number, &effects)
    closeFinishedLeases(of: worker, at: now)
    serve(worker, at: now, &effects)
    revokeFinished(overtaken, at: now, &effects)
  }

  private mutating func commit(
    _ results: [TrialResult], of job: JobID, from worker: WorkerID?, _ batch: BatchNumber?,
    _ effects: inout [Effect]
  ) {
    lastCommit += 1
    let id = CommitID(lastCommit)
    commits[id] = PendingCommit(
      job: job, indices: results.map(\.index), statuses: results.map(\.status), worker: worker,
      batch: batch)
    effects.append(.commit(Commit(id: id, job: job, results: results, worker: worker)))
  }

  /// Records a trial as failed that crashed its workers too often.
  mutating func recordFailure(
    of index: TrialIndex, in job: JobID, _ effects: inout [Effect]
  ) {
    guard var state = jobs[job] else { return }
    let crashes = state.crashes[index, default: 0]
    state.committing.insert(index)
    jobs[job] = state
    let result = TrialResult(
      index: index, seed: state.job.masterSeed.trialSeed(at: index),
      outcome: .failed(reason: "its worker ended without a word \(crashes) times while it ran"),
      seconds: 0)
    effects.append(.notice(.trialFailed(job, index, crashes: crashes)))
    commit([result], of: job, from: nil, nil, &effects)
  }

  /// The store has the results: only now may their worker forget them.
  mutating func finish(
    _ id: CommitID, _ outcomes: [CommitOutcome], at now: Instant, _ effects: inout [Effect]
  ) {
    guard let commit = commits.removeValue(forKey: id), var state = jobs[commit.job] else {
      preconditionFailure("a commit that was not asked for")
    }
    precondition(outcomes.count == commit.indices.count, "one outcome for each result")
    for (position, index) in commit.indices.enumerated() {
      state.committing.remove(index)
      state.recorded.insert(index)
      state.crashes[index] = nil
      count(outcomes[position], commit.statuses[position])
      if outcomes[position] == .violated {
        effects.append(.notice(.determinismViolated(commit.job, index, commit.worker)))
      }
    }
    jobs[commit.job] = state
    if state.isFinished { openJobs.removeAll { $0 == commit.job } }
    if let worker = commit.worker, let batch = commit.batch {
      order(.acknowledged(batch), worker, &effects)
    }
  }

  private mutating func count(_ outcome: CommitOutcome, _ status: TrialStatus) {
    switch outcome {
    case .recorded:
      tally.recorded += 1
      switch status {
      case .completed: break
      case .diverged: tally.diverged += 1
      case .failed: tally.failed += 1
      }
    case .confirmed: tally.confirmed += 1
    case .violated: tally.violated += 1
    case .settled: tally.violated += 1
    }
  }
}
