import CZlib
import SweepModel

/// Decompresses what zlib's deflate made.
///
/// Memory grows with what really comes out, up to a bound from the input's size, so that a file of few
/// bytes that stands for gigabytes of zeros is refused early.
package enum Inflation {
  /// How compressed bytes are wrapped.
  private enum Format {
    /// A file as gzip writes it, of one or more members.
    case gzip
    /// Bare, as in a zip archive.
    case bare
    /// As zlib's own, with a checksum: in HDF5 files.
    case zlib
  }

  /// Bytes that are decompressed at a time.
  private static let chunk = 1 << 16

  /// The bytes of a file, decompressed where gzip compressed them.
  package static func content(of bytes: [UInt8]) throws(ArchiveError) -> [UInt8] {
    guard bytes.starts(with: [0x1F, 0x8B]) else { return bytes }
    return try bytes.withUnsafeBufferPointer { run($0, .gzip, limit: mostBytes(from: bytes.count)) }
      .get()
  }

  /// What `bytes`, a member of an archive, stand for.
  ///
  /// - Throws: ``ArchiveError`` where that is not `count` bytes.
  package static func content(of bytes: ArraySlice<UInt8>, count: Int) throws(ArchiveError)
    -> [UInt8]
  {
    let limit = min(count, mostBytes(from: bytes.count))
    let content = try bytes.withUnsafeBufferPointer { run($0, .bare, limit: limit) }.get()
    guard content.count == count else {
      throw ArchiveError("\(content.count) bytes are compressed here, not \(count) as declared")
    }
    return content
  }

  /// What `bytes`, a chunk in zlib's own format, stand for.
  ///
  /// - Parameter count: how many bytes they must stand for; the caller has room for them.
  /// - Throws: ``ArchiveError`` where that is not `count` bytes.
  package static func content(ofZlib bytes: ArraySlice<UInt8>, count: Int) throws(ArchiveError)
    -> [UInt8]
  {
    let content = try bytes.withUnsafeBufferPointer { run($0, .zlib, limit: count) }.get()
    guard content.count == count else {
      throw ArchiveError("\(content.count) bytes are compressed here, not \(count)")
    }
    return content
  }

  private static func mostBytes(from count: Int) -> Int {
    min(Limits.dataFileBytes, max(Limits.inflatedBytes, count * Limits.inflationRatio))
  }

  private static func run(_ input: UnsafeBufferPointer<UInt8>, _ format: Format, limit: Int)
    -> Result<[UInt8], ArchiveError>
  {
    var stream = z_stream()
    // 15 is the largest window; 16 more means gzip, a negative number no wrapping.
    let windowBits: Int32 =
      switch format {
      case .gzip: 15 + 16
      case .bare: -15
      case .zlib: 15
      }
    guard
      inflateInit2_(&stream, windowBits, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
    else { return .failure(ArchiveError("no memory is left to decompress it")) }
    defer { inflateEnd(&stream) }
    var (output, consumed) = ([UInt8](), 0)
    var buffer = [UInt8](repeating: 0, count: chunk)
    while true {
      let piece = min(input.count - consumed, 1 << 30)
      stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress.map { $0 + consumed })
      stream.avail_in = UInt32(piece)
      let (status, produced) = buffer.withUnsafeMutableBufferPointer { buffer in
        stream.next_out = buffer.baseAddress
        stream.avail_out = UInt32(buffer.count)
        let status = inflate(&stream, Z_NO_FLUSH)
        return (status, buffer.count - Int(stream.avail_out))
      }
      let taken = piece - Int(stream.avail_in)
      consumed += taken
      guard output.count + produced <= limit else {
        return .failure(
          ArchiveError(
            .overLimit,
            "what is compressed here is longer than the limit of \(limit) bytes for its size"))
      }
      output += buffer[..<produced]
      if status == Z_STREAM_END {
        guard format == .gzip, consumed < input.count else { return .success(output) }
        guard input.count - consumed > 1, input[consumed] == 0x1F, input[consumed + 1] == 0x8B,
          inflateReset(&stream) == Z_OK
        else {
          return .failure(ArchiveError("there is more after the compressed data", atByte: consumed))
        }
      } else if status != Z_OK && status != Z_BUF_ERROR {
        return .failure(ArchiveError("the compressed data are damaged", atByte: consumed))
      } else if produced == 0, taken == 0 {
        return .failure(ArchiveError("the compressed data end too early", atByte: consumed))
      }
    }
  }
}
