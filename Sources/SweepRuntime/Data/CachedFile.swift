import Crypto
import Datasets
import Foundation
import SweepModel

/// A complete file of a cache, open and locked against removal for as long as this object lives.
final class CachedFile {
  let file: DataFile
  let descriptor: Int32

  init(_ file: DataFile, _ descriptor: Int32) {
    self.file = file
    self.descriptor = descriptor
  }

  deinit { close(descriptor) }

  /// Which file it is, and in what state.
  var state: FileIdentity? { FileIdentity(descriptor: descriptor) }
}

/// A file of a cache that is on its way, locked: nobody else writes it.
struct PartialFile: ~Copyable {
  let file: DataFile
  let path: String
  let descriptor: Int32
  /// Bytes that are there.
  private(set) var position: Int
  private var hasher = SHA256()
  private let cache: DataCache

  /// Takes over an open, locked file. What is there already is read, for its digest.
  init(
    _ file: DataFile, descriptor: Int32, path: String, in cache: DataCache
  ) throws(RuntimeError) {
    self.file = file
    self.path = path
    self.descriptor = descriptor
    self.cache = cache
    // Longer than it will be, it is not what was left by us.
    if let present = FileIdentity(descriptor: descriptor)?.size, present > file.size {
      _ = ftruncate(descriptor, 0)
    }
    guard let count = FileBytes.hash(descriptor, upTo: file.size, into: &hasher) else {
      let error = cache.failure("read")
      close(descriptor)
      throw error
    }
    position = count
  }

  deinit { close(descriptor) }

  /// Appends bytes.
  ///
  /// - Throws: ``RuntimeError`` where the disk does not take them; what was there is removed then, as a
  ///   full disk is in everybody's way.
  mutating func append(_ bytes: UnsafeRawBufferPointer) throws(RuntimeError) {
    var written = 0
    while written < bytes.count {
      let rest = UnsafeRawBufferPointer(rebasing: bytes[written...])
      let count = pwrite(descriptor, rest.baseAddress, rest.count, off_t(position + written))
      if count < 0, errno == EINTR { continue }
      guard count > 0 else {
        let error = cache.failure("write to")
        unlink(path)
        throw error
      }
      written += count
    }
    hasher.update(bufferPointer: bytes)
    position += bytes.count
  }

  /// Ends the file: it gets its name if its bytes have its digest; else it is removed. Returns whether they
  /// have.
  consuming func finish() throws(RuntimeError) -> Bool {
    guard position == file.size, FileDigest(finalizing: hasher) == file.digest else {
      unlink(path)
      return false
    }
    try cache.complete(self)
    return true
  }
}
