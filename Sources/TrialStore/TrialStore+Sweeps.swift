import Foundation
import GRDB
import SweepModel

extension TrialStore {
  /// Creates the sweep, or finds the same one: of the same name, master seed, and variants by name
  /// and digest. Its number of trials is raised to that of `sweep` if that is larger; whether later
  /// results keep their history, and how many are audited, is as `sweep` says now.
  ///
  /// - Throws: `otherSweep` with the first thing that differs, where the name is taken.
  public func register(_ sweep: Sweep, at now: Date = Date()) throws(StoreError) -> StoredSweep {
    try checkUsable(sweep)
    return try write { database in
      if let stored = try Self.sweep(database, named: sweep.name) {
        if let difference = SweepDifference.first(stored: stored, specification: sweep) {
          throw StoreError.otherSweep(path, name: sweep.name, difference: difference)
        }
        try database.execute(
          sql: """
            UPDATE sweep SET trials = max(trials, ?), keeps_history = ?, audit = ?, saves = ?,
              checkpoint_seconds = ?
            WHERE id = ?
            """,
          arguments: [
            Int64(sweep.trials), sweep.keepsHistory, sweep.audit, sweep.models.saving.rawValue,
            sweep.models.checkpointSeconds, stored.id.rawValue,
          ])
      } else {
        try Self.insert(sweep, database, at: now)
      }
      guard let stored = try Self.sweep(database, named: sweep.name)
      else { throw UnreadableValue() }
      return stored
    }
  }

  /// All sweeps, in order of their creation.
  public func sweeps() throws(StoreError) -> [StoredSweep] {
    try connection.read { database in
      try Row.fetchAll(database, sql: "\(Self.selectSweeps) ORDER BY id").map {
        try Self.sweep(database, $0)
      }
    }
  }

  /// The sweep of that name; nil where there is none.
  public func sweep(named name: String) throws(StoreError) -> StoredSweep? {
    try connection.read { try Self.sweep($0, named: name) }
  }

  private func checkUsable(_ sweep: Sweep) throws(StoreError) {
    guard sweep.trials <= Limits.trials else {
      throw .unusable(path, "\(sweep.trials) trials of a variant: \(Limits.trials) is the limit")
    }
    guard (0...1).contains(sweep.audit) else {
      throw .unusable(path, "an audit of \(sweep.audit): it is a share from 0 to 1")
    }
    guard sweep.variants.count <= Limits.variants else {
      throw .unusable(path, "\(sweep.variants.count) variants: \(Limits.variants) is the limit")
    }
    var names: Set<String> = []
    for variant in sweep.variants {
      guard names.insert(variant.name).inserted else {
        throw .unusable(path, "two variants `\(variant.name)` of one sweep: rename one")
      }
      guard variant.variant.contractVersion == contractVersion else {
        throw .otherContract(path, found: contractVersion, here: variant.variant.contractVersion)
      }
    }
  }

  private static func insert(_ sweep: Sweep, _ database: Database, at now: Date) throws {
    try database.execute(
      sql: """
        INSERT INTO sweep (name, master_seed, trials, keeps_history, audit, saves,
          checkpoint_seconds, created_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        """,
      arguments: [
        sweep.name, Int64(bitPattern: sweep.masterSeed.rawValue), Int64(sweep.trials),
        sweep.keepsHistory, sweep.audit, sweep.models.saving.rawValue,
        sweep.models.checkpointSeconds, now.timeIntervalSince1970,
      ])
    let sweepIdentifier = database.lastInsertedRowID
    let statement = try database.makeStatement(
      sql: "INSERT INTO variant (sweep_id, position, name, digest, json) VALUES (?, ?, ?, ?, ?)")
    for (position, named) in sweep.variants.enumerated() {
      let json = named.variant.canonicalJSON
      try statement.execute(arguments: [
        sweepIdentifier, position, named.name, Data(VariantDigest(hashing: json.utf8).bytes), json,
      ])
    }
  }

  private static let selectSweeps = """
    SELECT id, name, master_seed, trials, keeps_history, created_at, audit, saves, checkpoint_seconds
    FROM sweep
    """

  private static func sweep(_ database: Database, named name: String) throws -> StoredSweep? {
    try Row.fetchOne(database, sql: "\(selectSweeps) WHERE name = ?", arguments: [name])
      .map { try sweep(database, $0) }
  }

  private static func sweep(_ database: Database, _ row: Row) throws -> StoredSweep {
    let identifier = try row.decode(Int64.self, atIndex: 0)
    guard let trials = UInt64(exactly: try row.decode(Int64.self, atIndex: 3)),
      trials <= Limits.trials
    else { throw UnreadableValue() }
    let audit = try row.decode(Double.self, atIndex: 6)
    guard (0...1).contains(audit) else { throw UnreadableValue() }
    let checkpointSeconds = try row.decode(Int64.self, atIndex: 8)
    guard let saving = ModelSaving(rawValue: try row.decode(String.self, atIndex: 7)),
      (0...Limits.checkpointSeconds).contains(checkpointSeconds)
    else { throw UnreadableValue() }
    let variants = try Row.fetchAll(
      database,
      sql: "SELECT id, name, digest, json FROM variant WHERE sweep_id = ? ORDER BY position",
      arguments: [identifier]
    ).map(variant)
    let sweep = Sweep(
      name: try row.decode(String.self, atIndex: 1),
      masterSeed: MasterSeed(UInt64(bitPattern: try row.decode(Int64.self, atIndex: 2))),
      trials: trials,
      variants: variants.map { NamedVariant(name: $0.name, variant: $0.variant) },
      keepsHistory: try row.decode(Bool.self, atIndex: 4), audit: audit,
      models: ModelKeeping(saving: saving, checkpointSeconds: Int(checkpointSeconds)))
    return StoredSweep(
      id: SweepKey(identifier), sweep: sweep, variants: variants,
      createdAt: Date(timeIntervalSince1970: try row.decode(Double.self, atIndex: 5)))
  }

  private static func variant(_ row: Row) throws -> StoredVariant {
    let json = try row.decode(String.self, atIndex: 3)
    // The digest identifies what was trained, so text that it does not fit is not to be believed.
    guard let digest = VariantDigest(bytes: try row.decode(Data.self, atIndex: 2)),
      digest == VariantDigest(hashing: json.utf8),
      let variant = try? ResolvedVariant(canonicalJSON: json.utf8)
    else { throw UnreadableValue() }
    return StoredVariant(
      key: VariantKey(try row.decode(Int64.self, atIndex: 0)),
      name: try row.decode(String.self, atIndex: 1),
      digest: digest,
      variant: variant)
  }
}
