import Foundation
import GRDB
import SweepModel

/// The file that holds sweeps and the results of their trials (docs/store.md).
///
/// One coordinator at a time writes a store; any number of readers, in this process and others, read
/// it meanwhile, each through a `TrialStore` of its own. What ``commit(_:)`` returned from is on the
/// disk. All methods may be called from any thread; they run one at a time.
public final class TrialStore: Sendable {
  /// The path as it was given.
  public let path: String
  /// The numeric contract under which every result in the store was made.
  public let contractVersion: Int
  let connection: Connection
  private let access: Access
  private let lock: StoreLock?

  /// What a store is opened for.
  public enum Access: Hashable, Sendable {
    /// To read and write; the file is created if there is none.
    case readWrite
    /// To read only; the file must be there.
    case readOnly
  }

  /// Opens the store at `path`. A file that is refused is left as it was.
  ///
  /// - Throws: where the file is no store, or not one of this software and numeric contract, or is
  ///   being written by another coordinator, or cannot be used for reasons of the machine. A store of
  ///   another contract can still be read.
  public convenience init(path: String, access: Access) throws(StoreError) {
    try self.init(path: path, access: access, maximumPages: nil)
  }

  /// Opens a store whose file SQLite lets grow to `maximumPages` only, as on a disk that is full then.
  package init(path: String, access: Access, maximumPages: Int?) throws(StoreError) {
    self.path = path
    self.access = access
    var file = try StoreFile(path)
    switch access {
    case .readWrite:
      try file.checkWritable()
      try file.checkLocal()
      lock = try StoreLock(databasePath: file.path, storePath: path)
      // Another coordinator may have created it until we had the lock.
      file = try StoreFile(path)
    case .readOnly:
      guard file.size != nil else { throw .missing(path) }
      if file.size == 0 { throw .empty(path) }
      lock = nil
    }
    do {
      try file.checkIsOurs(for: access)
      connection =
        switch access {
        case .readWrite: try Connection.forWriting(file, maximumPages: maximumPages)
        case .readOnly: try Connection.forReading(file)
        }
    } catch {
      throw StoreError(error, path)
    }
    contractVersion = try connection.read { try Schema.contractVersion($0) }
  }

  deinit {
    // Nobody is left to hear of an error; whatever was committed is safe.
    try? close()
  }

  /// Raises and returns the epoch of the coordinator, 1 at first. It is stored, so that messages from
  /// before a restart are recognised.
  ///
  /// - Precondition: opened to write (so for the other methods that write).
  public func beginEpoch() throws(StoreError) -> UInt64 {
    try write { database in
      try database.execute(sql: "UPDATE store SET epoch = epoch + 1")
      guard let epoch = try Int64.fetchOne(database, sql: "SELECT epoch FROM store"),
        let value = UInt64(exactly: epoch)
      else { throw UnreadableValue() }
      return value
    }
  }

  /// Closes the file, and lets another coordinator write it. More than once is no error; any other
  /// call throws from then on.
  public func close() throws(StoreError) {
    do { try connection.queue.close() } catch { throw StoreError(error, path) }
    lock?.release()
  }

  func write<Value>(_ body: (Database) throws -> Value) throws(StoreError) -> Value {
    precondition(access == .readWrite, "a store that was opened to read only is not written")
    return try connection.write(body)
  }
}
