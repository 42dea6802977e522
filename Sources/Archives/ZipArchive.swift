import CZlib
import SweepModel

/// The members of a zip archive, such as NumPy's npz and Keras's `.keras`.
///
/// Only the directory at its end counts, as for any reader of such archives; only what is asked for is
/// decompressed. ``checkStrictly(_:)`` is for archives whose names and sizes must be above suspicion.
///
/// Source: PKWARE, APPNOTE.TXT, 4.3.7 (local header), 4.3.12 (directory), 4.3.16 (its end).
package struct ZipArchive: Sendable {
  /// An entry of the directory.
  struct Member {
    let name: [UInt8]
    let method, flags: Int
    let checksum: Int
    let compressedSize, size, headerOffset: Int
    /// The file's type and rights, as Unix has them, in the upper half.
    let externalAttributes: Int
    /// Where the entry stands.
    let offset: Int
  }

  private static let endSignature: [UInt8] = [0x50, 0x4B, 5, 6]
  private static let entrySignature: [UInt8] = [0x50, 0x4B, 1, 2]
  private static let headerSignature: [UInt8] = [0x50, 0x4B, 3, 4]

  let bytes: [UInt8]
  /// In the directory's order.
  private(set) var members: [Member] = []
  private var positions: [[UInt8]: Int] = [:]
  /// Where the directory begins and ends, and where its end's record begins.
  let directory: Range<Int>
  let endOffset: Int

  /// The members' names, in the directory's order.
  package var names: [[UInt8]] { members.map(\.name) }

  /// Reads the directory.
  package init(_ bytes: [UInt8]) throws(ArchiveError) {
    self.bytes = bytes
    guard !bytes.isEmpty else { throw ArchiveError("the file is empty") }
    endOffset = try Self.endOfDirectory(bytes)
    let count = Self.number(bytes, at: endOffset + 10, size: 2)
    let size = Self.number(bytes, at: endOffset + 12, size: 4)
    let offset = Self.number(bytes, at: endOffset + 16, size: 4)
    guard count <= Limits.archiveMembers, offset + size <= endOffset else {
      throw ArchiveError("the directory of the archive is outside of it", atByte: endOffset)
    }
    directory = offset..<offset + size
    var position = offset
    for _ in 0..<count { position = try readEntry(at: position) }
  }

  private static func endOfDirectory(_ bytes: [UInt8]) throws(ArchiveError) -> Int {
    // A comment of up to 65,535 bytes may follow.
    let last = bytes.count - 22
    for position in stride(from: last, through: max(0, last - 65_535), by: -1)
    where bytes[position...].starts(with: endSignature) { return position }
    throw ArchiveError("this is no zip archive, or its end is missing")
  }

  private mutating func readEntry(at position: Int) throws(ArchiveError) -> Int {
    let end = directory.upperBound
    guard position + 46 <= end, bytes[position...].starts(with: Self.entrySignature) else {
      throw ArchiveError("no entry of the archive's directory stands here", atByte: position)
    }
    let nameLength = number(at: position + 28, size: 2)
    let next =
      position + 46 + nameLength + number(at: position + 30, size: 2)
      + number(at: position + 32, size: 2)
    guard next <= end else {
      throw ArchiveError("an entry of the archive's directory ends outside of it", atByte: position)
    }
    let name = Array(bytes[position + 46..<position + 46 + nameLength])
    guard positions[name] == nil else {
      throw ArchiveError(.refused, member: name, "is in the archive twice", atByte: position)
    }
    positions[name] = members.count
    members.append(
      Member(
        name: name, method: number(at: position + 10, size: 2),
        flags: number(at: position + 8, size: 2), checksum: number(at: position + 16, size: 4),
        compressedSize: number(at: position + 20, size: 4),
        size: number(at: position + 24, size: 4), headerOffset: number(at: position + 42, size: 4),
        externalAttributes: number(at: position + 38, size: 4), offset: position))
    return next
  }

  /// The content of the member of that name; nil where there is none.
  package func content(of name: String) throws(ArchiveError) -> [UInt8]? {
    guard let position = positions[Array(name.utf8)] else { return nil }
    let member = members[position]
    let stored = bytes[try range(of: member)]
    let content: [UInt8]
    switch member.method {
    case 0 where member.size == stored.count: content = Array(stored)
    case 0:
      throw ArchiveError(
        "its two sizes differ though it is not compressed", atByte: member.headerOffset)
    case 8: content = try Inflation.content(of: stored, count: member.size)
    default:
      throw ArchiveError(
        .unsupported, "compression method \(member.method) is not known",
        atByte: member.headerOffset)
    }
    guard ZipChecksum.checksum(of: content) == member.checksum else {
      throw ArchiveError(
        "its checksum is wrong: the file is damaged", atByte: member.headerOffset)
    }
    return content
  }

  /// Where a member's bytes are, as they are in the archive.
  func range(of member: Member) throws(ArchiveError) -> Range<Int> {
    let offset = member.headerOffset
    guard member.flags & 1 == 0 else { throw ArchiveError(.unsupported, "it is encrypted") }
    guard member.size < 0xFFFF_FFFF, member.compressedSize < 0xFFFF_FFFF, offset < 0xFFFF_FFFF
    else {
      throw ArchiveError(.overLimit, "it is over the limit of \(Limits.dataFileBytes) bytes")
    }
    guard offset + 30 <= bytes.count, bytes[offset...].starts(with: Self.headerSignature) else {
      throw ArchiveError("the directory points to no member of the archive", atByte: offset)
    }
    let start =
      offset + 30 + number(at: offset + 26, size: 2) + number(at: offset + 28, size: 2)
    guard start + member.compressedSize <= bytes.count else {
      throw ArchiveError("it ends outside of the archive", atByte: offset)
    }
    return start..<start + member.compressedSize
  }

  /// A little-endian number.
  func number(at offset: Int, size: Int) -> Int { Self.number(bytes, at: offset, size: size) }

  private static func number(_ bytes: [UInt8], at offset: Int, size: Int) -> Int {
    bytes[offset..<offset + size].reversed().reduce(0) { $0 << 8 | Int($1) }
  }
}

/// The CRC-32 of zip.
enum ZipChecksum {
  static func checksum(of content: [UInt8]) -> Int {
    content.withUnsafeBufferPointer { bytes in
      Int(crc32_z(crc32_z(0, nil, 0), bytes.baseAddress, bytes.count))
    }
  }
}
