import Randomness
import SweepModel

/// Nothing is believed: audits, disputes, votes and quarantine (docs/decisions/0011-trust-by-votes.md).
extension Coordinator {
  // MARK: Choosing

  /// The results that are trained again by another worker.
  ///
  /// After n results of a worker that nothing spoke against, the next is chosen with probability
  /// max(audit, 1/(n + 1)): a newcomer is watched closely, and nobody ever unwatched. The choice is a hash
  /// of the job, the index and the worker under the master seed, which workers are not told.
  mutating func chooseAudits(
    among results: [TrialResult], _ new: IntervalSet, of job: Int, by worker: WorkerID
  ) -> IntervalSet {
    let share = jobs[job].job.audit
    guard share > 0, var valid = workers[worker]?.validResults else { return IntervalSet() }
    let key = AuditKey(jobs[job].job, worker)
    var chosen = IntervalSet()
    for result in results where new.contains(result.index) {
      let probability = max(share, 1 / Double(valid + 1))
      if key.fraction(result.index) < probability { chosen.insert(result.index) }
      valid += 1
    }
    workers[worker]?.validResults = valid
    tally.audited += chosen.count
    return chosen
  }

  mutating func openAudits(_ trials: IntervalSet, of job: Int, by owner: WorkerID?) {
    guard !trials.isEmpty, let owner else { return }
    let processor = workers[owner]?.processor ?? ""
    jobs[job].checks.addAudits(trials, of: owner, processor: processor)
    checked.insert(job)
  }

  // MARK: Lending

  /// Lends a dispute, or audits: with `onlyMany` as many of them as fill a lease, and those of another
  /// model of processor where somebody has one.
  mutating func lendCheck(
    to worker: WorkerID, onlyMany: Bool, at now: Instant, _ effects: inout [Effect]
  ) -> Bool {
    guard let processor = workers[worker]?.processor else { return false }
    let isChoosy = onlyMany && processors.count > 1
    for job in checked.positions.prefix(Self.jobsLookedAt) {
      guard jobs[job].checks.hasWaiting, !jobs[job].isCancelled,
        !rejects(worker, job, at: now)
      else { continue }
      let inTime = trialsInTime(of: job, for: worker, at: now)
      guard inTime > 0 else { continue }
      let trials: IntervalSet
      let purpose: Lease.Purpose
      if let index = jobs[job].checks.takeDispute(for: worker) {
        trials = IntervalSet(TrialRange(index.rawValue, index.rawValue + 1))
        purpose = .dispute
      } else {
        // Nor do audits of a sweep keep trials of another waiting that has a higher priority.
        if onlyMany, let highest = ready.highestPriority, ready.priority(of: job) < highest {
          continue
        }
        let size = min(wantedSize(of: job, for: worker), inTime)
        let audits = jobs[job].checks.takeAudits(
          for: worker, processor: processor, isChoosy: isChoosy, least: onlyMany ? size : 1,
          limit: size)
        guard let audits else { continue }
        trials = audits.trials
        purpose = .audit(owner: audits.owner)
      }
      grant(trials, of: job, for: purpose, to: worker, at: now, &effects)
      // It may have been given up a moment ago, as by workers that can be asked again by now.
      review(job, &effects)
      return true
    }
    return false
  }

  private static let jobsLookedAt = 16

  // MARK: Judging

  /// What a result says that was not the first of its trial.
  mutating func judge(
    _ index: TrialIndex, _ outcome: CommitOutcome, _ commit: PendingCommit,
    _ effects: inout [Effect]
  ) {
    let id = jobs[commit.job].job.id
    let owner = commit.checked.first { $0.trials.contains(index) }?.owner
    switch outcome {
    case .recorded: break
    case .confirmed:
      tally.confirmed += 1
      guard let worker = commit.worker else { break }
      jobs[commit.job].checks.addVoter(worker, to: index)
      jobs[commit.job].checks.returnDispute(index)
    case .violated:
      tally.violated += 1
      effects.append(.notice(.determinismViolated(id, index, commit.worker)))
      let voters = [owner, commit.worker].compactMap { $0 }
      jobs[commit.job].checks.openDispute(index, voters: voters)
      jobs[commit.job].checks.returnDispute(index)
      checked.insert(commit.job)
    case .settled(let losers):
      tally.settled += 1
      if jobs[commit.job].checks.disputes[index] == nil {
        // Against a worker that is not believed any more one vote was enough.
        tally.violated += 1
        effects.append(.notice(.determinismViolated(id, index, commit.worker)))
      }
      jobs[commit.job].checks.closeDispute(index)
      effects.append(.notice(.disputeSettled(id, index, outvoted: losers)))
      for worker in losers {
        effects.append(.notice(.workerOutvoted(worker, id, index)))
        outvoted[worker, default: 0] += 1
        workers[worker]?.validResults = 0
      }
    }
  }

