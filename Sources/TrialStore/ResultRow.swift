import Foundation
import GRDB
import SweepModel

/// How a result stands in a row of `trial` or `violation`, both of which have these columns.
enum ResultRow {
  /// The columns, in the order in which ``bind(_:to:)`` takes them.
  static let columns = [
    "trial_index", "seed", "status", "seconds", "diverged_at_epoch", "metrics", "weights_sha256",
    "history_sha256", "variable_fingerprints", "failure_reason",
  ]

  /// The columns of a table for a `SELECT`.
  static func selection(_ table: String) -> String {
    columns.map { "\(table).\($0)" }.joined(separator: ", ")
  }

  /// Binds the values of the columns.
  static func bind(_ result: TrialResult, to statement: inout BoundStatement) {
    statement.bind(Int64(result.index.rawValue))
    statement.bind(Int64(bitPattern: result.seed.rawValue))
    statement.bind(result.status.rawValue)
    statement.bind(result.seconds)
    if case .diverged(let epoch, _) = result.outcome {
      statement.bind(Int64(epoch))
    } else {
      statement.bindNull()
    }
    let measurements = result.measurements
    statement.bind(bytesOf: measurements.map { BlobCoding.words($0.metrics) })
    statement.bind(measurements?.weightsDigest)
    statement.bind(measurements?.historyDigest)
    statement.bind(bytesOf: measurements.map { BlobCoding.words($0.variableFingerprints) })
    if case .failed(let reason) = result.outcome {
      statement.bind(reason)
    } else {
      statement.bindNull()
    }
  }

  /// The history as it is stored; nil where it was not kept.
  static func history(_ result: TrialResult) -> [UInt64]? {
    guard let history = result.measurements?.history, !history.isEmpty else { return nil }
    return BlobCoding.words(history)
  }

  /// Reads a result from a row that begins with ``columns``.
  ///
  /// - Parameter historyColumn: where the history stands; nil reads the result without it.
  /// - Throws: where a value is none that ``bind(_:to:)`` gives: nothing in a file is trusted.
  static func result(_ row: Row, historyColumn: Int?) throws -> TrialResult {
    let outcome: TrialResult.Outcome
    switch TrialStatus(rawValue: try row.decode(String.self, atIndex: 2)) {
    case .completed: outcome = .completed(try measurements(row, historyColumn: historyColumn))
    case .diverged:
      outcome = .diverged(
        atEpoch: try row.decode(Int.self, atIndex: 4),
        try measurements(row, historyColumn: historyColumn))
    case .failed: outcome = .failed(reason: try row.decode(String.self, atIndex: 9))
    case nil: throw UnreadableValue()
    }
    return TrialResult(
      index: try index(row.decode(Int64.self, atIndex: 0)),
      seed: TrialSeed(UInt64(bitPattern: try row.decode(Int64.self, atIndex: 1))),
      outcome: outcome,
      seconds: try row.decode(Double.self, atIndex: 3))
  }

  /// The index that a column holds.
  static func index(_ value: Int64) throws -> TrialIndex {
    guard let index = UInt64(exactly: value), index < Limits.trials else { throw UnreadableValue() }
    return TrialIndex(index)
  }

  private static func measurements(
    _ row: Row, historyColumn: Int?
  ) throws -> TrialResult.Measurements {
    guard let weightsDigest = WeightsDigest(bytes: try bytes(row, 6) { [UInt8]($0) }),
      let historyDigest = HistoryDigest(bytes: try bytes(row, 7) { [UInt8]($0) })
    else { throw UnreadableValue() }
    var history: [Double] = []
    if let historyColumn {
      history = try row.withUnsafeData(atIndex: historyColumn) { data in
        try data.map(BlobCoding.doubles(of:)) ?? []
      }
    }
    return TrialResult.Measurements(
      metrics: try bytes(row, 5, BlobCoding.doubles(of:)),
      weightsDigest: weightsDigest,
      historyDigest: historyDigest,
      variableFingerprints: try bytes(row, 8, BlobCoding.words(of:)),
      history: history)
  }

  private static func bytes<Value>(
    _ row: Row, _ column: Int, _ decode: (Data) throws -> Value
  ) throws -> Value {
    // Where no bytes are wrong, `decode` says so.
    try row.withUnsafeData(atIndex: column) { try decode($0 ?? Data()) }
  }
}
