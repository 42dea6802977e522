import Foundation

/// Numbers as blobs: little-endian binary64 and 64-bit words, eight bytes each, so that every bit
/// of every value, NaN's too, is read back as it was.
enum BlobCoding {
  /// The words whose bytes in memory are the blob.
  static func words(_ values: [Double]) -> [UInt64] { values.map { $0.bitPattern.littleEndian } }

  /// The words whose bytes in memory are the blob.
  static func words(_ values: [UInt64]) -> [UInt64] { values.map { $0.littleEndian } }

  /// The numbers of a blob.
  ///
  /// - Throws: `UnreadableValue` where the bytes are not whole words.
  static func doubles(of data: Data) throws -> [Double] {
    try decode(data) { Double(bitPattern: $0) }
  }

  /// The words of a blob.
  ///
  /// - Throws: `UnreadableValue` where the bytes are not whole words.
  static func words(of data: Data) throws -> [UInt64] { try decode(data) { $0 } }

  private static func decode<Value>(_ data: Data, _ value: (UInt64) -> Value) throws -> [Value] {
    guard data.count.isMultiple(of: 8) else { throw UnreadableValue() }
    return data.withUnsafeBytes { bytes in
      stride(from: 0, to: bytes.count, by: 8).map { offset in
        value(UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)))
      }
    }
  }
}
