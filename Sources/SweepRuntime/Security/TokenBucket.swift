import Scheduling

/// How much somebody may take: so much a second, and for a moment more than that.
struct TokenBucket: Sendable {
  private let rate: Double
  private let capacity: Double
  private var tokens: Double
  private var filledAt: Instant

  /// A full bucket of `seconds` times `rate`, which fills at `rate` a second.
  init(rate: Int, seconds: Int, at now: Instant) {
    self.init(rate: rate, capacity: rate * seconds, at: now)
  }

  /// A full bucket that fills at `rate` a second.
  init(rate: Int, capacity: Int, at now: Instant) {
    self.rate = Double(rate)
    self.capacity = Double(capacity)
    tokens = Double(capacity)
    filledAt = now
  }

  /// How much may be taken at a time; time that goes back takes nothing away.
  func level(at now: Instant) -> Double {
    let elapsed = max(0, filledAt.duration(to: now) / Duration.seconds(1))
    return min(capacity, tokens + rate * elapsed)
  }

  /// Whether nothing is missing at a time.
  func isFull(at now: Instant) -> Bool { level(at: now) >= capacity }

  /// Takes `amount`; false, with nothing taken, where there is not as much.
  mutating func take(_ amount: Int, at now: Instant) -> Bool {
    tokens = level(at: now)
    filledAt = max(filledAt, now)
    guard tokens >= Double(amount) else { return false }
    tokens -= Double(amount)
    return true
  }

  /// Gives back `amount` that was taken for nothing.
  mutating func giveBack(_ amount: Int) { tokens = min(capacity, tokens + Double(amount)) }
}
