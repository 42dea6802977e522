/// The first block of an HDF5 file.
///
/// Source: HDF5 File Format Specification 3.0, II.A.
struct HDF5Superblock {
  static let signature: [UInt8] = [0x89] + Array("HDF\r\n".utf8) + [0x1A, 0x0A]

  /// Where the header of the root group is.
  let root: UInt64

  init(_ bytes: HDF5Bytes) throws(HDF5Problem) {
    guard bytes.storage.starts(with: Self.signature) else {
      throw HDF5Problem(.otherKind, "this does not begin as an HDF5 file does")
    }
    var cursor = bytes.cursor(over: Self.signature.count..<bytes.count)
    do {
      let version = try cursor.version(0...3, of: "the file's first block")
      root =
        version < 2 ? try Self.older(&cursor, version) : try Self.newer(&cursor, version, bytes)
    } catch  where bytes.count < 96 && error.code == .malformed {
      throw HDF5Problem(.truncated, "the file is cut: it ends in its first block")
    }
  }

  private static func older(_ cursor: inout HDF5Cursor, _ version: Int) throws(HDF5Problem)
    -> UInt64
  {
    try cursor.take(4)
    try checkSizes(&cursor)
    // Reserved; the sizes of nodes, which the nodes themselves tell; flags.
    try cursor.take(1 + 2 + 2 + 4 + (version == 1 ? 4 : 0))
    let base = try cursor.long()
    try cursor.take(8)
    let end = try cursor.long()
    try check(base: base, end: end, cursor)
    // The driver's block, then the root group's entry: the offset of its name and the address.
    try cursor.take(8 + 8)
    return try cursor.long()
  }

  private static func newer(
    _ cursor: inout HDF5Cursor, _ version: Int, _ bytes: HDF5Bytes
  ) throws(HDF5Problem) -> UInt64 {
    try checkSizes(&cursor)
    // Who opens a file for writing sets the first bit, and clears it at the end.
    guard try cursor.byte() & 1 == 0 || version < 3 else {
      throw HDF5Problem(
        .truncated, "the file was not closed by who wrote it, or is being written: save it again")
    }
    let base = try cursor.long()
    try cursor.take(8)
    let end = try cursor.long()
    try check(base: base, end: end, cursor)
    let root = try cursor.long()
    let checked = 0..<cursor.position
    guard try cursor.number(4) == UInt64(HDF5Checksum.checksum(of: bytes[checked])) else {
      throw .malformed("the checksum of the first block is wrong", atByte: checked.upperBound)
    }
    return root
  }

  private static func checkSizes(_ cursor: inout HDF5Cursor) throws(HDF5Problem) {
    let start = cursor.position
    let sizes = (try cursor.byte(), try cursor.byte())
    guard sizes == (8, 8) else {
      throw HDF5Problem(
        .unsupported,
        "addresses of \(sizes.0) and lengths of \(sizes.1) bytes are not read; Keras writes 8",
        atByte: start)
    }
  }

  private static func check(base: UInt64, end: UInt64, _ cursor: HDF5Cursor) throws(HDF5Problem) {
    guard base == 0 else {
      throw HDF5Problem(.unsupported, "a block before the HDF5 file itself is not read")
    }
    guard end <= UInt64(cursor.end) else {
      throw HDF5Problem(
        .truncated,
        "the file is cut: it has \(cursor.end) of \(end) bytes; copy or download it again")
    }
  }
}
