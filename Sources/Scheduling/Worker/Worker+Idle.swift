import SweepModel

extension Worker {
  /// Why a worker trains nothing.
  public enum IdleReason: Hashable, Sendable {
    /// No coordinator has answered yet.
    case noCoordinator
    /// The coordinator that it was registered with does not answer any more.
    case coordinatorSilent
    /// The coordinator turned it away for a reason that may pass.
    case refused(Refusal)
    /// It waits for the specification or the data of this variant.
    case preparing(VariantDigest)
    /// The coordinator has no trials for it.
    case noTrials
  }

  /// Why it trains nothing, and since when; nil while it trains, or is about to leave.
  public var idleness: (reason: IdleReason, since: Instant)? {
    idle.map { ($0.reason, $0.since) }
  }

  /// What ``idleness`` is made of.
  struct Idleness: Hashable, Sendable {
    let reason: IdleReason
    let since: Instant
  }

  /// Notes since when the reason is what it is.
  mutating func noteIdleness(at now: Instant) {
    let reason = idleReason
    guard reason != idle?.reason else { return }
    idle = reason.map { Idleness(reason: $0, since: now) }
  }

  private var idleReason: IdleReason? {
    guard !hasExited, drain == nil, !slots.contains(where: \.isTraining) else { return nil }
    switch registration {
    case .waiting:
      if let refusal { return .refused(refusal) }
      return wasWelcomed ? .coordinatorSilent : .noCoordinator
    case .registered:
      let unprepared = leases.first { variants[$0.variant] != .ready }
      return unprepared.map { .preparing($0.variant) } ?? .noTrials
    }
  }
}
