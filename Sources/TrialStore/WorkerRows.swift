import Foundation
import GRDB

/// The rows of the workers that one transaction meets.
struct WorkerRows {
  private let database: Database
  private var known: [String: Known] = [:]

  /// A worker's row.
  struct Known {
    let row: Int64
    let isTrusted: Bool
  }

  init(_ database: Database) { self.database = database }

  /// The row of a worker, which is made where there is none. What was not known of it is filled in:
  /// all is known at once, but for the key, and nothing is written where there is nothing new.
  mutating func row(of worker: StoredWorker) throws -> Known {
    if let row = known[worker.name] { return row }
    try database.cachedStatement(
      sql: """
        INSERT INTO worker (
          name, uuid, host, processor, instruction_set, software, executable_sha256, public_key)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (name) DO UPDATE SET
          host = coalesce(host, excluded.host),
          processor = coalesce(processor, excluded.processor),
          instruction_set = coalesce(instruction_set, excluded.instruction_set),
          software = coalesce(software, excluded.software),
          executable_sha256 = coalesce(executable_sha256, excluded.executable_sha256),
          public_key = coalesce(public_key, excluded.public_key)
        WHERE (host IS NULL AND excluded.host IS NOT NULL)
          OR (public_key IS NULL AND excluded.public_key IS NOT NULL)
        """
    ).execute(arguments: [
      worker.name, worker.uuid.map { Data($0) }, worker.host, worker.processor,
      worker.instructionSet, worker.software, worker.executable.map { Data($0) },
      worker.publicKey.map { Data($0) },
    ])
    let statement = try database.cachedStatement(
      sql: "SELECT id, quarantined_at IS NULL FROM worker WHERE name = ?")
    guard let row = try Row.fetchOne(statement, arguments: [worker.name]) else {
      throw UnreadableValue()
    }
    let found = Known(
      row: try row.decode(Int64.self, atIndex: 0), isTrusted: try row.decode(Bool.self, atIndex: 1))
    known[worker.name] = found
    return found
  }

  /// Whether nothing is held against a worker's word.
  func isTrusted(_ row: Int64) throws -> Bool {
    let statement = try database.cachedStatement(
      sql: "SELECT quarantined_at IS NULL FROM worker WHERE id = ?")
    guard let isTrusted = try Bool.fetchOne(statement, arguments: [row]) else {
      throw UnreadableValue()
    }
    return isTrusted
  }

  /// The name of a worker.
  func name(_ row: Int64) throws -> String {
    let statement = try database.cachedStatement(sql: "SELECT name FROM worker WHERE id = ?")
    guard let name = try String.fetchOne(statement, arguments: [row]) else {
      throw UnreadableValue()
    }
    return name
  }
}

extension JudgedWorker {
  /// The columns of `worker` from which it is read.
  static let columns = [
    "name", "uuid", "host", "processor", "instruction_set", "software", "executable_sha256",
    "public_key", "failures", "quarantined_at",
  ]

  /// The columns of a table, or of its alias, for a `SELECT`.
  static func selection(_ table: String) -> String {
    columns.map { "\(table).\($0)" }.joined(separator: ", ")
  }

  /// Reads a worker from the columns of a row that begin at `start`.
  init(_ row: Row, at start: Int) throws {
    func bytes(_ column: Int, count: Int) throws -> [UInt8]? {
      guard let data = try row.decode(Data?.self, atIndex: start + column) else { return nil }
      guard data.count == count else { throw UnreadableValue() }
      return Array(data)
    }
    func text(_ column: Int) throws -> String? {
      try row.decode(String?.self, atIndex: start + column)
    }
    let failures = try row.decode(Int.self, atIndex: start + 8)
    guard failures >= 0 else { throw UnreadableValue() }
    self.init(
      worker: StoredWorker(
        name: try row.decode(String.self, atIndex: start), uuid: try bytes(1, count: 16),
        host: try text(2), processor: try text(3), instructionSet: try text(4),
        software: try text(5), executable: try bytes(6, count: 32),
        publicKey: try bytes(7, count: 32)),
      failures: failures,
      quarantinedAt: try row.decode(Double?.self, atIndex: start + 9).map {
        Date(timeIntervalSince1970: $0)
      })
  }
}
