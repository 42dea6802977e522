import Foundation
import GRDB
import SweepModel

/// The tables of a store (docs/store.md), and how older ones are brought up to date.
///
/// The number of the format is SQLite's `user_version`, which stands in the file's header: a file can be
/// judged, and refused, before anything of it is touched.
enum Schema {
  /// Marks a SQLite file as ours ("Seed" in ASCII).
  static let applicationIdentifier: Int32 = 0x5365_6564

  /// The format that this software writes: the number of the migrations.
  static var format: Int { migrations.count }

  /// What leads from each format to the next; the first one makes the tables. Released ones are
  /// never edited, only followed by others.
  private static let migrations = [
    """
    CREATE TABLE store (
      id INTEGER PRIMARY KEY CHECK (id = 1),
      contract_version INTEGER NOT NULL,
      epoch INTEGER NOT NULL,
      software TEXT NOT NULL,
      created_at REAL NOT NULL
    ) STRICT;
    CREATE TABLE sweep (
      id INTEGER PRIMARY KEY,
      name TEXT NOT NULL UNIQUE,
      master_seed INTEGER NOT NULL,
      trials INTEGER NOT NULL,
      keeps_history INTEGER NOT NULL,
      created_at REAL NOT NULL
    ) STRICT;
    CREATE TABLE variant (
      id INTEGER PRIMARY KEY,
      sweep_id INTEGER NOT NULL REFERENCES sweep (id),
      position INTEGER NOT NULL,
      name TEXT NOT NULL,
      digest BLOB NOT NULL,
      json TEXT NOT NULL,
      UNIQUE (sweep_id, position),
      UNIQUE (sweep_id, name)
    ) STRICT;
    CREATE TABLE worker (
      id INTEGER PRIMARY KEY,
      name TEXT NOT NULL UNIQUE
    ) STRICT;
    CREATE TABLE trial (
      id INTEGER PRIMARY KEY,
      variant_id INTEGER NOT NULL REFERENCES variant (id),
      trial_index INTEGER NOT NULL,
      seed INTEGER NOT NULL,
      status TEXT NOT NULL,
      seconds REAL NOT NULL,
      diverged_at_epoch INTEGER,
      metrics BLOB,
      weights_sha256 BLOB,
      history_sha256 BLOB,
      variable_fingerprints BLOB,
      failure_reason TEXT,
      worker_id INTEGER NOT NULL REFERENCES worker (id),
      UNIQUE (variant_id, trial_index)
    ) STRICT;
    CREATE INDEX trial_not_completed ON trial (variant_id, status, trial_index)
      WHERE status <> 'completed';
    CREATE TABLE history (
      trial_id INTEGER PRIMARY KEY REFERENCES trial (id),
      history BLOB NOT NULL
    ) STRICT;
    CREATE TABLE confirmation (
      variant_id INTEGER NOT NULL REFERENCES variant (id),
      trial_index INTEGER NOT NULL,
      worker_id INTEGER NOT NULL REFERENCES worker (id),
      PRIMARY KEY (variant_id, trial_index, worker_id)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE violation (
      id INTEGER PRIMARY KEY,
      variant_id INTEGER NOT NULL REFERENCES variant (id),
      trial_index INTEGER NOT NULL,
      seed INTEGER NOT NULL,
      status TEXT NOT NULL,
      seconds REAL NOT NULL,
      diverged_at_epoch INTEGER,
      metrics BLOB,
      weights_sha256 BLOB,
      history_sha256 BLOB,
      variable_fingerprints BLOB,
      failure_reason TEXT,
      worker_id INTEGER NOT NULL REFERENCES worker (id),
      history BLOB
    ) STRICT;
    CREATE INDEX violation_of_trial ON violation (variant_id, trial_index);
    """,
    """
    ALTER TABLE sweep ADD COLUMN audit REAL NOT NULL DEFAULT 0;
    ALTER TABLE worker ADD COLUMN uuid BLOB;
    ALTER TABLE worker ADD COLUMN host TEXT;
    ALTER TABLE worker ADD COLUMN processor TEXT;
    ALTER TABLE worker ADD COLUMN instruction_set TEXT;
    ALTER TABLE worker ADD COLUMN software TEXT;
    ALTER TABLE worker ADD COLUMN executable_sha256 BLOB;
    ALTER TABLE worker ADD COLUMN public_key BLOB;
    ALTER TABLE worker ADD COLUMN failures INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE worker ADD COLUMN quarantined_at REAL;
    ALTER TABLE violation ADD COLUMN is_outvoted INTEGER NOT NULL DEFAULT 0;
    CREATE INDEX violation_of_worker ON violation (worker_id);
    CREATE INDEX confirmation_of_worker ON confirmation (worker_id);
    CREATE TABLE audit (
      variant_id INTEGER NOT NULL REFERENCES variant (id),
      trial_index INTEGER NOT NULL,
      is_open INTEGER NOT NULL,
      PRIMARY KEY (variant_id, trial_index)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX audit_open ON audit (variant_id, trial_index) WHERE is_open = 1;
    CREATE TABLE production (
      worker_id INTEGER NOT NULL REFERENCES worker (id),
      first_trial_id INTEGER NOT NULL,
      last_trial_id INTEGER NOT NULL,
      PRIMARY KEY (worker_id, first_trial_id, last_trial_id)
    ) STRICT, WITHOUT ROWID;
    INSERT INTO production (worker_id, first_trial_id, last_trial_id)
      SELECT worker_id, min(id), max(id) FROM (
        SELECT id, worker_id, sum(begins) OVER (ORDER BY id) AS run FROM (
          SELECT id, worker_id, worker_id IS NOT lag(worker_id) OVER (ORDER BY id) AS begins
          FROM trial))
      GROUP BY run;
    CREATE TABLE submission (
      sweep_id INTEGER PRIMARY KEY REFERENCES sweep (id),
      trials INTEGER NOT NULL,
      ended_at REAL
    ) STRICT;
    """,
    """
    ALTER TABLE submission ADD COLUMN priority INTEGER NOT NULL DEFAULT 0;
    CREATE TABLE replacement (
      id INTEGER PRIMARY KEY,
      trial_id INTEGER NOT NULL REFERENCES trial (id)
    ) STRICT;
    CREATE TABLE data_file (
      sweep_id INTEGER NOT NULL REFERENCES sweep (id),
      path TEXT NOT NULL,
      size INTEGER NOT NULL,
      sha256 BLOB NOT NULL,
      PRIMARY KEY (sweep_id, path)
    ) STRICT, WITHOUT ROWID;
    """,
    """
    ALTER TABLE sweep ADD COLUMN saves TEXT NOT NULL DEFAULT 'none';
    ALTER TABLE sweep ADD COLUMN checkpoint_seconds INTEGER NOT NULL DEFAULT 0;
    CREATE TABLE representation (
      variant_id INTEGER PRIMARY KEY REFERENCES variant (id),
      sha256 BLOB NOT NULL
    ) STRICT;
    """,
  ]

