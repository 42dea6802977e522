import Crypto
import Foundation
import SweepModel

/// Writes a safetensors file in whole or not at all: beside its place, then to the disk, then over
/// whatever stood there before.
struct SafetensorsWriter: ~Copyable {
  /// Bytes that are copied and hashed at a time.
  private static let piece = 1 << 20

  private let path: String
  private let temporaryPath: String
  private let descriptor: Int32
  private var header: SafetensorsHeader
  private var position: Int
  private let headerBytes: Int
  private var next = 0

  /// Begins a file with this header, whose metadata may change later as long as its length stays.
  ///
  /// - Throws: ``CheckpointError`` where no file can be made there.
  init(path: String, header: SafetensorsHeader) throws(CheckpointError) {
    self.path = path
    self.header = header
    headerBytes = header.encoded.count
    position = headerBytes
    // In the same directory, so that the name can change in one step; its name says whose it is.
    temporaryPath = "\(path).\(getpid()).partial"
    descriptor = open(
      temporaryPath, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o666)
    guard descriptor >= 0 else { throw CheckpointError(path, failed: "write it") }
  }

  /// Begins a file without a name in `directory`, which goes when its last descriptor is closed.
  ///
  /// - Throws: ``CheckpointError`` where no file can be made there.
  init(unnamedIn directory: String, header: SafetensorsHeader) throws(CheckpointError) {
    let name = String(UInt64.random(in: 0 ... .max), radix: 16)
    try self.init(path: "\(directory)/seedsweep-\(name)", header: header)
    unlink(temporaryPath)
  }

  deinit {
    close(descriptor)
    // Nothing is there any more where the file was finished.
    unlink(temporaryPath)
  }

  /// Writes the next tensor, and adds its bytes to `hasher`.
  ///
  /// Every NaN is written as the same one, as in digests: which one a CPU gives differs.
  ///
  /// - Precondition: it is the next of the header, with as many values.
  mutating func write(
    _ values: UnsafeBufferPointer<Float>, hasher: inout SHA256
  ) throws(CheckpointError) {
    precondition(expects(values.count, .binary32), "the header has another tensor here")
    let step = Self.piece / 4
    for first in stride(from: 0, to: values.count, by: step) {
      let words = values[first..<min(first + step, values.count)].map {
        ($0.isNaN ? 0x7FC0_0000 : $0.bitPattern).littleEndian
      }
      try write(words, &hasher)
    }
    next += 1
  }

  /// The same for a tensor of binary64.
  mutating func write(_ values: [Double], hasher: inout SHA256) throws(CheckpointError) {
    precondition(expects(values.count, .binary64), "the header has another tensor here")
    let step = Self.piece / 8
    for first in stride(from: 0, to: values.count, by: step) {
      let words = values[first..<min(first + step, values.count)].map {
        ($0.isNaN ? 0x7FF8_0000_0000_0000 : $0.bitPattern).littleEndian
      }
      try write(words, &hasher)
    }
    next += 1
  }

  private func expects(_ count: Int, _ type: SafetensorsHeader.ElementType) -> Bool {
    next < header.entries.count && header.entries[next].type == type
      && header.entries[next].bytes.count == count * type.width
  }

  private mutating func write<Word>(
    _ words: [Word], _ hasher: inout SHA256
  ) throws(CheckpointError) {
    let written = words.withUnsafeBytes { bytes in
      hasher.update(bufferPointer: bytes)
      return write(bytes, at: position)
    }
    guard written else { throw CheckpointError(path, failed: "write it") }
    position += words.count * MemoryLayout<Word>.stride
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
