import SweepModel
import ZeroMQTransport

/// The keys that were turned away lately because nobody lists them: as many as there is room for.
///
/// One of them may be that of a worker whose owner forgot to let it in, which is why people are told.
struct TurnedAwayKeys: Sendable {
  /// A key that was turned away.
  struct Entry: Sendable {
    /// The key.
    let key: CurvePublicKey
    /// From where it was tried last.
    var address: String
    /// When it was tried first, and last.
    let since: ContinuousClock.Instant
    var latest: ContinuousClock.Instant
  }

  /// How long a key is told of that has not been tried again: longer than workers wait between two tries.
  static let memory = Duration.seconds(120)

  /// The latest last.
  private var entries: [Entry] = []

  /// Notes that a key was turned away. Returns whether that is news.
  mutating func note(
    _ key: CurvePublicKey, from address: String, at now: ContinuousClock.Instant
  ) -> Bool {
    entries.removeAll { $0.latest + Self.memory < now }
    var entry = Entry(key: key, address: address, since: now, latest: now)
    let place = entries.firstIndex { $0.key == key }
    if let place { entry = entries.remove(at: place) }
    entry.address = address
    entry.latest = now
    entries.append(entry)
    if entries.count > Limits.recentTroubles { entries.removeFirst() }
    return place == nil
  }

  /// A key was let in.
  mutating func forget(_ key: CurvePublicKey) {
    if !entries.isEmpty { entries.removeAll { $0.key == key } }
  }

  /// The keys that were turned away lately, the latest first.
  func recent(at now: ContinuousClock.Instant) -> [Entry] {
    entries.filter { $0.latest + Self.memory >= now }.reversed()
  }
}