  /// Turns away whoever was outvoted too often, and asks what stands on their word alone.
  mutating func quarantineOutvoted(at now: Instant, _ effects: inout [Effect]) {
    guard !outvoted.isEmpty else { return }
    let guilty = outvoted.filter {
      $0.value >= Limits.outvotedResults && !quarantined.contains($0.key)
    }
    for (worker, failures) in guilty.sorted(by: { $0.key < $1.key }) {
      quarantined.insert(worker)
      distrusted.insert(worker)
      if let key = workers[worker]?.key ?? boundKeys[worker] { quarantinedKeys.insert(key) }
      effects.append(.notice(.workerQuarantined(worker, failures: failures)))
      effects.append(.distrust(worker))
      let host = workers[worker]?.host ?? ""
      let refusal = Refusal(
        .quarantined,
        "results of this worker were outvoted by others' \(failures) times: check the memory and the "
          + "processor of \(host)")
      expel(worker, refusal, at: now, &effects)
    }
  }

  /// Takes up disputes that were settled by a worker's vote which does not count any more.
  private mutating func reopen(_ disputes: [JobID: OpenDisputes]) {
    for position in jobs.indices {
      guard let open = disputes[jobs[position].job.id] else { continue }
      // Quarantined workers have no vote, and use up none.
      let voters = open.voters.filter { !quarantined.contains($0.key) }
        .sorted { $0.key < $1.key }
      for range in open.trials.intersection(jobs[position].recorded).ranges {
        for index in range.indices where jobs[position].checks.disputes[index] == nil {
          jobs[position].checks.openDispute(
            index, voters: voters.filter { $0.value.contains(index) }.map(\.key))
        }
      }
      if !jobs[position].checks.isEmpty { checked.insert(position) }
    }
  }

  /// The store has said what stands on the word of a worker that is not believed: it is trained again.
  mutating func distrust(
    _ worker: WorkerID, _ trials: [JobID: IntervalSet], _ disputes: [JobID: OpenDisputes],
    at now: Instant, _ effects: inout [Effect]
  ) {
    distrusted.remove(worker)
    for position in jobs.indices {
      guard let alone = trials[jobs[position].job.id] else { continue }
      let again = jobs[position].recorded.intersection(alone)
      guard !again.isEmpty else { continue }
      jobs[position].recorded.subtract(again)
      // A lease for training may still hold some of them: those are lent, and need not wait.
      var waiting = again
      for id in jobs[position].leases {
        if let lease = leases[id], lease.purpose == .training { waiting.subtract(lease.remaining) }
      }
      jobs[position].pending.formUnion(waiting)
      jobs[position].checks.dropAudits(again, of: worker)
      offer(position)
      effects.append(
        .notice(.trialsDistrusted(worker, jobs[position].job.id, count: again.count)))
      review(position, &effects)
    }
    reopen(disputes)
    for position in checked.positions { review(position, &effects) }
    serveIdle(at: now, &effects)
  }
}

/// The choice of audits of one worker's results of one job: a keyed hash, never a generator, so that it
/// depends neither on order nor on time.
///
/// The master seed, the job and the worker are absorbed word by word, each followed by
/// ``SplitMix64/mix(_:)``; an index is absorbed likewise.
struct AuditKey {
  private let key: UInt64

  init(_ job: CoordinatorJob, _ worker: WorkerID) {
    let words = [job.masterSeed.rawValue, job.id.rawValue, worker.words.0, worker.words.1]
    key = words.reduce(0x5365_6564_5377_6565) { SplitMix64.mix($0 ^ $1) }
  }

  /// In [0, 1), each of 2⁵³ values equally likely over the indices.
  func fraction(_ index: TrialIndex) -> Double {
    SplitMix64.fraction(SplitMix64.mix(key ^ index.rawValue))
  }
}
