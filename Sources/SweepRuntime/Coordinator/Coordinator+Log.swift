import Logging
import Scheduling
import SweepModel
import SweepProtocol

extension CoordinatorService {
  /// Writes what happened with the identifiers that it concerns, unless too much of its kind happens.
  func write(_ notice: Coordinator.Notice) {
    let entry = NoticeEntry(notice, registry)
    guard entry.level >= log.logLevel else { return }
    write(entry.message, level: entry.level, kind: entry.kind, entry.metadata)
  }

  /// Writes an entry, unless there were too many of its kind.
  func write(
    _ message: String, level: Logger.Level, kind: String, _ metadata: Logger.Metadata = [:]
  ) {
    switch throttle.judge(kind, at: clock.now) {
    case .write: log.log(level: level, "\(message)", metadata: metadata)
    case .writeAfter(let omitted):
      log.log(
        level: level, "\(message)", metadata: metadata.merging(["omitted": "\(omitted)"]) { $1 })
    case .omit: break
    }
  }

  /// Reads a frame; nil where it is none of ours.
  func decode(_ frame: [UInt8]?) -> WorkerMessage? {
    guard let frame else { return nil }
    return try? WorkerMessage(encoded: frame)
  }
}
