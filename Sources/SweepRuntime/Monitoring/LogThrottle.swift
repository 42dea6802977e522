import Scheduling
import SweepModel

/// Keeps entries that repeat from filling a disk: of one kind, some in each minute are let through, and
/// the rest are counted.
struct LogThrottle {
  /// What to do with an entry.
  enum Verdict: Hashable {
    /// Write it.
    case write
    /// Write it, and that so many like it were left out before.
    case writeAfter(omitted: Int)
    case omit
  }

  private struct Window {
    var start: Instant
    var written = 0
    var omitted = 0
  }

  private static let period = Duration.seconds(60)
  private var windows: [String: Window] = [:]

  /// Judges an entry.
  ///
  /// - Parameter kind: One of few: each is remembered.
  mutating func judge(_ kind: String, at now: Instant) -> Verdict {
    var window = windows[kind] ?? Window(start: now)
    defer { windows[kind] = window }
    var omitted = 0
    if window.start.advanced(by: Self.period) <= now {
      omitted = window.omitted
      window = Window(start: now)
    }
    guard window.written < Limits.logEntriesPerMinute else {
      window.omitted += 1
      return .omit
    }
    window.written += 1
    return omitted > 0 ? .writeAfter(omitted: omitted) : .write
  }
}
