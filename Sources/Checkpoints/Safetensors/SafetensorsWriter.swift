import CLinux
import Crypto
import Foundation
import SweepModel

/// Writes a safetensors file in whole or not at all: beside its place, then to the disk, then over
/// whatever stood there before.
struct SafetensorsWriter: ~Copyable {
  /// Files of writers that were killed, or of processes on other machines, that a new one passes over.
  private static let mostLeftovers = 1000

  private let path: String
  private let temporaryPath: String
  private let descriptor: Int32
  private var header: SafetensorsHeader
  private var position: Int
  private let headerBytes: Int
  private var next = 0
  private var isFinished = false
  private var flusher = EarlyFlush()
  private let hasher = ConcurrentHasher()

  /// Begins a file with this header, whose metadata may change later as long as its length stays.
  ///
  /// - Throws: ``CheckpointError`` where no file can be made there.
  init(path: String, header: SafetensorsHeader) throws(CheckpointError) {
    self.path = path
    self.header = header
    headerBytes = header.encoded.count
    position = headerBytes
    var (number, name, opened) = (0, "", Int32(-1))
    repeat {
      name = Self.temporaryPath(of: path, number: number)
      opened = open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o666)
      number += 1
    } while opened < 0 && errno == EEXIST && number < Self.mostLeftovers
    (temporaryPath, descriptor) = (name, opened)
    guard descriptor >= 0 else { throw CheckpointError(path, failed: "write it") }
  }

  /// Begins a file without a name in `directory`, which goes when its last descriptor is closed.
  ///
  /// - Throws: ``CheckpointError`` where no file can be made there.
  init(unnamedIn directory: String, header: SafetensorsHeader) throws(CheckpointError) {
    let name = String(UInt64.random(in: 0 ... .max), radix: 16)
    try self.init(path: "\(directory)/seedsweep-\(name)", header: header)
    unlink(temporaryPath)
    isFinished = true
  }

  deinit {
    guard descriptor >= 0 else { return }
    close(descriptor)
    // Where it is finished, the name may be another's by now.
    if !isFinished { unlink(temporaryPath) }
  }

  /// Writes the next tensor straight from its memory, and hashes it.
  ///
  /// - Precondition: it is the next of the header, with as many values.
  mutating func write<Value: TensorValue>(
    _ values: UnsafeBufferPointer<Value>
  ) throws(CheckpointError) {
    precondition(expects(values.count, Value.elementType), "the header has another tensor here")
    // Whatever happens: the memory is the caller's when this returns.
    defer { hasher.wait() }
    let step = ConcurrentHasher.pieceBytes / Value.elementType.width
    for first in stride(from: 0, to: values.count, by: step) {
      let piece = UnsafeBufferPointer(rebasing: values[first..<min(first + step, values.count)])
      guard piece.hasNaN else {
        try write(UnsafeRawBufferPointer(piece))
        continue
      }
      var failure: CheckpointError?
      piece.map { $0.isNaN ? Value.canonicalNaN : $0 }.withUnsafeBytes {
        do throws(CheckpointError) { try write($0) } catch { failure = error }
        hasher.wait()
      }
      if let failure { throw failure }
    }
    next += 1
  }

  /// The same for values in an array.
  mutating func write<Value: TensorValue>(_ values: [Value]) throws(CheckpointError) {
    var failure: CheckpointError?
    values.withUnsafeBufferPointer {
      do throws(CheckpointError) { try write($0) } catch { failure = error }
    }
    if let failure { throw failure }
  }

  /// The hash of what was written since the last call.
  func takeHash() -> SHA256 { hasher.takeHash() }

  /// A name for the file while it is written: in the same directory, so that it can change in one step.
  ///
  /// A file of that name may be there already: in a container every process may have the same number, and
  /// so had one that was killed. Whether its writer lives elsewhere cannot be known, so it stays.
  static func temporaryPath(of path: String, number: Int) -> String {
    "\(path).\(getpid())\(number == 0 ? "" : "-\(number)").partial"
  }

  private func expects(_ count: Int, _ type: SafetensorsHeader.ElementType) -> Bool {
    next < header.entries.count && header.entries[next].type == type
      && header.entries[next].bytes.count == count * type.width
  }

  /// Writes a piece of a tensor, which the hasher then has.
  private mutating func write(_ piece: UnsafeRawBufferPointer) throws(CheckpointError) {
    hasher.update(piece)
    guard write(piece, at: position) else { throw CheckpointError(path, failed: "write it") }
    position += piece.count
    flusher.advance(to: position, of: descriptor)
  }

  private func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) -> Bool {
    var done = 0
    while done < bytes.count {
      let count = pwrite(
        descriptor, bytes.baseAddress.map { $0 + done }, bytes.count - done, off_t(offset + done))
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return false }
      done += count
    }
    return true
  }

  /// Puts the header and the file in their places.
  ///
  /// - Precondition: all tensors were written; the metadata have the length that they had.
  mutating func finish(metadata: [String: String]) throws(CheckpointError) {
    try writeHeader(metadata)
    guard fsync(descriptor) == 0, rename(temporaryPath, path) == 0 else {
      throw CheckpointError(path, failed: "write it")
    }
    isFinished = true
    // The name is on the disk with its directory.
    let slash = path.lastIndex(of: "/").map { path[...$0] } ?? "."
    let directory = open(String(slash), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    if directory >= 0 {
      fsync(directory)
      close(directory)
    }
  }

  /// Ends a file without a name. Returns a descriptor of it, which is the caller's to close.
  ///
  /// - Precondition: all tensors were written; the metadata have the length that they had.
  mutating func finishUnnamed(metadata: [String: String]) throws(CheckpointError) -> Int32 {
    try writeHeader(metadata)
    let own = fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
    guard own >= 0 else { throw CheckpointError(path, failed: "write it") }
    return own
  }

  private mutating func writeHeader(_ metadata: [String: String]) throws(CheckpointError) {
    precondition(next == header.entries.count, "there are tensors left to write")
    header.metadata = metadata
    let bytes = header.encoded
    precondition(bytes.count == headerBytes, "the header grew")
    guard bytes.withUnsafeBytes({ write($0, at: 0) }) else {
      throw CheckpointError(path, failed: "write it")
    }
  }
}

/// Has the kernel write to the disk what is in its page cache, while more is hashed and written.
///
/// It changes when bytes go to the disk, never whether they are there: that is what `fsync` is for, which
/// then has less to wait for.
private struct EarlyFlush {
  /// Bytes that are handed to the disk at a time.
  private static let stepBytes = 2 << 20
  private var flushed = 0

  mutating func advance(to position: Int, of descriptor: Int32) {
    guard position - flushed >= Self.stepBytes else { return }
    #if os(Linux)
      // Some file systems have no such call, and nothing depends on it.
      _ = sync_file_range(
        descriptor, off_t(flushed), off_t(position - flushed), UInt32(SS_SYNC_FILE_RANGE_WRITE))
    #endif
    flushed = position
  }
}
