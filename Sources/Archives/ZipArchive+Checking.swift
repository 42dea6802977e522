import SweepModel

extension ZipArchive {
  /// What ``checkStrictly(_:)`` allows.
  package struct Bounds: Sendable {
    /// Members.
    let members: Int
    /// Bytes of all members together, decompressed.
    let bytes: Int
    /// Bytes of a member that may be compressed however well.
    let freeBytes: Int
    /// Bytes beyond those for each compressed byte.
    let ratio: Int

    /// Bounds for an archive.
    package init(members: Int, bytes: Int, freeBytes: Int, ratio: Int) {
      self.members = members
      self.bytes = bytes
      self.freeBytes = freeBytes
      self.ratio = ratio
    }
  }

  /// The longest name of a member, in bytes.
  private static let nameBytes = 1_024

  /// Refuses what a careful writer never makes: names that lead out of a directory, a header that
  /// contradicts the directory, members that overlap, encryption, sizes that only a bomb has.
  ///
  /// Nothing is decompressed for it.
  package func checkStrictly(_ bounds: Bounds) throws(ArchiveError) {
    guard endOffset + 22 + number(at: endOffset + 20, size: 2) == bytes.count else {
      throw ArchiveError("bytes follow the archive's end", atByte: endOffset)
    }
    guard directory.upperBound == endOffset, number(at: endOffset + 4, size: 4) == 0,
      number(at: endOffset + 8, size: 2) == members.count
    else {
      throw ArchiveError(
        .unsupported, "the archive is one of several parts, or larger than 4 GiB",
        atByte: endOffset)
    }
    guard members.count <= bounds.members else {
      throw ArchiveError(
        .overLimit, "\(members.count) members are over the limit of \(bounds.members)")
    }
    for member in members { try check(member, bounds) }
    let total = members.reduce(0) { $0 + $1.size }
    guard total <= bounds.bytes else {
      throw ArchiveError(
        .overLimit, "its members have \(total) bytes together, over the limit of \(bounds.bytes)")
    }
    try checkOverlaps()
  }

  private func check(_ member: Member, _ bounds: Bounds) throws(ArchiveError) {
    func refused(_ reason: String) -> ArchiveError {
      ArchiveError(.refused, member: member.name, reason, atByte: member.offset)
    }
    guard Self.isPlain(member.name) else {
      throw refused("is no plain name of a member: such names are made to write elsewhere")
    }
    // 0o120000 marks a symbolic link.
    guard member.externalAttributes >> 28 != 0o12 else { throw refused("is a symbolic link") }
    guard member.flags & 1 == 0 else {
      throw ArchiveError(
        .unsupported, member: member.name, "is encrypted: save the model without a password",
        atByte: member.offset)
    }
    guard member.method == 0 || member.method == 8 else {
      throw ArchiveError(
        .unsupported, member: member.name,
        "is compressed by method \(member.method): only stored and deflated members are read",
        atByte: member.offset)
    }
    guard member.method != 0 || member.size == member.compressedSize else {
      throw ArchiveError(
        member: member.name, "has two sizes though it is not compressed", atByte: member.offset)
    }
    guard member.size <= bounds.freeBytes || member.size / bounds.ratio <= member.compressedSize
    else {
      throw refused(
        "would grow from \(member.compressedSize) to \(member.size) bytes, more than "
          + "\(bounds.ratio)-fold: no model is compressed so well")
    }
    try checkHeader(of: member)
  }

  /// The local header repeats what the directory says; readers that trust one or the other must see
  /// the same.
  private func checkHeader(of member: Member) throws(ArchiveError) {
    let start = try range(of: member).lowerBound
    let offset = member.headerOffset
    let nameLength = number(at: offset + 26, size: 2)
    guard nameLength == member.name.count,
      bytes[offset + 30..<min(start, offset + 30 + nameLength)].elementsEqual(member.name),
      number(at: offset + 8, size: 2) == member.method
    else {
      throw ArchiveError(
        .refused, member: member.name,
        "has another name or method in its header than in the "
          + "archive's directory", atByte: offset)
    }
    // Bit 3: the sizes follow the content. 0xFFFFFFFF: they are in the extra field.
    guard member.flags & 8 == 0 else { return }
    for (position, size) in [(18, member.compressedSize), (22, member.size)] {
      let found = number(at: offset + position, size: 4)
      guard found == size || found == 0xFFFF_FFFF else {
        throw ArchiveError(
          .refused, member: member.name,
          "has \(found) bytes by its header and \(size) by the archive's directory",
          atByte: offset)
      }
    }
  }

  private func checkOverlaps() throws(ArchiveError) {
    var end = 0
    for member in members.sorted(by: { $0.headerOffset < $1.headerOffset }) {
      let range = try range(of: member)
      guard member.headerOffset >= end, range.upperBound <= directory.lowerBound else {
        throw ArchiveError(
          .refused, member: member.name, "overlaps another part of the archive",
          atByte: member.headerOffset)
      }
      end = range.upperBound
    }
  }

  /// Whether the name is relative, goes down only, and would not disturb a terminal.
  private static func isPlain(_ name: [UInt8]) -> Bool {
    guard !name.isEmpty, name.count <= nameBytes, String(validating: name, as: UTF8.self) != nil,
      name.allSatisfy({ $0 >= 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "\\") }),
      // A drive, or another stream of a file, on Windows.
      !name.contains(UInt8(ascii: ":"))
    else { return false }
    var parts = name.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    // A directory's name ends with a slash.
    if parts.last?.isEmpty == true { parts.removeLast() }
    return parts.allSatisfy { !$0.isEmpty && $0 != [0x2E] && $0 != [0x2E, 0x2E] }
  }
}
