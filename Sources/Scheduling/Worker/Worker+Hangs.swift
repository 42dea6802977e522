import SweepModel

extension SlotState {
  var isTraining: Bool {
    if case .training = self { true } else { false }
  }

  var isHung: Bool {
    if case .hung = self { true } else { false }
  }
}

/// A slot that hangs is seen by its own counter, however busy the others are.
extension Worker {
  /// Gives up what a slot trains whose counter has stood still for ``SchedulingPolicy/leaseDuration``.
  ///
  /// The coordinator is told which trials they are, and charges them as if they had crashed the worker.
  /// The slot is asked to stop, and takes part again if it does. A worker whose slots have all hung can do
  /// nothing any more: it leaves, so that whoever started it can start another.
  mutating func watch(_ progress: [UInt64], at now: Instant, _ effects: inout [Effect]) {
    // A process that was stopped for an hour has not watched its slots for an hour.
    let longest = policy.heartbeatInterval * 2
    let elapsed = min(lastLook.map { $0.duration(to: now) } ?? .zero, longest)
    lastLook = now
    for slot in slots.indices {
      let counter = slot < progress.count ? progress[slot] : 0
      defer { counters[slot] = counter }
      guard counter == counters[slot], slots[slot].isTraining else {
        stillness[slot] = .zero
        continue
      }
      stillness[slot] += elapsed
      if stillness[slot] > policy.leaseDuration { giveUpHung(slot, &effects) }
    }
    if slots.allSatisfy(\.isHung) { beginDrain(at: now, &effects) }
  }

  private mutating func giveUpHung(_ slot: Int, _ effects: inout [Effect]) {
    guard case .training(let lease, let job, let trials, _) = slots[slot] else { return }
    slots[slot] = .hung(job: job)
    if let position = leases.firstIndex(where: { $0.id == lease }) {
      leases[position].running.remove(trials)
      leases.removeAll(where: \.isDone)
    }
    report(.trialsHung(job, trials), &effects)
    effects.append(.abort(slot: slot))
  }
}
