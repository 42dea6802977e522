import Foundation
import Scheduling
import SweepModel

typealias WireResultBatch = Seedsweep_V1_ResultBatch

extension WireResultBatch {
  /// Lays the results out column by column.
  ///
  /// - Precondition: all results that have measurements have equally many metrics and variables, as
  ///   results of one job do.
  init(_ batch: ResultBatch) {
    self.init()
    number = batch.number.rawValue
    job = batch.job.rawValue
    index = batch.results.map(\.index.rawValue)
    seed = batch.results.map(\.seed.rawValue)
    seconds = batch.results.map(\.seconds)
    let first = batch.results.lazy.compactMap(\.measurements).first
    metricCount = UInt32(first?.metrics.count ?? 0)
    variableCount = UInt32(first?.variableFingerprints.count ?? 0)
    reserveCapacity(for: batch.results.count)
    for result in batch.results {
      switch result.outcome {
      case .completed(let measurements):
        status.append(.completed)
        append(measurements)
      case .diverged(let epoch, let measurements):
        status.append(.diverged)
        divergedAtEpoch.append(UInt32(epoch))
        append(measurements)
      case .failed(let reason):
        status.append(.failed)
        failureReason.append(reason)
      }
    }
  }

  private mutating func reserveCapacity(for count: Int) {
    status.reserveCapacity(count)
    metrics.reserveCapacity(count * Int(metricCount))
    weightsSha256.reserveCapacity(count * Limits.digestBytes)
    historySha256.reserveCapacity(count * Limits.digestBytes)
    variableFingerprints.reserveCapacity(count * Int(variableCount))
    historyLength.reserveCapacity(count)
  }

  private mutating func append(_ measurements: TrialResult.Measurements) {
    precondition(measurements.metrics.count == Int(metricCount))
    precondition(measurements.variableFingerprints.count == Int(variableCount))
    metrics += measurements.metrics
    measurements.weightsDigest.withUnsafeBytes { weightsSha256.append(contentsOf: $0) }
    measurements.historyDigest.withUnsafeBytes { historySha256.append(contentsOf: $0) }
    variableFingerprints += measurements.variableFingerprints
    historyLength.append(UInt32(measurements.history.count))
    history += measurements.history
  }
}

extension ResultBatch {
  init(_ wire: WireResultBatch) throws(ProtocolError) {
    let count = wire.index.count
    try require(count <= Limits.batchResults, "index")
    try require(wire.seed.count == count, "seed")
    try require(wire.status.count == count, "status")
    try require(wire.seconds.count == count, "seconds")
    var columns = try MeasurementColumns(wire)
    var divergedAtEpoch = wire.divergedAtEpoch[...]
    var failureReasons = wire.failureReason[...]
    var results: [TrialResult] = []
    results.reserveCapacity(count)
    for position in 0..<count {
      let outcome: TrialResult.Outcome
      switch wire.status[position] {
      case .completed: outcome = .completed(try columns.next())
      case .diverged:
        let epoch = try require(divergedAtEpoch.popFirst(), "diverged_at_epoch")
        outcome = .diverged(atEpoch: Int(epoch), try columns.next())
      case .failed:
        let reason = try require(failureReasons.popFirst(), "failure_reason")
        try require(reason.utf8.count <= 4 * Limits.reasonLength, "failure_reason")
        outcome = .failed(reason: reason)
      case .unspecified, .UNRECOGNIZED: throw ProtocolError(.field("status"))
      }
      results.append(
        TrialResult(
          index: TrialIndex(wire.index[position]), seed: TrialSeed(wire.seed[position]),
          outcome: outcome, seconds: wire.seconds[position]))
    }
    try require(columns.isExhausted, "metrics")
    try require(divergedAtEpoch.isEmpty, "diverged_at_epoch")
    try require(failureReasons.isEmpty, "failure_reason")
    self.init(number: BatchNumber(wire.number), job: JobID(wire.job), results: results)
  }
}

/// Reads the columns that only trials with measurements have entries in.
private struct MeasurementColumns {
  private let wire: WireResultBatch
  private let weights: [WeightsDigest]
  private let histories: [HistoryDigest]
  private let metricCount: Int
  private let variableCount: Int
  private let rows: Int
  private var row = 0
  private var historyPosition = 0

  init(_ wire: WireResultBatch) throws(ProtocolError) {
    self.wire = wire
    rows = wire.historyLength.count
    metricCount = Int(wire.metricCount)
    variableCount = Int(wire.variableCount)
    try require(metricCount <= Limits.resultMetrics, "metric_count")
    try require(variableCount <= Limits.messageBytes, "variable_count")
    try require(wire.metrics.count == rows * metricCount, "metrics")
    try require(wire.variableFingerprints.count == rows * variableCount, "variable_fingerprints")
    weights = try require(Self.digests(wire.weightsSha256, count: rows), "weights_sha256")
    histories = try require(Self.digests(wire.historySha256, count: rows), "history_sha256")
    let values = wire.historyLength.reduce(0) { $0 + Int($1) }
    try require(wire.history.count == values, "history")
  }

  var isExhausted: Bool { row == rows }

  mutating func next() throws(ProtocolError) -> TrialResult.Measurements {
    try require(row < rows, "metrics")
    let length = Int(wire.historyLength[row])
    let measurements = TrialResult.Measurements(
      metrics: Array(wire.metrics[(row * metricCount)..<((row + 1) * metricCount)]),
      weightsDigest: weights[row], historyDigest: histories[row],
      variableFingerprints: Array(
        wire.variableFingerprints[(row * variableCount)..<((row + 1) * variableCount)]),
      history: length == 0
        ? [] : Array(wire.history[historyPosition..<(historyPosition + length)]))
    historyPosition += length
    row += 1
    return measurements
  }

  /// The digests of a column; nil where there are not as many.
  private static func digests<Subject>(_ column: Data, count: Int) -> [Digest<Subject>]? {
    guard column.count == count * Limits.digestBytes else { return nil }
    return column.withUnsafeBytes { bytes in
      (0..<count).compactMap { row in
        Digest(
          bytes: UnsafeRawBufferPointer(
            rebasing: bytes[row * Limits.digestBytes..<(row + 1) * Limits.digestBytes]))
      }
    }
  }
}
