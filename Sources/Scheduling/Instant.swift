/// A point in monotonic time, as the state machines are given it.
///
/// Machines never read a clock: drivers pass the time in, and simulations make it up.
public struct Instant: InstantProtocol, Hashable, Sendable {
  /// Time since an arbitrary beginning.
  public let offset: Duration

  /// A point that far from the beginning.
  public init(_ offset: Duration) { self.offset = offset }

  /// The instant that much later.
  public func advanced(by duration: Duration) -> Instant { Instant(offset + duration) }

  /// The time from this instant to `other`.
  public func duration(to other: Instant) -> Duration { other.offset - offset }

  /// The earlier instant is the smaller.
  public static func < (left: Instant, right: Instant) -> Bool { left.offset < right.offset }
}

extension Duration {
  /// The duration in seconds.
  public var seconds: Double {
    Double(components.seconds) + Double(components.attoseconds) / 1e18
  }
}
