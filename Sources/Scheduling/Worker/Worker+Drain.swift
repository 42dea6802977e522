import SweepModel

/// How far a graceful shutdown is.
struct DrainState: Hashable, Sendable {
  /// Why the worker leaves.
  enum Cause: Hashable, Sendable {
    case requested
    case timeLimit
  }

  let cause: Cause
  /// When trials that still run are asked to stop.
  let abortAt: Instant
  /// When the worker leaves, whatever it still waits for.
  let leaveAt: Instant
  var hasAborted = false

  /// When the next stage begins.
  var deadline: Instant { hasAborted ? leaveAt : abortAt }
}

extension Worker {
  /// The most time that is kept for stopping trials and for the last acknowledgements.
  private static let longestFarewell = Duration.seconds(5)

  /// Returns what has not begun and lets the slots go on for a while.
  ///
  /// The whole of it takes no longer than ``SchedulingPolicy/drainGrace``, and ends before the time limit.
  mutating func beginDrain(
    _ cause: DrainState.Cause = .requested, at now: Instant, _ effects: inout [Effect]
  ) {
    guard drain == nil else { return }
    let farewell = min(policy.drainGrace / 2, Self.longestFarewell)
    var leaveAt = now.advanced(by: policy.drainGrace)
    if let stopTime { leaveAt = max(now, min(leaveAt, stopTime.advanced(by: farewell))) }
    let abortAt = leaveAt.advanced(by: .zero - farewell)
    drain = DrainState(cause: cause, abortAt: max(now, abortAt), leaveAt: leaveAt)
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
      exit(left == 0 ? .drained(drain) : .drainedWithResultsLeft(count: left), &effects)
      return
    }
    self.drain?.hasAborted = true
    for slot in slots.indices where slots[slot].isTraining { effects.append(.abort(slot: slot)) }
  }

  /// A slot has stopped what it trained, having completed so many epochs: while the worker leaves the
  /// trials are returned, and otherwise they wait.
  ///
  /// Where the coordinator has a checkpoint, the time was not spent in vain, and no worker needs as much again.
  mutating func giveUp(
    _ slot: Int, epochs: Int, hasCheckpoint: Bool, at now: Instant, _ effects: inout [Effect]
  ) {
    if case .hung = slots[slot] { slots[slot] = .idle }
    guard case .training(let lease, _, let trials, let since) = slots[slot] else { return }
    slots[slot] = .idle
    guard let position = leases.firstIndex(where: { $0.id == lease }) else { return }
    leases[position].running.remove(trials)
    guard drain != nil else {
      leases[position].waiting.insert(trials)
      return
    }
    // Of several packs one after the other, nobody knows which the time was spent on.
    let isOnePack = !hasCheckpoint && Int(trials.count) <= packLanes[leases[position].variant] ?? 1
    let cause =
      isOnePack
      ? ReturnCause.interrupted(after: since.duration(to: now), epochs: epochs) : .notBegun
    report(.trialsReturned(lease, IntervalSet(trials), cause), &effects)
    leases.removeAll(where: \.isDone)
  }
}

extension Worker.ExitReason {
  fileprivate static func drained(_ drain: DrainState) -> Self {
    drain.cause == .timeLimit ? .outOfTime : .drained
  }
}
