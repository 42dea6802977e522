/// Makes checksums right again in spoilt files, so that fuzzing gets beyond them.
package enum HDF5Seal {
  /// Mends the checksum of the first block and of every header whose size still fits.
  package static func mend(_ bytes: inout [UInt8]) {
    if bytes.count >= 48, bytes.starts(with: HDF5Superblock.signature), (2...3).contains(bytes[8]) {
      seal(&bytes, 0..<44)
    }
    var position = 0
    while let start = bytes[position...].firstRange(of: "OHDR".utf8)?.lowerBound {
      position = start + 4
      guard bytes.count > start + 10 else { return }
      let flags = Int(bytes[start + 5])
      let sizeAt = start + 6 + (flags & 0x20 != 0 ? 16 : 0) + (flags & 0x10 != 0 ? 4 : 0)
      let sizeBytes = 1 << (flags & 3)
      guard sizeBytes <= 4, sizeAt + sizeBytes <= bytes.count else { continue }
      let size = bytes[sizeAt..<sizeAt + sizeBytes].reversed().reduce(0) { $0 << 8 | Int($1) }
      let end = sizeAt + sizeBytes + size
      if end + 4 <= bytes.count { seal(&bytes, start..<end) }
    }
  }

  private static func seal(_ bytes: inout [UInt8], _ range: Range<Int>) {
    let checksum = HDF5Checksum.checksum(of: bytes[range])
    for place in 0..<4 {
      bytes[range.upperBound + place] = UInt8(truncatingIfNeeded: checksum >> UInt32(8 * place))
    }
  }
}
