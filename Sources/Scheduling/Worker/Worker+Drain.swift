import SweepModel

/// How far a polite end is.
struct DrainState: Hashable, Sendable {
  /// When the next stage begins.
  var deadline: Instant
  /// Whether trials were asked to stop, so that only acknowledgements are waited for.
  var hasAborted = false
}

extension Worker {
  /// Hands back what has not begun and lets the slots go on for a while.
  mutating func beginDrain(at now: Instant, _ effects: inout [Effect]) {
    guard drain == nil else { return }
    drain = DrainState(deadline: now.advanced(by: policy.drainGrace))
    outbox.hurry(at: now)
    let unbegun = leases.filter { $0.running.isEmpty }.map(\.id)
    leases.removeAll { $0.running.isEmpty }
    if !unbegun.isEmpty { report(.leasesReturned(unbegun), &effects) }
    for position in leases.indices where !leases[position].waiting.isEmpty {
      report(.trialsReturned(leases[position].id, leases[position].waiting), &effects)
      leases[position].waiting = IntervalSet()
    }
  }

  /// First stops the trials that still run; then leaves even without the last acknowledgements.
  mutating func endDrainGrace(at now: Instant, _ effects: inout [Effect]) {
    guard let drain else { return }
    if drain.hasAborted {
      report(.goodbye, &effects)
      let left = outbox.resultCount
      if slots.allSatisfy(\.isHung) { exit(.slotsHung(resultsLeft: left), &effects) }
      exit(left == 0 ? .drained : .drainedWithResultsLeft(count: left), &effects)
      return
    }
    self.drain = DrainState(deadline: now.advanced(by: policy.drainGrace), hasAborted: true)
    for slot in slots.indices where slots[slot].isTraining { effects.append(.abort(slot: slot)) }
  }
}
