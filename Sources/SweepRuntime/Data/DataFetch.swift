import Scheduling
import SweepModel
import SweepProtocol

/// One file on its way to a worker, as a pure state machine: what to ask for and which chunks to take.
///
/// The worker asks for chunks in the order of the file, never for more than it has room for, and takes
/// each when it is the next one. Anything that does not fit, because chunks were lost with a connection or a
/// coordinator, makes it start over from where it is, under a new stream: so chunks that were asked for
/// before can be told from those that answer the latest request.
struct DataFetch {
  /// What to do with a chunk.
  enum Reception: Hashable {
    /// Append it to the file, and send the request if there is one.
    case append(DataRequest?)
    /// It was there before, or is no longer wanted.
    case ignore
    /// Something before it was lost: send this request.
    case askAgain(DataRequest)
  }

  let file: DataFile
  /// Bytes that are there.
  private(set) var position: Int
  /// What was asked for ends here.
  private var askedEnd: Int
  private var stream: UInt64
  private var lastProgress: Instant
  private var lastRequest: Instant
  private var patience = Self.leastPatience

  private static let leastPatience = Duration.seconds(5)
  private static let mostPatience = Duration.seconds(60)
  /// A request is repeated after so many times the time that the last chunk took.
  private static let patienceInChunks = 4

  /// The rest of `file` from `position` on.
  ///
  /// - Parameter stream: Anything that differs from what this process used before.
  init(_ file: DataFile, from position: Int, stream: UInt64, at now: Instant) {
    self.file = file
    self.position = position
    self.stream = stream
    askedEnd = position
    lastProgress = now
    lastRequest = now
  }

  /// Whether every byte is there.
  var isComplete: Bool { position >= file.size }

  /// The first request, or the first one to another coordinator.
  mutating func begin(at now: Instant) -> DataRequest { startOver(at: now) }

  /// A chunk of so many bytes has arrived.
  mutating func receive(_ chunk: DataChunk, size: Int, at now: Instant) -> Reception {
    guard chunk.file == file.digest, size > 0 else { return .ignore }
    guard chunk.offset == position, size <= Limits.chunkBytes, size <= file.size - position else {
      // What an older stream asked for may come late, from anywhere.
      guard chunk.stream == stream, chunk.offset > position else { return .ignore }
      return .askAgain(startOver(at: now))
    }
    let wait = lastProgress.duration(to: now)
    patience = min(max(wait * Self.patienceInChunks, Self.leastPatience), Self.mostPatience)
    position += size
    askedEnd = max(askedEnd, position)
    lastProgress = now
    let outstanding = (askedEnd - position + Limits.chunkBytes - 1) / Limits.chunkBytes
    guard askedEnd < file.size, outstanding <= Limits.chunkWindow / 2 else { return .append(nil) }
    return .append(ask(for: Limits.chunkWindow - outstanding, at: now))
  }

  /// When ``passTime(at:)`` is due.
  var nextDeadline: Instant { max(lastProgress, lastRequest).advanced(by: patience) }

  /// Asks again for what has not come for too long.
  mutating func passTime(at now: Instant) -> DataRequest? {
    guard !isComplete, nextDeadline <= now else { return nil }
    patience = min(patience * 2, Self.mostPatience)
    return startOver(at: now)
  }

  private mutating func startOver(at now: Instant) -> DataRequest {
    stream &+= 1
    askedEnd = position
    return ask(for: Limits.chunkWindow, at: now)
  }

  private mutating func ask(for chunks: Int, at now: Instant) -> DataRequest {
    let left = (file.size - askedEnd + Limits.chunkBytes - 1) / Limits.chunkBytes
    let request = DataRequest(
      file: file.digest, stream: stream, offset: askedEnd, chunks: max(1, min(chunks, left)))
    askedEnd = min(file.size, askedEnd + request.chunks * Limits.chunkBytes)
    lastRequest = now
    return request
  }
}
