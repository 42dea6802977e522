import Scheduling

/// One direction of a connection: frames keep their order, take their time, and are lost only with it.
struct Lane {
  /// When the frame that was sent last arrives.
  var lastArrival: Time = 0
  /// Nothing arrives before: a partition.
  var blockedUntil: Time = 0
  /// What would arrive later is lost: the connection, or a process at its end, is gone.
  var cutAt = Time.max
  /// Frames that were sent and are not read.
  var waiting = 0
}

/// A TCP connection between a DEALER and the coordinator's ROUTER.
///
/// The ends learn separately that it is gone: until then one of them sends into the void (half-open).
final class Connection {
  /// The routing id that the ROUTER drew for it.
  let peer: PeerID
  /// The worker process at the other end; nil for a stranger.
  let worker: Int?
  /// The coordinator's process that it leads to: a later one knows nothing of it.
  var life = 0
  var isOpenAtWorker = true
  var isOpenAtCoordinator = true
  var toCoordinator = Lane()
  var toWorker = Lane()

  init(number: Int, worker: Int?, key: PublicKey? = nil) {
    // As libzmq makes them: a zero, then four bytes.
    peer = PeerID(
      [0] + (0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * (3 - $0))) }, key: key)
    self.worker = worker
  }
}

/// Where a frame goes.
enum Direction {
  case toCoordinator
  case toWorker
}

/// One ZeroMQ message under way; `bytes` is nil where it is not of exactly one frame.
struct Frame {
  let connection: Connection
  let direction: Direction
  var bytes: [UInt8]?
  /// Whether a bit of it is not what was sent: its checksum must say so.
  var isFlipped = false
}

/// What a middlebox that is no TCP still does to messages: so many of each.
struct Mischief {
  var duplicates = 0
  var drops = 0
  var reorders = 0
  var corruptions = 0
}
