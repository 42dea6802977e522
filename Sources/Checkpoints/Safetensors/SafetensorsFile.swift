import Foundation
import SweepModel

/// A safetensors file that is open for reading, and its header.
///
/// All that is read of it is read of the same file, also when another one takes its place meanwhile. Sizes are
/// checked against the file's own before anything is allocated.
final class SafetensorsFile: Sendable {
  /// Bytes of a header; the reference implementation has the same limit.
  private static let mostHeaderBytes = 100_000_000

  let path: String
  let header: SafetensorsHeader
  private let descriptor: Int32
  private let dataStart: Int

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

  /// Fills `buffer` with the tensors' bytes from `offset` on.
  ///
  /// - Throws: ``CheckpointError`` where they are not there any more.
  func read(
    into buffer: UnsafeMutableRawBufferPointer, at offset: Int
  ) throws(CheckpointError) {
    guard Self.read(descriptor, into: buffer, at: dataStart + offset) else {
      throw CheckpointError(path, "the file became shorter while it was read")
    }
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
}
