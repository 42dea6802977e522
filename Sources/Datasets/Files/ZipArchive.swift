import CZlib
import SweepModel

/// The members of a zip archive, such as NumPy's npz.
///
/// Only the directory at its end counts, as for any reader of such archives; only what is asked for is
/// decompressed.
///
/// Source: PKWARE, APPNOTE.TXT, 4.3.7 (local header), 4.3.12 (directory), 4.3.16 (its end).
struct ZipArchive {
  private struct Member {
    let method, flags: Int
    let checksum: Int
    let compressedSize, size, headerOffset: Int
  }

  private static let endSignature: [UInt8] = [0x50, 0x4B, 5, 6]
  private static let entrySignature: [UInt8] = [0x50, 0x4B, 1, 2]
  private static let headerSignature: [UInt8] = [0x50, 0x4B, 3, 4]

  private let bytes: [UInt8]
  private var members: [[UInt8]: Member] = [:]
  /// The members' names, in the directory's order.
  private(set) var names: [[UInt8]] = []

  /// Reads the directory.
  init(_ bytes: [UInt8]) throws(FileProblem) {
    self.bytes = bytes
    guard !bytes.isEmpty else { throw FileProblem("the file is empty") }
    let end = try endOfDirectory()
    let count = number(at: end + 10, size: 2)
    let (size, offset) = (number(at: end + 12, size: 4), number(at: end + 16, size: 4))
    guard count <= Limits.archiveMembers, offset + size <= end else {
      throw FileProblem("the directory of the archive is outside of it", atByte: end)
    }
    var position = offset
    for _ in 0..<count { position = try readEntry(at: position, before: offset + size) }
  }

  private func endOfDirectory() throws(FileProblem) -> Int {
    // A comment of up to 65,535 bytes may follow.
    let last = bytes.count - 22
    for position in stride(from: last, through: max(0, last - 65_535), by: -1)
    where bytes[position...].starts(with: Self.endSignature) { return position }
    throw FileProblem("this is no zip archive, or its end is missing")
  }

  private mutating func readEntry(at position: Int, before end: Int) throws(FileProblem) -> Int {
    guard position + 46 <= end, bytes[position...].starts(with: Self.entrySignature) else {
      throw FileProblem("no entry of the archive's directory stands here", atByte: position)
    }
    let nameLength = number(at: position + 28, size: 2)
    let next =
      position + 46 + nameLength + number(at: position + 30, size: 2)
      + number(at: position + 32, size: 2)
    guard next <= end else {
      throw FileProblem("an entry of the archive's directory ends outside of it", atByte: position)
    }
    let name = Array(bytes[position + 46..<position + 46 + nameLength])
    guard members[name] == nil else {
      throw FileProblem(
        "\(content: Quotation.text(name)) is in the archive twice", atByte: position)
    }
    names.append(name)
    members[name] = Member(
      method: number(at: position + 10, size: 2), flags: number(at: position + 8, size: 2),
      checksum: number(at: position + 16, size: 4),
      compressedSize: number(at: position + 20, size: 4),
      size: number(at: position + 24, size: 4), headerOffset: number(at: position + 42, size: 4))
    return next
  }

  /// The content of the member of that name; nil where there is none.
  func content(of name: String) throws(FileProblem) -> [UInt8]? {
    guard let member = members[Array(name.utf8)] else { return nil }
    let offset = member.headerOffset
    guard member.flags & 1 == 0 else { throw FileProblem("it is encrypted") }
    guard member.size < 0xFFFF_FFFF, member.compressedSize < 0xFFFF_FFFF, offset < 0xFFFF_FFFF
    else { throw FileProblem("it is over the limit of \(Limits.dataFileBytes) bytes") }
    guard offset + 30 <= bytes.count, bytes[offset...].starts(with: Self.headerSignature) else {
      throw FileProblem("the directory points to no member of the archive", atByte: offset)
    }
    let start =
      offset + 30 + number(at: offset + 26, size: 2) + number(at: offset + 28, size: 2)
    guard start + member.compressedSize <= bytes.count else {
      throw FileProblem("it ends outside of the archive", atByte: offset)
    }
    let content: [UInt8]
    let stored = bytes[start..<start + member.compressedSize]
    switch member.method {
    case 0 where member.size == stored.count: content = Array(stored)
    case 0: throw FileProblem("its two sizes differ though it is not compressed", atByte: offset)
    case 8: content = try Inflation.content(of: stored, count: member.size)
    default:
      throw FileProblem("compression method \(member.method) is not known", atByte: offset)
    }
    let checksum = content.withUnsafeBufferPointer { bytes in
      crc32_z(crc32_z(0, nil, 0), bytes.baseAddress, bytes.count)
    }
    guard Int(checksum) == member.checksum else {
      throw FileProblem("its checksum is wrong: the file is damaged", atByte: offset)
    }
    return content
  }

  /// A little-endian number.
  private func number(at offset: Int, size: Int) -> Int {
    bytes[offset..<offset + size].reversed().reduce(0) { $0 << 8 | Int($1) }
  }
}
