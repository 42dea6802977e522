import Scheduling
import SweepModel

/// One file on its way from a client to the coordinator, as a pure state machine: which parts to send.
///
/// The client sends parts in the order of the file, so many at a time, and the coordinator says after each up to
/// where it has the file. Where that stands still, parts were lost: the client starts over from there.
struct DataUpload {
  let size: Int
  /// Bytes that the coordinator has.
  private(set) var position: Int
  private var sent: Int
  private var lastProgress: Instant
  /// What the coordinator said last.
  private var lastKept: Int

  private static let patience = Duration.seconds(2)

  /// The rest of a file of `size` bytes from `position` on.
  init(size: Int, from position: Int, at now: Instant) {
    self.size = size
    self.position = position
    sent = position
    lastKept = position
    lastProgress = now
  }

  /// Whether the coordinator has all of it.
  var isComplete: Bool { position >= size }

  /// The next part to send; nil while enough are on their way.
  mutating func next(at now: Instant) -> Range<Int>? {
    if lastProgress.advanced(by: Self.patience) <= now {
      // Less than before, where it has lost its disk.
      position = min(position, lastKept)
      sent = position
      lastProgress = now
    }
    guard sent < size, sent - position < Limits.chunkWindow * Limits.chunkBytes else { return nil }
    let part = sent..<min(size, sent + Limits.chunkBytes)
    sent = part.upperBound
    return part
  }

  /// A part could not be sent: it is the next one again.
  mutating func takeBack(_ part: Range<Int>) { sent = min(sent, part.lowerBound) }

  /// The coordinator has the file up to `position`.
  mutating func noteKept(upTo newPosition: Int, at now: Instant) {
    guard newPosition <= size else { return }
    lastKept = newPosition
    // An earlier answer may come late.
    guard newPosition > position else { return }
    position = newPosition
    sent = max(sent, position)
    lastProgress = now
  }

  /// When parts are sent again unless the coordinator says something.
  var nextDeadline: Instant { lastProgress.advanced(by: Self.patience) }
}
