import SweepModel

/// A worker with a time limit begins nothing that it cannot finish, and has left before the limit.
///
/// Trials end by the limit less the grace; what time is left is for the last acknowledgements. How long a
/// trial takes is known once one is finished: until then the first of a variant is begun whatever
/// time there is, and stopped if it was too little.
extension Worker {
  /// When no trial may run any more; nil without a time limit.
  var stopTime: Instant? { timeLimit.map { $0.advanced(by: .zero - policy.drainGrace) } }

  /// Time that trials may still take; nil without a time limit.
  func timeLeft(at now: Instant) -> Duration? {
    stopTime.map { max(.zero, now.duration(to: $0)) }
  }

  /// How many packs of a variant one slot can still train; nil for any number.
  func packsInTime(of variant: VariantDigest, at now: Instant) -> Int? {
    guard let left = timeLeft(at: now) else { return nil }
    guard left > .zero else { return 0 }
    // What it cannot finish another worker goes on with.
    if leases.contains(where: { $0.variant == variant && $0.takesCheckpoints }) { return nil }
    // Of an unknown variant one, to learn how long it takes.
    guard let time = packTimes[variant], time > .zero else { return 1 }
    return Int(min(left / time, Double(Limits.batchResults)))
  }

  /// Learns how long a pack takes: a longer one counts at once, shorter ones little by little, as to begin a
  /// trial in vain costs more than to leave some time unused.
  mutating func notePackTime(_ time: Duration, of variant: VariantDigest) {
    guard let known = packTimes[variant], time < known else {
      packTimes[variant] = time
      return
    }
    packTimes[variant] = (known * 3 + time) / 4
  }

  /// Returns what waits of a variant of which not even one trial can be finished.
  mutating func returnForTime(_ variant: VariantDigest, _ effects: inout [Effect]) {
    let trial = packTimes[variant] ?? .zero
    for position in leases.indices
    where leases[position].variant == variant && !leases[position].waiting.isEmpty {
      let waiting = leases[position].waiting
      leases[position].waiting = IntervalSet()
      report(
        .trialsReturned(leases[position].id, waiting, .tooLittleTime(trial: trial)), &effects)
    }
    leases.removeAll(where: \.isDone)
  }

  /// Leaves when the time is over, or when none of the variants that it has met fits into what is left of
  /// it and the coordinator has given it nothing else for a while.
  mutating func watchTimeLimit(at now: Instant, _ effects: inout [Effect]) {
    guard let left = timeLeft(at: now), drain == nil else { return }
    guard left > .zero else {
      beginDrain(.timeLimit, at: now, &effects)
      return endDrainGrace(at: now, &effects)
    }
    guard leases.isEmpty, !slots.contains(where: \.isTraining), outbox.isEmpty else {
      idleSince = nil
      return
    }
    let since = idleSince ?? now
    idleSince = since
    // The order of a minimum does not matter.
    guard let shortest = packTimes.values.min(), shortest > left,
      since.advanced(by: policy.heartbeatInterval * 2) <= now
    else { return }
    beginDrain(.timeLimit, at: now, &effects)
  }
}
