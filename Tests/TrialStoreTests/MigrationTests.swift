import Foundation
import GRDB
import SweepModel
import Testing
import TrialStore

@Suite("Stores of older formats")
struct MigrationTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  @Test("A store of format 1 keeps every bit, and every row, when it is opened to be written")
  func formatOne() throws {
    try makeFormatOne()
    let before = try rows(of: ["trial", "history", "confirmation", "variant"])
    let reading = #expect(throws: StoreError.self) {
      try TrialStore(path: scratch.path(), access: .readOnly)
    }
    #expect(reading?.code == .otherFormat)
    #expect(reading?.description.contains("`seedsweep run` brings it up to date") == true)

    let store = try TrialStore(path: scratch.path(), access: .readWrite)
    #expect(try rows(of: ["trial", "history", "confirmation", "variant"]) == before)
    let sweep = try #require(try store.sweep(named: "old"))
    #expect(sweep.sweep.audit == 0 && sweep.sweep.trials == 500)
    let variant = try #require(sweep.variants.first).key
    let results = try store.allResults(variant)
    #expect(results.count == 7)
    // NaN with a payload, -0 and a seed above Int64.max.
    #expect(
      results.first?.measurements?.metrics.map(\.bitPattern)
        == [0x7FF8_0000_0000_1234, 0x8000_0000_0000_0000])
    #expect(results.first?.seed == TrialSeed(.max))
    #expect(results[6].outcome == .failed(reason: "crashed"))
    #expect(results.first?.measurements?.history == [1, 2])
    // What was a violation is one whose matter is open; its worker has no details.
    let dispute = try #require(try store.dispute(variant, index: TrialIndex(1)))
    #expect(!dispute.isSettled)
    #expect(
      dispute.votes.map(\.worker.worker.name) == ["alpha", "0123456789abcdef0123456789abcdef"])
    #expect(dispute.votes[0].worker.worker.uuid == nil)
    #expect(dispute.votes[1].worker.worker.uuid?.first == 0x01)
    #expect(dispute.votes[1].worker.worker.host == nil)
    // Whose results are whose is known of the old ones, too: of alternating runs.
    var alphas = IntervalSet(TrialRange(0, 3))
    alphas.insert(TrialRange(5, 6))
    alphas.remove(TrialIndex(2))
    alphas.remove(TrialIndex(1))
    #expect(try store.distrust(StoredWorker(name: "alpha")) == [variant: alphas])
    try store.close()
    let header = try scratch.bytes()
    #expect(Array(header[60..<64]) == [0, 0, 0, 4])
  }

  /// A store as format 1 made it: its schema in full, and rows of every kind.
  private func makeFormatOne() throws {
    let json = Sample.variant().canonicalJSON
    let digest = Hexadecimal.text(VariantDigest(hashing: json.utf8).bytes)
    let weights = String(repeating: "ab", count: 32)
    let trials = [
      (0, -1, "f8", 1), (1, 12, "00", 1), (2, 13, "00", 1), (3, 14, "00", 2), (4, 15, "00", 2),
      (5, 16, "00", 1),
    ].map { index, seed, _, worker in
      """
      INSERT INTO trial (variant_id, trial_index, seed, status, seconds, metrics, weights_sha256,
        history_sha256, variable_fingerprints, worker_id)
      VALUES (1, \(index), \(seed), 'completed', 0.5, x'341200000000f87f0000000000000080',
        x'\(weights)', x'\(weights)', x'0102030405060708', \(worker));
      """
    }
    try scratch.execute(
      Self.schema + """
        INSERT INTO store VALUES (1, \(Versions.contract), 4, '0.1.0', 1.5);
        INSERT INTO sweep VALUES (1, 'old', 7, 500, 1, 2.5);
        INSERT INTO variant VALUES (1, 1, 0, 'base', x'\(digest)', '\(json)');
        INSERT INTO worker VALUES (1, 'alpha'), (2, '0123456789abcdef0123456789abcdef');
        \(trials.joined(separator: "\n"))
        INSERT INTO trial (variant_id, trial_index, seed, status, seconds, failure_reason, worker_id)
          VALUES (1, 6, 17, 'failed', 1, 'crashed', 2);
        INSERT INTO history VALUES (1, x'000000000000f03f0000000000000040');
        INSERT INTO confirmation VALUES (1, 2, 2);
        INSERT INTO violation (variant_id, trial_index, seed, status, seconds, metrics,
          weights_sha256, history_sha256, variable_fingerprints, worker_id)
        VALUES (1, 1, 12, 'completed', 0.5, x'0000000000000000', x'\(weights)', x'\(weights)',
          x'', 2);
        PRAGMA application_id = 0x53656564;
        PRAGMA user_version = 1;
        """)
  }

  private func rows(of tables: [String]) throws -> [String] {
    let queue = try DatabaseQueue(path: scratch.path())
    defer { try? queue.close() }
    return try queue.read { database in
      try tables.flatMap { table in
        try Row.fetchAll(database, sql: "SELECT * FROM \(table) ORDER BY 1, 2").map(\.description)
      }
    }
  }

  /// The schema of format 1, as released.
  private static let schema = """
    CREATE TABLE store (
      id INTEGER PRIMARY KEY CHECK (id = 1), contract_version INTEGER NOT NULL,
      epoch INTEGER NOT NULL, software TEXT NOT NULL, created_at REAL NOT NULL) STRICT;
    CREATE TABLE sweep (
      id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, master_seed INTEGER NOT NULL,
      trials INTEGER NOT NULL, keeps_history INTEGER NOT NULL, created_at REAL NOT NULL) STRICT;
    CREATE TABLE variant (
      id INTEGER PRIMARY KEY, sweep_id INTEGER NOT NULL REFERENCES sweep (id),
      position INTEGER NOT NULL, name TEXT NOT NULL, digest BLOB NOT NULL, json TEXT NOT NULL,
      UNIQUE (sweep_id, position), UNIQUE (sweep_id, name)) STRICT;
    CREATE TABLE worker (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
    CREATE TABLE trial (
      id INTEGER PRIMARY KEY, variant_id INTEGER NOT NULL REFERENCES variant (id),
      trial_index INTEGER NOT NULL, seed INTEGER NOT NULL, status TEXT NOT NULL,
      seconds REAL NOT NULL, diverged_at_epoch INTEGER, metrics BLOB, weights_sha256 BLOB,
      history_sha256 BLOB, variable_fingerprints BLOB, failure_reason TEXT,
      worker_id INTEGER NOT NULL REFERENCES worker (id),
      UNIQUE (variant_id, trial_index)) STRICT;
    CREATE INDEX trial_not_completed ON trial (variant_id, status, trial_index)
      WHERE status <> 'completed';
    CREATE TABLE history (
      trial_id INTEGER PRIMARY KEY REFERENCES trial (id), history BLOB NOT NULL) STRICT;
    CREATE TABLE confirmation (
      variant_id INTEGER NOT NULL REFERENCES variant (id), trial_index INTEGER NOT NULL,
      worker_id INTEGER NOT NULL REFERENCES worker (id),
      PRIMARY KEY (variant_id, trial_index, worker_id)) STRICT, WITHOUT ROWID;
    CREATE TABLE violation (
      id INTEGER PRIMARY KEY, variant_id INTEGER NOT NULL REFERENCES variant (id),
      trial_index INTEGER NOT NULL, seed INTEGER NOT NULL, status TEXT NOT NULL,
      seconds REAL NOT NULL, diverged_at_epoch INTEGER, metrics BLOB, weights_sha256 BLOB,
      history_sha256 BLOB, variable_fingerprints BLOB, failure_reason TEXT,
      worker_id INTEGER NOT NULL REFERENCES worker (id), history BLOB) STRICT;
    CREATE INDEX violation_of_trial ON violation (variant_id, trial_index);

    """
}
