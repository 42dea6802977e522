/// What a file is by its first bytes, whatever its name ends with.
///
/// Keras has called HDF5 files `.keras`, and what users rename is of any kind.
package enum FileKind: Hashable, Sendable {
  /// An HDF5 file: `.weights.h5`, legacy `.h5`, and some called `.keras`.
  case hdf5
  /// A zip archive: `.keras`.
  case zip
  /// Text that can be JSON: an architecture.
  case json
  /// A pickle, which is a program; it is never read.
  case pickle
  /// No byte at all.
  case empty
  /// Anything else, in words that continue "this is …".
  case other(String)

  private static let signatures: [([UInt8], FileKind)] = [
    ([0x89] + Array("HDF\r\n".utf8) + [0x1A, 0x0A], .hdf5),
    (Array("PK".utf8) + [3, 4], .zip),
    (Array("PK".utf8) + [5, 6], .zip),
    ([0x93] + Array("NUMPY".utf8), .other("an array of NumPy (.npy)")),
    ([0x1F, 0x8B], .other("compressed by gzip; decompress it first")),
    ([0xFD] + Array("7zXZ".utf8), .other("compressed by xz; decompress it first")),
    ([0x28, 0xB5, 0x2F, 0xFD], .other("compressed by zstd; decompress it first")),
    (Array("BZh".utf8), .other("compressed by bzip2; decompress it first")),
    (
      Array("version https://git-lfs".utf8),
      .other("a pointer of Git LFS; fetch the file itself with `git lfs pull`")
    ),
    (Array("SQLite format 3".utf8), .other("an SQLite database")),
    (Array("%PDF".utf8), .other("a PDF document")),
    ([0x89] + Array("PNG".utf8), .other("a picture (PNG)")),
    ([0x7F] + Array("ELF".utf8), .other("a program")),
    (Array("#!".utf8), .other("a script")),
  ]

  /// Looks at the first bytes of a file.
  package init(of bytes: some Collection<UInt8>) {
    self = Self.kind(of: Array(bytes.prefix(512)))
  }

  private static func kind(of start: [UInt8]) -> FileKind {
    guard !start.isEmpty else { return .empty }
    for (signature, kind) in signatures where start.starts(with: signature) { return kind }
    // Protocols 2 and later begin with their number.
    if start[0] == 0x80, start.count > 1, (2...5).contains(start[1]) { return .pickle }
    // A safetensors file has the length of its header, and that.
    if start.count > 8, start[8] == UInt8(ascii: "{"), start[4..<8].allSatisfy({ $0 == 0 }) {
      return .other("a safetensors file")
    }
    if start.starts(with: [0xFF, 0xFE]) || start.starts(with: [0xFE, 0xFF]) {
      return .other("text in UTF-16; save it as UTF-8")
    }
    // A mark that some editors put at the beginning.
    let marked = start.starts(with: [0xEF, 0xBB, 0xBF]) ? start[3...] : start[...]
    let text = marked.drop { [0x20, 0x09, 0x0A, 0x0D].contains($0) }
    switch text.first {
    case UInt8(ascii: "{"), UInt8(ascii: "["): return .json
    case UInt8(ascii: "<"):
      return .other("HTML or XML: what was downloaded is a page, not the file")
    // Protocol 0 of Python's pickle is text: a global, a mark, or the beginning of a dictionary.
    case UInt8(ascii: "c") where text.contains(0x0A): return .pickle
    case UInt8(ascii: "(") where [0x64, 0x6C, 0x69].contains(text.dropFirst().first ?? 0):
      return .pickle
    default: return .other("no file that Keras writes")
    }
  }
}
