import SweepModel

extension Coordinator {
  /// Goes on with a job that is known: one that was cancelled, or that is to have more trials than it
  /// was given with. Returns whether anything changes; a job gets no shorter, as results of the trials
  /// beyond may be on their way.
  mutating func reopen(_ position: Int, _ job: CoordinatorJob) -> Bool {
    guard jobs[position].isCancelled || job.trials > jobs[position].job.trials else { return false }
    jobs[position].isCancelled = false
    jobs[position].extend(to: job)
    offer(position)
    if !jobs[position].checks.isEmpty { checked.insert(position) }
    if !jobs[position].isOpen, !isDone(position) {
      jobs[position].isOpen = true
      openJobs += 1
    }
    return true
  }
}

extension JobState {
  /// Takes in the trials that `longer` has beyond those that are known, with what the store has of them.
  fileprivate mutating func extend(to longer: CoordinatorJob) {
    let before = job.trials
    guard longer.trials > before else { return }
    job = longer
    let added = TrialRange(before, longer.trials)
    let known = longer.recorded.intersection(added)
    recorded.formUnion(known)
    pending.insert(added)
    pending.subtract(known)
    checks.addAudits(longer.openAudits.intersection(added), of: nil, processor: "")
  }
}
