import Logging
import Synchronization

/// A log whose entries of one kind are limited, for what strangers can cause as often as they like.
///
/// Any thread may write.
final class ThrottledLog: Sendable {
  private let log: Logger
  private let clock = MonotonicClock()
  private let throttle = Mutex(LogThrottle())

  /// Limits what is written to a log.
  init(_ log: Logger) { self.log = log }

  /// Whether entries of a level are written at all.
  func writes(_ level: Logger.Level) -> Bool { level >= log.logLevel }

  /// Writes an entry, unless there were too many of its kind.
  ///
  /// - Parameter kind: One of few: each is remembered.
  func write(
    _ message: String, level: Logger.Level = .warning, kind: String,
    _ metadata: Logger.Metadata = [:]
  ) {
    switch throttle.withLock({ $0.judge(kind, at: clock.now) }) {
    case .write: log.log(level: level, "\(message)", metadata: metadata)
    case .writeAfter(let omitted):
      log.log(
        level: level, "\(message)", metadata: metadata.merging(["omitted": "\(omitted)"]) { $1 })
    case .omit: break
    }
  }
}