  /// The format from which on workers have identifiers, which are their names as bytes.
  private static let formatWithIdentifiers = 2

  /// Whether there is nothing in the database: a file that was just created.
  static func isEmpty(_ database: Database) throws -> Bool {
    try Int.fetchOne(database, sql: "SELECT count(*) FROM sqlite_master") == 0
      && Header(database) == Header(applicationIdentifier: 0, format: 0)
  }

  /// Runs the migrations that the database has not had; all of it is one transaction of the caller's.
  ///
  /// - Precondition: the database is empty or ours, and of no newer format.
  static func migrate(_ database: Database) throws {
    let present = try Header(database).format
    guard present < format else { return }
    for migration in migrations[present...] { try database.execute(sql: migration) }
    if present < formatWithIdentifiers { try fillIdentifiers(database) }
    if present == 0 {
      try database.execute(
        sql: """
          INSERT INTO store (id, contract_version, epoch, software, created_at)
          VALUES (1, ?, 0, ?, ?)
          """,
        arguments: [Versions.contract, Versions.software, Date().timeIntervalSince1970])
    }
    // Pragmas take no arguments; both are integers of our own.
    try database.execute(
      sql: """
        PRAGMA application_id = \(applicationIdentifier);
        PRAGMA user_version = \(format);
        """)
  }

  private static func fillIdentifiers(_ database: Database) throws {
    for name in try String.fetchAll(database, sql: "SELECT name FROM worker ORDER BY id") {
      guard let uuid = StoredWorker.uuid(ofName: name) else { continue }
      try database.execute(
        sql: "UPDATE worker SET uuid = ? WHERE name = ?", arguments: [Data(uuid), name])
    }
  }

  /// What a SQLite file's header says about whose it is.
  struct Header: Equatable {
    let applicationIdentifier: Int32
    let format: Int

    init(applicationIdentifier: Int32, format: Int) {
      self.applicationIdentifier = applicationIdentifier
      self.format = format
    }

    init(_ database: Database) throws {
      applicationIdentifier = try Int32.fetchOne(database, sql: "PRAGMA application_id") ?? 0
      format = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
    }
  }
}
