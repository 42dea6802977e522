import Scheduling
import SweepModel

/// Which models workers may send at a time, as a pure state machine: each is allowed a window of chunks, and that
/// bounds the coordinator's memory however many workers have models to hand over. The others ask again.
struct UploadTurns {
  /// A file that a worker sends.
  struct Key: Hashable {
    let peer: PeerID
    let file: FileDigest
  }

  /// When each that may be sent was last heard of.
  private var active: [Key: Instant] = [:]

  /// One of which nothing is heard for so long is not sent any more.
  static let patience = Duration.seconds(10)

  /// Files that are being sent.
  var count: Int { active.count }

  /// Whether a part of a file may be taken; its worker is heard of with it.
  mutating func admit(_ key: Key, at now: Instant) -> Bool {
    if active[key] == nil, active.count >= Limits.modelUploads {
      active = active.filter { now < $0.value.advanced(by: Self.patience) }
    }
    guard active[key] != nil || active.count < Limits.modelUploads else { return false }
    active[key] = now
    return true
  }

  /// The file is there, or is not wanted.
  mutating func end(_ key: Key) { active[key] = nil }
}
