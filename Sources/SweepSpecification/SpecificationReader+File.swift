import Foundation
import SweepModel

extension SpecificationReader {
  /// Reads a specification's file, or what can be read like one, such as a pipe.
  ///
  /// No more than `Limits.specificationBytes` are read, whatever stands behind the path.
  ///
  /// - Throws: `SpecificationError`: without a line where the file cannot be read.
  public func read(path: String) throws(SpecificationError) -> Specification {
    try read(try Self.bytes(ofFileAt: path), file: path)
  }

  /// The bytes of a specification's file; no more than `Limits.specificationBytes` are read.
  ///
  /// - Throws: `SpecificationError` without a line, where the file cannot be read or is too large.
  public static func bytes(ofFileAt path: String) throws(SpecificationError) -> [UInt8] {
    guard !path.isEmpty else {
      throw SpecificationError(file: "``", message: "this is no file's name; give a path")
    }
    // A name would end at the NUL for the system, and another file might be read.
    guard !path.utf8.contains(0) else { throw error(ENOENT, path: path) }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw error(errno, path: path) }
    defer { close(descriptor) }
    // One more than the limit, to tell a full file from one that is too large.
    var bytes = [UInt8](repeating: 0, count: Limits.specificationBytes + 1)
    var count = 0
    while count < bytes.count {
      let received = bytes.withUnsafeMutableBytes { buffer in
        Foundation.read(descriptor, buffer.baseAddress?.advanced(by: count), buffer.count - count)
      }
      if received == 0 { break }
      if received > 0 {
        count += received
      } else if errno != EINTR {
        throw error(errno, path: path)
      }
    }
    guard count <= Limits.specificationBytes else {
      throw SpecificationError(file: path, message: SourceText.tooLarge)
    }
    return Array(bytes.prefix(count))
  }

  private static func error(_ code: Int32, path: String) -> SpecificationError {
    let message =
      switch code {
      case ENOENT: "there is no such file"
      case EISDIR: "this is a directory; name a specification's file in it"
      case EACCES: "the file may not be read: permission denied"
      default: "the file cannot be read: \(String(cString: strerror(code)))"
      }
    return SpecificationError(file: path, message: message)
  }
}
