import SweepModel

/// Which reasons are new since the last look, so that each is told once, however often one looks.
public struct WaitingChanges: Hashable, Sendable {
  private var known: [WaitingReason] = []

  /// Nothing is known yet.
  public init() {}

  /// Takes in the reasons of now. Returns those that are new, and whether there were some that blocked
  /// and there are none any more.
  public mutating func update(_ reasons: [WaitingReason]) -> (new: [WaitingReason], isOver: Bool) {
    let new = reasons.filter { reason in !known.contains { $0.isSame(as: reason) } }
    let isOver = known.contains(where: \.isBlocking) && !reasons.contains(where: \.isBlocking)
    known = reasons
    return (new, isOver)
  }
}
