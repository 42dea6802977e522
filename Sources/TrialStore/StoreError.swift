import Foundation
import SweepModel

/// What went wrong with a store, in one line that says where and how to mend it.
public struct StoreError: Error, Hashable, CustomStringConvertible {
  /// What went wrong.
  public let code: Code
  /// The store's file, as it was named.
  public let path: String
  /// For people: one line.
  public let description: String

  /// Who has to mend it, which decides a command's exit status.
  public enum Kind: Hashable, Sendable {
    /// The file or the sweep that was named cannot be used: exit status 2.
    case input
    /// The machine failed, or somebody else is in the way: exit status 3.
    case environment
  }

  /// What went wrong.
  public enum Code: String, Hashable, Sendable, CaseIterable {
    /// There is no such file.
    case missing
    /// There is no directory for it.
    case missingDirectory
    /// The path names a directory, a device or nothing at all.
    case notAFile
    /// There is a file where a new one was to be written.
    case exists
    /// The path is on a file system that several machines mount.
    case networkFileSystem
    /// The file is not a SQLite database.
    case notADatabase
    /// A SQLite database, but not a store; or a store's lock that is not ours.
    case notAStore
    /// A file without anything in it: perhaps a store that is just being made.
    case empty
    /// A store of a format that this software cannot use.
    case otherFormat
    /// A store of another numeric contract.
    case otherContract
    /// The store holds another sweep of the same name.
    case otherSweep
    /// A sweep or a result that no store takes.
    case unusable
    /// The user may not read or write there.
    case permissionDenied
    /// The file system is mounted read-only.
    case readOnlyFileSystem
    /// Another coordinator is writing the store.
    case locked
    /// Another process held SQLite's own locks for too long, or replaced the file under a reader.
    case busy
    /// There is no space left.
    case diskFull
    /// The disk, or the file system, failed.
    case inputOutput
    /// The database, or a value in it, is damaged.
    case damaged
    /// The store was closed before.
    case closed
  }

  init(_ code: Code, _ path: String, _ description: String) {
    self.code = code
    self.path = path
    // File names and SQLite's messages may contain line breaks.
    self.description = description.split(whereSeparator: \.isNewline).joined(separator: " ")
  }

  /// The same error under another name of the file.
  func renamed(from old: String, to new: String) -> StoreError {
    StoreError(code, new, description.replacingOccurrences(of: old, with: new))
  }

  /// Who has to mend it.
  public var kind: Kind {
    switch code {
    case .missing, .missingDirectory, .notAFile, .exists, .networkFileSystem, .notADatabase,
      .notAStore, .empty, .otherFormat, .otherContract, .otherSweep, .unusable:
      .input
    case .permissionDenied, .readOnlyFileSystem, .locked, .busy, .diskFull, .inputOutput, .damaged,
      .closed:
      .environment
    }
  }
}

extension StoreError {
  static func missing(_ path: String) -> StoreError {
    StoreError(.missing, path, "there is no store at \(path): run a sweep first, or name its file")
  }

  static func onNetwork(_ path: String, _ fileSystem: String) -> StoreError {
    StoreError(
      .networkFileSystem, path,
      "\(path) is on a network file system (\(fileSystem)), where SQLite's write-ahead log can damage "
        + "it: use a --store on a local disk, and `seedsweep backup` to copy it to the network")
  }

  static func notAStore(_ path: String) -> StoreError {
    StoreError(
      .notAStore, path,
      "\(path) is a SQLite database but not a store of seedsweep: use another --store")
  }

  static func empty(_ path: String) -> StoreError {
    StoreError(
      .empty, path, "\(path) is empty, no sweep was ever stored in it: use another --store")
  }

  static func otherFormat(_ path: String, found: Int) -> StoreError {
    let cause =
      found > Schema.format
      ? "was made by a newer seedsweep (format \(found), this one knows up to \(Schema.format)): "
        + "update seedsweep"
      : "is of format \(found), this seedsweep reads \(Schema.format): "
        + "`seedsweep run` brings it up to date"
    return StoreError(.otherFormat, path, "\(path) \(cause), or use another --store")
  }

  static func otherContract(_ path: String, found: Int, here: Int) -> StoreError {
    StoreError(
      .otherContract, path,
      "\(path) was made under numeric contract \(found), this is \(here), which gives other bits: "
        + "use another --store")
  }

  static func otherSweep(_ path: String, name: String, difference: String) -> StoreError {
    StoreError(
      .otherSweep, path,
      "\(path) holds another sweep `\(name)`: \(difference); "
        + "give the sweep another name or use another --store")
  }

  static func locked(_ path: String, holder: Int32?) -> StoreError {
    let holder = holder.map { " (process \($0))" } ?? ""
    return StoreError(
      .locked, path,
      "another seedsweep\(holder) is writing \(path): wait until it ends, or use another --store")
  }

  static func diskFull(_ path: String, trials: UInt64?) -> StoreError {
    let saved = trials.map { "\($0) trials are saved" } ?? "what was acknowledged is saved"
    return StoreError(
      .diskFull, path,
      "the disk with \(path) is full: \(saved); free some space and run the same command again")
  }

  static func damaged(_ path: String, _ cause: String) -> StoreError {
    StoreError(
      .damaged, path,
      "\(path) is damaged (\(cause)): restore it from a copy, or use another --store")
  }

  static func closed(_ path: String) -> StoreError {
    StoreError(.closed, path, "\(path) was closed before: open it again")
  }

  static func unusable(_ path: String, _ description: String) -> StoreError {
    StoreError(.unusable, path, "\(path) cannot take \(description)")
  }

  /// What the operating system said when a new file was to be made at `path`, or beside it.
  static func uncreatable(_ errorNumber: Int32, _ path: String) -> StoreError {
    guard errorNumber == ENOENT else { return system(errorNumber, path, doing: "write") }
    return StoreError(
      .inputOutput, path,
      "cannot write \(path): \(StoreFile.directory(of: path)) takes no new files: name a file in another "
        + "directory")
  }

  /// What the operating system said about a file of the store.
  static func system(_ errorNumber: Int32, _ path: String, doing action: String) -> StoreError {
    let cause = String(cString: strerror(errorNumber))
    let what = "cannot \(action) \(path): \(cause)"
    switch errorNumber {
    case ENOENT: return missing(path)
    case ENOTDIR:
      return StoreError(
        .missingDirectory, path,
        "cannot \(action) \(path): a part of this path is not a directory: name another file")
    case EACCES, EPERM:
      return StoreError(
        .permissionDenied, path, "\(what): change the permissions, or use another --store")
    case EROFS:
      return StoreError(.readOnlyFileSystem, path, "\(what): use a --store on another one")
    case ENOSPC, EDQUOT: return diskFull(path, trials: nil)
    default:
      return StoreError(.inputOutput, path, "\(what): mend that, or use another --store")
    }
  }
}
