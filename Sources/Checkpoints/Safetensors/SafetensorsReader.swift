import Crypto
import SweepModel

/// Reads a safetensors file from its first tensor to its last, once, and hashes what it reads.
final class SafetensorsReader {
  private let file: SafetensorsFile
  private let hasher = ConcurrentHasher()
  private var next = 0

  /// A reader before the first tensor of `file`.
  init(_ file: SafetensorsFile) { self.file = file }

  private var header: SafetensorsHeader { file.header }

  /// Reads the next tensor into `buffer`, and hashes it.
  ///
  /// - Precondition: it has as many bytes as `buffer`.
  func readNext(into buffer: UnsafeMutableRawBufferPointer) throws(CheckpointError) {
    // Whatever happens: the buffer is the caller's when this returns.
    defer { hasher.wait() }
    try readAhead(into: buffer)
  }

  /// Reads the next tensor into `buffer`, which must stay as it is until ``takeHash()`` or ``wait()``
  /// returns: a second thread may still hash it. Where this throws, none of the reader's buffers is needed
  /// any more.
  ///
  /// - Precondition: it has as many bytes as `buffer`.
  func readAhead(into buffer: UnsafeMutableRawBufferPointer) throws(CheckpointError) {
    let entry = header.entries[next]
    precondition(entry.bytes.count == buffer.count, "the tensor has another size")
    do throws(CheckpointError) {
      try readPieces(of: entry) { UnsafeMutableRawBufferPointer(rebasing: buffer[$0]) }
    } catch {
      hasher.wait()
      throw error
    }
    next += 1
  }

  /// Waits until all that was read is hashed.
  func wait() { hasher.wait() }

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
        hasher.awaitRoom()
        let start = number % ConcurrentHasher.capacity * pieceBytes
        number += 1
        return UnsafeMutableRawBufferPointer(rebasing: ring[start..<start + piece.count])
      }
      next += 1
    }
  }

  /// Reads a tensor piece by piece, each to where `place` says, and has them hashed.
  private func readPieces(
    of entry: SafetensorsHeader.Entry, place: (Range<Int>) -> UnsafeMutableRawBufferPointer
  ) throws(CheckpointError) {
    let count = entry.bytes.count
    for first in stride(from: 0, to: count, by: ConcurrentHasher.pieceBytes) {
      let piece = place(first..<min(first + ConcurrentHasher.pieceBytes, count))
      try file.read(into: piece, at: entry.bytes.lowerBound + first)
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
