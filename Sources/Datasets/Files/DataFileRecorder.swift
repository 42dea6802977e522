import Foundation
import SweepModel
import Synchronization

/// Notes which files data are read from, and what they hold.
///
/// A dataset's kind alone knows which of its arguments are paths and which of them it reads, so this is
/// not guessed from the specification but noted where files are read. The digest is that of the very bytes
/// that the data were made of.
public final class DataFileRecorder: Sendable {
  /// A file that was read.
  public struct Entry: Hashable, Sendable {
    /// Its path in the specification, its size and its digest.
    public let file: DataFile
    /// Which file it was on the disk, and in what state.
    public let identity: FileIdentity
  }

  private struct Notes {
    var entries: [String: Entry] = [:]
    var order: [String] = []
    var missing: [String] = []
  }

  private let notes = Mutex(Notes())

  /// Nothing read yet.
  public init() {}

  /// The files in the order in which they were first read.
  public var entries: [Entry] {
    notes.withLock { notes in notes.order.compactMap { notes.entries[$0] } }
  }

  /// Paths at which there was no file.
  public var missing: [String] { notes.withLock(\.missing) }

  func noteMissing(_ path: String) { notes.withLock { $0.missing.append(path) } }

  /// Notes that `bytes` were read. The digest is taken once for each state of a file.
  ///
  /// - Throws: ``FileProblem`` where other bytes were read at that path before.
  func note(_ path: String, _ identity: FileIdentity, _ bytes: [UInt8]) throws(FileProblem) {
    if notes.withLock({ $0.entries[path]?.identity == identity }) { return }
    let digest = bytes.withUnsafeBytes { FileDigest(hashing: $0) }
    let entry = Entry(
      file: DataFile(path: path, size: bytes.count, digest: digest), identity: identity)
    let problem: FileProblem? = notes.withLock { notes in
      if let known = notes.entries[path] {
        guard known.file != entry.file else { return nil }
        return FileProblem("it changed while the specification was checked: try again")
      }
      guard notes.order.count < Limits.dataFiles else {
        return FileProblem("the specification names more than \(Limits.dataFiles) files")
      }
      notes.entries[path] = entry
      notes.order.append(path)
      return nil
    }
    if let problem { throw problem }
  }
}

/// Which file a descriptor is of, and in what state: with all of it the same, the content is taken to be
/// the same as well.
public struct FileIdentity: Hashable, Sendable {
  private let device: UInt64
  private let inode: UInt64
  /// Bytes of the file.
  public let size: Int
  private let modifiedSeconds: Int
  private let modifiedNanoseconds: Int

  /// That of an open file; nil where the system does not tell, or it is no regular file.
  public init?(descriptor: Int32) {
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    self.init(status)
  }

  init(_ status: stat) {
    device = UInt64(truncatingIfNeeded: status.st_dev)
    inode = UInt64(truncatingIfNeeded: status.st_ino)
    size = Int(status.st_size)
    #if os(Linux)
      let modified = status.st_mtim
    #else
      let modified = status.st_mtimespec
    #endif
    (modifiedSeconds, modifiedNanoseconds) = (Int(modified.tv_sec), Int(modified.tv_nsec))
  }
}
