import Foundation
import GRDB

extension StoreError {
  /// An error in a store, whatever threw it while a database was in use.
  init(_ error: any Error, _ path: String) {
    switch error {
    case let error as StoreError: self = error
    case let error as DatabaseError: self.init(error, path)
    case is RowDecodingError, is UnreadableValue:
      self = .damaged(path, "a value is not what it must be")
    default: self.init(.inputOutput, path, "cannot use \(path): \(error)")
    }
  }

  private init(_ error: DatabaseError, _ path: String) {
    let cause = "SQLite: \(error.message ?? "error") (\(error.extendedResultCode.rawValue))"
    switch error.resultCode {
    case .SQLITE_FULL: self = .diskFull(path, trials: nil)
    case .SQLITE_IOERR: self = Self.inputOutput(path, cause)
    case .SQLITE_NOTADB: self = .notADatabase(path)
    case .SQLITE_CONSTRAINT where error.extendedResultCode == .SQLITE_CONSTRAINT_FOREIGNKEY:
      self = .unusable(path, "a result of a variant that it does not hold")
    // SQLITE_ERROR is what a missing table or column gives.
    case .SQLITE_CORRUPT, .SQLITE_CONSTRAINT, .SQLITE_ERROR: self = .damaged(path, cause)
    case .SQLITE_BUSY, .SQLITE_LOCKED:
      self.init(.busy, path, "\(path) is held by another program (\(cause)): try again later")
    case .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_AUTH:
      self.init(
        .permissionDenied, path,
        "\(path) cannot be written (\(cause)): change the permissions, or use another --store")
    case .SQLITE_TOOBIG: self = .unusable(path, "a result as large as that: keep no history")
    default: self.init(.inputOutput, path, "cannot use \(path) (\(cause)): mend that and try again")
    }
  }

  static func notADatabase(_ path: String) -> StoreError {
    StoreError(.notADatabase, path, "\(path) is not a SQLite database: use another --store")
  }

  /// Failing to grow SQLite's shared memory is not told apart from a broken disk, so we look.
  private static func inputOutput(_ path: String, _ cause: String) -> StoreError {
    var fileSystem = statvfs()
    if statvfs(path, &fileSystem) == 0, fileSystem.f_bavail == 0 {
      return diskFull(path, trials: nil)
    }
    return StoreError(
      .inputOutput, path,
      "the disk with \(path) failed (\(cause)): check it, and run the same command again")
  }
}

/// A value in the database that no version of this software wrote there.
struct UnreadableValue: Error {}
