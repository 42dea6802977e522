import GRDB

extension TrialStore {
  /// The version of SQLite in use, such as `3.40.1`.
  public static var libraryVersion: String {
    let version = try? DatabaseQueue().read { database in
      try String.fetchOne(database, sql: "SELECT sqlite_version()")
    }
    return version.flatMap { $0 } ?? "unknown"
  }
}
