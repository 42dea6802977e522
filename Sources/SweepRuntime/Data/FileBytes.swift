import Crypto
import Foundation
import SweepModel

/// Reads whole files and takes their digests.
enum FileBytes {
  private static let pieceBytes = 1 << 20

  /// The first `size` bytes of an open file; nil where it has fewer, cannot be read, or they do not have
  /// the digest that they should, if one is named.
  static func read(_ descriptor: Int32, size: Int, expecting digest: FileDigest? = nil) -> [UInt8]?
  {
    var hasher = SHA256()
    var isGood = true
    let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, filled in
      let buffer = UnsafeMutableRawBufferPointer(buffer)
      while filled < size, isGood {
        let piece = UnsafeMutableRawBufferPointer(
          rebasing: buffer[filled..<min(size, filled + pieceBytes)])
        let count = pread(descriptor, piece.baseAddress, piece.count, off_t(filled))
        if count < 0, errno == EINTR { continue }
        guard count > 0 else {
          isGood = false
          return
        }
        // While they are in the processor's caches.
        if digest != nil {
          hasher.update(
            bufferPointer: UnsafeRawBufferPointer(rebasing: buffer[filled..<filled + count]))
        }
        filled += count
      }
    }
    guard isGood, digest == nil || FileDigest(finalizing: hasher) == digest else { return nil }
    return bytes
  }

  /// The digest of an open file; nil where it cannot be read.
  static func digest(of descriptor: Int32) -> FileDigest? {
    var hasher = SHA256()
    guard hash(descriptor, upTo: .max, into: &hasher) != nil else { return nil }
    return FileDigest(finalizing: hasher)
  }

  /// Adds the first `limit` bytes of an open file, or as many as there are, to `hasher`. Returns how many; nil
  /// where they cannot be read.
  static func hash(_ descriptor: Int32, upTo limit: Int, into hasher: inout SHA256) -> Int? {
    var buffer = [UInt8](repeating: 0, count: pieceBytes)
    var position = 0
    while position < limit {
      let wanted = min(pieceBytes, limit - position)
      let count = pread(descriptor, &buffer, wanted, off_t(position))
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { return nil }
      guard count > 0 else { break }
      buffer.withUnsafeBytes {
        hasher.update(bufferPointer: UnsafeRawBufferPointer(rebasing: $0[..<count]))
      }
      position += count
    }
    return position
  }
}

/// A path in a message, which is one line whatever the path is.
enum ShownPath {
  private static let length = 300

  static func text(_ path: String) -> String {
    var shown = ""
    for scalar in path.unicodeScalars.suffix(length) {
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned:
        shown += "\\u{\(String(scalar.value, radix: 16))}"
      default: shown.unicodeScalars.append(scalar)
      }
    }
    return path.unicodeScalars.count > length ? "…" + shown : shown
  }
}
