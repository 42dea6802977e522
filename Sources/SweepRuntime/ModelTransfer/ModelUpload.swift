import Scheduling
import SweepModel

/// The file of one model on its way to the coordinator, as a pure state machine: which parts to send.
///
/// A small file goes at once, in one part. Of a larger one the worker asks first how much is there, and then sends
/// parts in the order of the file, as far as the coordinator has allowed. Where nothing is heard for a
/// while, parts or answers were lost, or others come first: then it asks again.
struct ModelUpload {
  let size: Int
  /// Bytes that the coordinator has.
  private(set) var position = 0
  private var sent = 0
  /// The coordinator takes what lies before.
  private var limit = 0
  private var isToAsk = false
  private var lastNews: Instant

  private static let patience = Duration.seconds(2)

  /// A file of `size` bytes, of which the coordinator has not heard.
  init(size: Int, at now: Instant) {
    self.size = size
    lastNews = now
    startOver(at: now)
  }

  /// Whether the coordinator has all of it, verified and durable.
  var isComplete: Bool { position >= size }

  /// When ``next(at:)`` begins anew unless the coordinator says something.
  var nextDeadline: Instant { lastNews.advanced(by: Self.patience) }

  /// The next part to send, empty to ask; nil while there is nothing to send.
  mutating func next(at now: Instant) -> Range<Int>? {
    guard !isComplete else { return nil }
    if nextDeadline <= now { startOver(at: now) }
    if isToAsk {
      isToAsk = false
      return position..<position
    }
    guard sent < limit else { return nil }
    let part = sent..<min(limit, sent + Limits.chunkBytes)
    sent = part.upperBound
    return part
  }

  /// Begins again from what the coordinator has: it may have missed what was sent.
  mutating func startOver(at now: Instant) {
    lastNews = now
    sent = position
    let isSmall = size <= Limits.firstPartBytes
    limit = isSmall && position == 0 ? size : position
    isToAsk = !(isSmall && position == 0)
  }

  /// The coordinator has the file up to `newPosition` and takes what lies before `newLimit`.
  mutating func noteKept(upTo newPosition: Int, limit newLimit: Int, at now: Instant) {
    guard newPosition <= newLimit, newLimit <= size else { return }
    // Said again where something was lost: that is no news.
    let isNews = newPosition != position || newLimit > limit
    // It may have less than before, where it lost what it had.
    if newPosition < position { sent = newPosition }
    position = newPosition
    sent = max(sent, position)
    limit = newLimit
    if isNews { lastNews = now }
  }
}
