import SweepModel

/// Why nothing happens, or less than could: worked out from the state when somebody asks.
extension Coordinator {
  /// What hinders the sweeps that are not done, the most important first, at most
  /// ``Limits/waitingReasons``; nothing where there is nothing to do.
  ///
  /// Costs O(workers + jobs).
  public func waitingReasons(at now: Instant) -> [WaitingReason] {
    guard hasWork else { return [] }
    var reasons: [WaitingReason] = []
    if let reason = noWorkers(at: now) { reasons.append(reason) }
    reasons += missingComponents()
    reasons += rejectedVariants(at: now)
    reasons += longTrials(at: now)
    reasons += refusedWorkers(at: now) + lostWorkers(at: now)
    if let reason = stalledWorkers(at: now) ?? lastTrials(at: now) { reasons.append(reason) }
    WaitingReason.sort(&reasons)
    return Array(reasons.prefix(Limits.waitingReasons))
  }

  /// How long a coordinator without workers, and a last lease, are nothing to speak of: 30 s with the
  /// usual times.
  private var usualWait: Duration { policy.silenceLimit * 3 }

  private func noWorkers(at now: Instant) -> WaitingReason? {
    guard workers.isEmpty, let since = emptySince else { return nil }
    let elapsed = since.duration(to: now)
    guard elapsed >= usualWait else { return nil }
    var reason = WaitingReason(.noWorkers, isBlocking: true)
    reason.seconds = elapsed.seconds
    return reason
  }

  // MARK: Variants

  /// What variants of one sweep have in common that workers rejected.
  private struct RejectionKey: Hashable {
    let sweep: String
    let code: WaitingReason.Code
    let text: String
    let isBlocking: Bool
  }

  /// One reason for all variants of a sweep that were rejected alike: thousands may share their data.
  private func rejectedVariants(at now: Instant) -> [WaitingReason] {
    guard !troubles.isEmpty else { return [] }
    var reasons: [WaitingReason] = []
    var places: [RejectionKey: Int] = [:]
    for state in jobs where !state.isCancelled && !state.isRecorded {
      guard let trouble = troubles[state.job.variant] else { continue }
      let code = trouble.rejection.code.waiting
      let key = RejectionKey(
        sweep: state.job.sweepName, code: code, text: trouble.rejection.text,
        isBlocking: trouble.workers == workers.count)
      let retry = max(0, now.duration(to: trouble.retryAt).seconds)
      if let place = places[key] {
        reasons[place].variants += 1
        reasons[place].trials += state.job.trials - state.recorded.count
        reasons[place].workers = max(reasons[place].workers, trouble.workers)
        reasons[place].retrySeconds = min(reasons[place].retrySeconds ?? retry, retry)
        continue
      }
      guard reasons.count < Limits.waitingReasons else { continue }
      var reason = WaitingReason(code, isBlocking: key.isBlocking)
      reason.sweep = state.job.sweepName
      reason.variant = state.job.variantName
      reason.variants = 1
      reason.trials = state.job.trials - state.recorded.count
      reason.workers = trouble.workers
      reason.connected = workers.count
      reason.host = trouble.host
      reason.detail = trouble.rejection.text
      reason.retrySeconds = retry
      places[key] = reasons.count
      reasons.append(reason)
    }
    return reasons
  }

  /// Trials that no connected worker has the time for.
  private func longTrials(at now: Instant) -> [WaitingReason] {
    interrupted.positions.prefix(Limits.waitingReasons).compactMap { job in
      guard let long = longTrial(of: job, at: now) else { return nil }
      let state = jobs[job]
      var reason = WaitingReason(.timeLimit, isBlocking: state.leases.isEmpty)
      reason.sweep = state.job.sweepName
      reason.variant = state.job.variantName
      reason.variants = 1
      reason.trials = state.recorded.isEmpty ? state.pending.count : 1
      reason.workers = workers.count
      reason.connected = workers.count
      reason.detail =
        "trial \(long.index) was stopped after \(Int(long.time.seconds)) s, with \(long.epochs) epochs "
        + "completed"
      return reason
    }
  }

  // MARK: Workers

  private func refusedWorkers(at now: Instant) -> [WaitingReason] {
    refusals.recent(at: now).map { self.reason(.workerRefused, $0, at: now) }
  }

  private func lostWorkers(at now: Instant) -> [WaitingReason] {
    losses.recent(at: now).map { self.reason(.workerLost, $0, at: now) }
  }

  private func reason(
    _ code: WaitingReason.Code, _ trouble: RecentTroubles.Trouble, at now: Instant
  ) -> WaitingReason {
    var reason = WaitingReason(code, isBlocking: workers.isEmpty)
    reason.host = trouble.machine
    reason.workers = trouble.count
    reason.connected = workers.count
    reason.detail = trouble.text
    reason.seconds = trouble.latest.duration(to: now).seconds
    return reason
  }

  private func stalledWorkers(at now: Instant) -> WaitingReason? {
    let stalled = workers.values.filter(\.isStalled)
    guard !stalled.isEmpty else { return nil }
    var reason = WaitingReason(
      .workersStalled, isBlocking: stalled.count == workers.count)
    reason.workers = stalled.count
    reason.connected = workers.count
    // The one of which nothing came for longest; by name where that is the same.
    let first = stalled.min { ($0.progressAt, $0.host) < ($1.progressAt, $1.host) }
    reason.host = first?.host
    reason.seconds = first.map { $0.progressAt.duration(to: now).seconds }
    return reason
  }

  /// What is waited for when everything is assigned, to one worker alone, and takes long.
  private func lastTrials(at now: Instant) -> WaitingReason? {
    guard ready.isEmpty, let first = leases.values.first,
      leases.values.allSatisfy({ $0.worker == first.worker }), let worker = workers[first.worker]
    else { return nil }
    let since = max(leases.values.map(\.startedAt).min() ?? now, worker.lastResultAt)
    guard since.duration(to: now) >= usualWait else { return nil }
    var reason = WaitingReason(.lastTrials, isBlocking: false)
    reason.workers = 1
    reason.connected = workers.count
    reason.trials = leases.values.reduce(0) { $0 + $1.remaining.count }
    reason.host = worker.host
    reason.seconds = since.duration(to: now).seconds
    return reason
  }
}
