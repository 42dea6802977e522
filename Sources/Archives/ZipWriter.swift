import SweepModel

/// Writes zip archives whose members are stored as they are.
///
/// Equal members give equal bytes: the date is that on which the format's calendar begins.
///
/// Source: PKWARE, APPNOTE.TXT, 4.3.7, 4.3.12, 4.3.16.
package struct ZipWriter {
  /// Version 2.0 of the format, which any reader knows.
  private static let version = 20
  /// 1980-01-01 in the calendar of MS-DOS.
  private static let date = 1 << 5 | 1
  /// Names are UTF-8.
  private static let flags = 1 << 11

  private var bytes: [UInt8] = []
  private var directory: [UInt8] = []
  private var count = 0

  /// An archive without members.
  package init() {}

  /// Adds a member.
  ///
  /// - Precondition: the archive has no member of that name, and its name is at most 65,535 bytes.
  /// - Throws: ``ArchiveError`` where the archive would exceed 4 GiB.
  package mutating func add(_ name: String, _ content: [UInt8]) throws(ArchiveError) {
    let name = Array(name.utf8)
    // Room for the directory, too.
    guard bytes.count + content.count + 2 * name.count + directory.count + (1 << 10) < 0xFFFF_FFFF
    else { throw ArchiveError(.overLimit, member: name, "does not fit: an archive has 4 GiB") }
    let offset = bytes.count
    var common: [UInt8] = []
    for (value, size) in [
      (Self.version, 2), (Self.flags, 2), (0, 2), (0, 2), (Self.date, 2),
      (ZipChecksum.checksum(of: content), 4), (content.count, 4), (content.count, 4),
      (name.count, 2), (0, 2),
    ] { Self.append(value, size, to: &common) }
    bytes += [0x50, 0x4B, 3, 4] + common + name
    bytes += content
    directory += [0x50, 0x4B, 1, 2]
    // Made by Unix, so that the attributes are those of Unix: a regular file, rw-r--r--.
    Self.append(3 << 8 | Self.version, 2, to: &directory)
    directory += common
    for (value, size) in [(0, 2), (0, 2), (0, 2), (0o100644 << 16, 4), (offset, 4)] {
      Self.append(value, size, to: &directory)
    }
    directory += name
    count += 1
  }

  /// The whole archive.
  package consuming func finished() -> [UInt8] {
    let offset = bytes.count
    bytes += directory
    bytes += [0x50, 0x4B, 5, 6]
    for (value, size) in [
      (0, 2), (0, 2), (count, 2), (count, 2), (directory.count, 4), (offset, 4), (0, 2),
    ] { Self.append(value, size, to: &bytes) }
    return bytes
  }

  private static func append(_ value: Int, _ size: Int, to bytes: inout [UInt8]) {
    for position in 0..<size { bytes.append(UInt8(truncatingIfNeeded: value >> (8 * position))) }
  }
}
