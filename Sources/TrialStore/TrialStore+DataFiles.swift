import Foundation
import GRDB
import SweepModel

extension TrialStore {
  /// Remembers which files the data of a sweep were read from: a coordinator that starts over this store
  /// then gives them to workers without reading the data again.
  public func noteDataFiles(_ files: [DataFile], of sweep: SweepKey) throws(StoreError) {
    guard !files.isEmpty else { return }
    try write { database in
      let statement = try database.makeStatement(
        sql: "INSERT OR REPLACE INTO data_file (sweep_id, path, size, sha256) VALUES (?, ?, ?, ?)")
      for file in files {
        try statement.execute(arguments: [
          sweep.rawValue, file.path, Int64(file.size), Data(file.digest.bytes),
        ])
      }
    }
  }

  /// The files that the data of a sweep were read from, in the order of their paths; none where that was never
  /// noted.
  public func dataFiles(of sweep: SweepKey) throws(StoreError) -> [DataFile] {
    try connection.read { database in
      try Row.fetchAll(
        database, sql: "SELECT path, size, sha256 FROM data_file WHERE sweep_id = ? ORDER BY path",
        arguments: [sweep.rawValue]
      ).map { row in
        guard let size = Int(exactly: try row.decode(Int64.self, atIndex: 1)),
          (0...Limits.dataFileBytes).contains(size),
          let digest = FileDigest(bytes: try row.decode(Data.self, atIndex: 2))
        else { throw UnreadableValue() }
        return DataFile(path: try row.decode(String.self, atIndex: 0), size: size, digest: digest)
      }
    }
  }
}
