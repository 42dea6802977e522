import SweepModel

extension Coordinator {
  /// Takes in a job that is not known yet.
  mutating func append(_ job: CoordinatorJob) {
    let position = jobs.count
    jobPositions[job.id] = position
    jobs.append(JobState(job))
    ready.register(job.sweepName, priority: job.priority)
    offer(position)
    if !jobs[position].checks.isEmpty { checked.insert(position) }
    if !isDone(position) {
      jobs[position].isOpen = true
      openJobs += 1
    }
  }

  /// Takes in jobs at run time. One that is known goes on where it was cancelled or has more trials now;
  /// its share of audits, its priority and what becomes of its models are the new ones in any case.
  mutating func add(_ added: [CoordinatorJob], at now: Instant, _ effects: inout [Effect]) {
    for job in added {
      if let position = jobPositions[job.id] {
        let known = jobs[position]
        ready.setPriority(of: job.sweepName, to: job.priority)
        let isNews = known.isCancelled || job.trials > known.job.trials
        guard isNews || job.audit != known.job.audit || job.models != known.job.models else {
          continue
        }
        jobs[position].extend(to: job)
        guard isNews else { continue }
        if !jobs[position].checks.isEmpty { checked.insert(position) }
        offer(position)
        review(position, &effects)
      } else {
        append(job)
      }
      effects.append(.notice(.jobAdded(job.id, trials: job.trials)))
    }
    serveIdle(at: now, &effects)
  }

  mutating func cancel(_ cancelled: [JobID], at now: Instant, _ effects: inout [Effect]) {
    for id in cancelled {
      guard let position = jobPositions[id], !jobs[position].isCancelled else { continue }
      let left = jobs[position].job.trials - jobs[position].recorded.count
      jobs[position].isCancelled = true
      ready.remove(position)
      effects.append(.notice(.jobCancelled(id, trialsLeft: left)))
      for lease in jobs[position].leases.sorted() { revoke(lease, at: now, &effects) }
      review(position, &effects)
    }
    serveIdle(at: now, &effects)
  }

  /// Whether nothing more is to be done for a job that could be.
  func isDone(_ position: Int) -> Bool {
    guard jobs[position].openCommits == 0 else { return false }
    if jobs[position].isCancelled { return true }
    guard jobs[position].isRecorded else { return false }
    return !jobs[position].checks.isBusy && !canCheck(position)
  }

  /// Whether a worker that is connected could do a check of the job that waits.
  private func canCheck(_ position: Int) -> Bool {
    guard jobs[position].checks.hasWaiting else { return false }
    // What an earlier life left open waits for the first worker of this one.
    guard hasMetWorkers else { return jobs[position].checks.wantsWorkers }
    let (variant, needed) = (jobs[position].job.variant, jobs[position].job.components)
    let able = workersWithComponents(for: position) - rejections[variant, default: 0]
    // More than a dispute can have voters: one of them is free to vote.
    guard able <= max(Self.fewWorkers, jobs[position].checks.declinerCount) else { return true }
    let free = workers.filter {
      !$0.value.isStalled && $0.value.rejected[variant] == nil && $0.value.has(needed)
    }
    return jobs[position].checks.canBeTaken(by: Array(free.keys))
  }

  private static let fewWorkers = 64

  /// Moves a job to where it belongs after something about it, or about the workers, has changed.
  mutating func review(_ position: Int, _ effects: inout [Effect]) {
    if jobs[position].checks.isEmpty { checked.remove(position) }
    guard !isOver else { return }
    let isDone = isDone(position)
    guard isDone == jobs[position].isOpen else { return }
    jobs[position].isOpen = !isDone
    openJobs += isDone ? -1 : 1
    guard isDone else { return }
    // Copies, and trials whose results came from others.
    for lease in jobs[position].leases.sorted() {
      guard let worker = leases[lease]?.worker else { continue }
      takeBack(lease)
      order(.leaseRevoked(lease), worker, &effects)
    }
    let checks = jobs[position].checks
    guard !checks.isEmpty, !jobs[position].isCancelled else { return }
    effects.append(
      .notice(
        .checksLeftOpen(
          jobs[position].job.id, audits: checks.waitingAudits, disputes: checks.openDisputes)))
  }
}
