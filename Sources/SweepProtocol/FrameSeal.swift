import SweepModel

/// The checksum that ends every frame: TCP's own 16 bits let damage through (about one damaged segment
/// in 65,536), and a flipped bit inside a result would still be a message.
///
/// It is written as a protobuf field, `fixed64 checksum = 15`, that comes last and sums all bytes
/// before its tag. Version 1 had none: its readers skip the field, so that either version can tell the
/// other why it is turned away.
package enum FrameSeal {
  /// The field's number and type: 15, eight bytes.
  private static let tag: UInt8 = 15 << 3 | 1
  /// Bytes of the checksum with its tag.
  package static let size = 1 + MemoryLayout<UInt64>.size

  /// Ends the frame with its checksum.
  package static func seal(_ frame: inout [UInt8]) {
    let sum = frame.withUnsafeBytes(XXHash64.hash)
    frame.append(tag)
    withUnsafeBytes(of: sum.littleEndian) { frame.append(contentsOf: $0) }
  }

  /// The frame without its checksum, and whether it had one.
  ///
  /// - Throws: ``ProtocolError/Reason/damaged`` where the checksum is not that of the frame.
  static func open(
    _ frame: some Collection<UInt8>
  ) throws(ProtocolError) -> (message: [UInt8], isSealed: Bool) {
    guard frame.count <= Limits.messageBytes else {
      throw ProtocolError(.tooLong(bytes: frame.count))
    }
    var message = Array(frame)
    guard message.count >= size, message[message.count - size] == tag else {
      return (message, false)
    }
    let (found, expected) = message.withUnsafeBytes { bytes in
      (
        UInt64(
          littleEndian: bytes.loadUnaligned(
            fromByteOffset: bytes.count - size + 1, as: UInt64.self)),
        XXHash64.hash(UnsafeRawBufferPointer(rebasing: bytes.dropLast(size)))
      )
    }
    guard found == expected else { throw ProtocolError(.damaged) }
    message.removeLast(size)
    return (message, true)
  }

  /// The last version whose frames have no checksum.
  static let lastUnsealedVersion: UInt32 = 1
}
