import SweepModel

extension Coordinator {
  mutating func add(_ added: [CoordinatorJob], at now: Instant, _ effects: inout [Effect]) {
    for job in added {
      if let known = jobs[job.id] {
        guard known.isCancelled || job.trials > known.job.trials else { continue }
        jobs[job.id]?.extend(to: job)
      } else {
        jobs[job.id] = JobState(job)
        jobOrder.append(job.id)
      }
      guard let state = jobs[job.id] else { continue }
      effects.append(.notice(.jobAdded(job.id, trials: state.job.trials)))
      if !state.isFinished, !openJobs.contains(job.id) {
        openJobs.append(job.id)
        hasReportedFinish = false
      }
    }
    serveIdleWorkers(at: now, &effects)
  }

  mutating func cancel(_ cancelled: [JobID], at now: Instant, _ effects: inout [Effect]) {
    for id in cancelled {
      guard let state = jobs[id], !state.isFinished else { continue }
      for (lease, held) in leases.sorted(by: { $0.key < $1.key }) where held.job == id {
        takeBack(lease)
        order(.leaseRevoked(lease), held.worker, &effects)
      }
      jobs[id]?.isCancelled = true
      openJobs.removeAll { $0 == id }
      effects.append(.notice(.jobCancelled(id, trialsLeft: state.job.trials - state.recorded.count)))
    }
    for worker in workers.keys.sorted() { serve(worker, at: now, &effects) }
  }
}

extension JobState {
  mutating func extend(to longer: CoordinatorJob) {
    let before = job.trials
    isCancelled = false
    guard longer.trials > before else { return }
    job = longer
    pending.insert(TrialRange(before, longer.trials))
    for range in longer.recorded.ranges where range.upperBound.rawValue > before {
      let more = TrialRange(max(before, range.lowerBound.rawValue), range.upperBound.rawValue)
      pending.remove(more)
      recorded.insert(more)
    }
  }
}
