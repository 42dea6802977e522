import Foundation
import GRDB
import SweepModel

extension TrialStore {
  /// Remembers how the data of a sweep's variants, by name, are represented: models that workers hand over are
  /// compared with it.
  public func noteRepresentations(
    _ digests: [String: RepresentationDigest], of sweep: SweepKey
  ) throws(StoreError) {
    try write { database in
      let statement = try database.makeStatement(
        sql: """
          INSERT OR REPLACE INTO representation (variant_id, sha256)
          SELECT id, ? FROM variant WHERE sweep_id = ? AND name = ?
          """)
      for (name, digest) in digests.sorted(by: { $0.key < $1.key }) {
        try statement.execute(arguments: [Data(digest.bytes), sweep.rawValue, name])
      }
    }
  }

  /// How the data of a variant are represented; nil where that was never noted.
  public func representation(
    ofVariant variant: String, inSweep sweep: String
  ) throws(StoreError) -> RepresentationDigest? {
    try connection.read { database in
      try Data.fetchOne(
        database,
        sql: """
          SELECT sha256 FROM representation
          JOIN variant ON variant.id = representation.variant_id
          JOIN sweep ON sweep.id = variant.sweep_id
          WHERE sweep.name = ? AND variant.name = ?
          """,
        arguments: [sweep, variant]
      ).flatMap { RepresentationDigest(bytes: $0) }
    }
  }
}
