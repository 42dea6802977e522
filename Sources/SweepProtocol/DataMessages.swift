import SweepModel

/// What a worker asks for: a part of a file, as much as it has room for.
///
/// It is no numbered message of the worker's registration. A chunk that gets lost is asked for again, and
/// costs neither side a new registration.
public struct DataRequest: Hashable, Sendable {
  /// The file.
  public var file: FileDigest
  /// Changes whenever the worker starts over somewhere; what an older stream asked for is not wanted
  /// any more.
  public var stream: UInt64
  /// The first byte.
  public var offset: Int
  /// Chunks from there on that the worker has room for.
  public var chunks: Int

  /// A request with all its parts.
  public init(file: FileDigest, stream: UInt64, offset: Int, chunks: Int) {
    self.file = file
    self.stream = stream
    self.offset = offset
    self.chunks = chunks
  }
}

/// What the coordinator says to a ``DataRequest``.
public enum DataAnswer: Hashable, Sendable {
  /// A chunk, whose bytes are the next frame.
  case chunk(DataChunk)
  /// The coordinator does not give that file, for a reason for people.
  case unavailable(FileDigest, stream: UInt64, reason: String)
}

/// Where the bytes of a chunk belong.
public struct DataChunk: Hashable, Sendable {
  /// The file.
  public var file: FileDigest
  /// The stream that asked for it.
  public var stream: UInt64
  /// The first byte's place.
  public var offset: Int

  /// A chunk's place.
  public init(file: FileDigest, stream: UInt64, offset: Int) {
    self.file = file
    self.stream = stream
    self.offset = offset
  }
}
