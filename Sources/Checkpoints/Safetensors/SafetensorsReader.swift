import Crypto
import Foundation
import SweepModel

/// Reads a safetensors file from its first tensor to its last, once, and hashes what it reads.
///
/// Sizes are checked against the file's own before anything is allocated.
final class SafetensorsReader {
  /// Bytes of a header; the reference implementation has the same limit.
  private static let mostHeaderBytes = 100_000_000

  let path: String
  let header: SafetensorsHeader
  private let descriptor: Int32
  private let dataStart: Int
  private var next = 0
  private let hasher = ConcurrentHasher()

  /// Opens a file and reads its header.
  ///
  /// - Throws: ``CheckpointError`` where there is no such file or it is none of that format.
  init(path: String) throws(CheckpointError) {
    self.path = path
    // A FIFO must not keep the process waiting for someone who writes to it.
    descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw CheckpointError(path, failed: "read it") }
    do throws(CheckpointError) {
      var status = stat()
      guard fstat(descriptor, &status) == 0 else { throw CheckpointError(path, failed: "read it") }
      guard status.st_mode & S_IFMT == S_IFREG else {
        throw CheckpointError(path, "this is not a regular file; name a model's file")
      }
      let size = Int(status.st_size)
      let start = try Self.bytes(descriptor, path, at: 0, count: min(size, 8))
      let length = start.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      guard size >= 8, length >= 2, length <= Self.mostHeaderBytes, Int(length) <= size - 8 else {
        throw CheckpointError(path, Self.other(start, size: size))
      }
      let text = try Self.bytes(descriptor, path, at: 8, count: Int(length))
      guard text.first == UInt8(ascii: "{") else {
        throw CheckpointError(path, Self.other(start, size: size))
      }
      dataStart = 8 + Int(length)
      do throws(SafetensorsHeader.Problem) {
        header = try SafetensorsHeader(parsing: text, dataBytes: size - dataStart)
      } catch {
        throw CheckpointError(path, error.message)
      }
    } catch {
      close(descriptor)
      throw error
    }
  }

  deinit { close(descriptor) }

  /// What a file is that is no safetensors file.
  private static func other(_ start: [UInt8], size: Int) -> String {
    if size == 0 { return "the file is empty" }
    if start.starts(with: [0x89, 0x48, 0x44, 0x46]) || start.starts(with: [0x50, 0x4B]) {
      return "this is not a safetensors file but one of HDF5 or zip, as Keras writes: "
        + "carry it over with `initial_weights` or `model: {keras: …}`"
    }
    if start.first == 0x80 {
      return "this is a Python pickle, which can run code: it is never read"
    }
    return "this is not a model's file, which is in the safetensors format"
  }

  private static func bytes(
    _ descriptor: Int32, _ path: String, at offset: Int, count: Int
  ) throws(CheckpointError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    let isRead = bytes.withUnsafeMutableBytes { read(descriptor, into: $0, at: offset) }
    guard isRead else { throw CheckpointError(path, "the file became shorter while it was read") }
    return bytes
  }

  private static func read(
    _ descriptor: Int32, into buffer: UnsafeMutableRawBufferPointer, at offset: Int
  ) -> Bool {
    var done = 0
    while done < buffer.count {
      let count = pread(
        descriptor, buffer.baseAddress.map { $0 + done }, buffer.count - done, off_t(offset + done))
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return false }
      done += count
    }
    return true
  }

  /// Reads the next tensor into `buffer`, and hashes it.
  ///
  /// - Precondition: it has as many bytes as `buffer`.
  func readNext(into buffer: UnsafeMutableRawBufferPointer) throws(CheckpointError) {
    let entry = header.entries[next]
    precondition(entry.bytes.count == buffer.count, "the tensor has another size")
    // Whatever happens: the buffer is the caller's when this returns.
    defer { hasher.wait() }
    try readPieces(of: entry) { UnsafeMutableRawBufferPointer(rebasing: buffer[$0]) }
    next += 1
  }

  /// Hashes the next tensors up to number `end`, without keeping them.
  func skip(to end: Int) throws(CheckpointError) {
    guard next < end else { return }
    // A ring: the pieces that are still pending are the last ones.
    let pieceBytes = ConcurrentHasher.pieceBytes
    let ring = UnsafeMutableRawBufferPointer.allocate(
      byteCount: ConcurrentHasher.capacity * pieceBytes, alignment: 64)
    defer {
      hasher.wait()
      ring.deallocate()
    }
    var number = 0
    while next < end {
      try readPieces(of: header.entries[next]) { piece in
        let start = number % ConcurrentHasher.capacity * pieceBytes
        number += 1
        return UnsafeMutableRawBufferPointer(rebasing: ring[start..<start + piece.count])
      }
      next += 1
    }
  }

  /// Reads a tensor piece by piece, each to where `place` says, and has them hashed.
  ///
  /// Those that may still be pending at any time are fewer than ``ConcurrentHasher/capacity``.
  private func readPieces(
    of entry: SafetensorsHeader.Entry, place: (Range<Int>) -> UnsafeMutableRawBufferPointer
  ) throws(CheckpointError) {
    let count = entry.bytes.count
    for first in stride(from: 0, to: count, by: ConcurrentHasher.pieceBytes) {
      hasher.awaitRoom()
      let piece = place(first..<min(first + ConcurrentHasher.pieceBytes, count))
      guard Self.read(descriptor, into: piece, at: dataStart + entry.bytes.lowerBound + first)
      else { throw CheckpointError(path, "the file became shorter while it was read") }
      hasher.update(UnsafeRawBufferPointer(piece))
    }
  }

  /// The tensor that is read next.
  var nextEntry: SafetensorsHeader.Entry? {
    next < header.entries.count ? header.entries[next] : nil
  }

  /// The hash of what was read since the last call.
  func takeHash() -> SHA256 { hasher.takeHash() }
}
