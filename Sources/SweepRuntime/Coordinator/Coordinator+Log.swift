import Logging
import Scheduling
import SweepModel
import SweepProtocol

extension CoordinatorService {
  /// Writes what happened with the identifiers that it concerns, unless too much of its kind happens.
  func write(_ notice: Coordinator.Notice) {
    let entry = NoticeEntry(notice, registry)
    guard log.writes(entry.level) else { return }
    log.write(entry.message, level: entry.level, kind: entry.kind, entry.metadata)
  }

  /// Reads a frame; nil where it is none of ours.
  func decode(_ frame: [UInt8]?) -> WorkerMessage? {
    guard let frame else { return nil }
    return try? WorkerMessage(encoded: frame)
  }
}
