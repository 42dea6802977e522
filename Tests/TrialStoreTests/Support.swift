import Foundation
import GRDB
import SweepModel
import TrialStore

/// A directory of a test's own, deleted with it.
final class Scratch: Sendable {
  let directory: URL

  init() throws {
    directory = FileManager.default.temporaryDirectory
      .appendingPathComponent("trial-store-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: directory) }

  func path(_ name: String = "sweep.sqlite") -> String {
    directory.appendingPathComponent(name).path
  }

  /// The names of the files there, sorted.
  var files: [String] {
    get throws { try FileManager.default.contentsOfDirectory(atPath: directory.path).sorted() }
  }

  /// Runs SQL on a file with a connection of its own, as another program would.
  func execute(_ sql: String, _ name: String = "sweep.sqlite") throws {
    let queue = try DatabaseQueue(path: path(name))
    try queue.writeWithoutTransaction { try $0.execute(sql: sql) }
    try queue.close()
  }

  func bytes(_ name: String = "sweep.sqlite") throws -> Data {
    try Data(contentsOf: URL(fileURLWithPath: path(name)))
  }
}

/// Variants, sweeps and results that are made up, but have every part.
enum Sample {
  static func variant(
    units: Int64 = 10, epochs: Int = 100, optimizer: String = "adam", layers: Int = 2,
    contractVersion: Int = Versions.contract
  ) -> ResolvedVariant {
    let dense = Configuration(
      kind: "dense", arguments: ["units": .integer(units), "use_bias": .boolean(true)])
    return ResolvedVariant(
      data: Configuration(kind: "sequence", arguments: ["length": .integer(10)]),
      dataDigest: DataDigest(hashing: "data".utf8),
      layers: Array(repeating: dense, count: layers),
      training: TrainingSettings(
        loss: Configuration(kind: "mean_squared_error"),
        optimizer: Configuration(
          kind: optimizer, arguments: ["learning_rate": .number(0.001)]),
        epochs: epochs, batchSize: .all, shuffle: true),
      metrics: [Configuration(kind: "mean_squared_error")],
      contractVersion: contractVersion)
  }

  static func sweep(
    name: String = "sequence", masterSeed: UInt64 = 1, trials: UInt64 = 100,
    variants: [NamedVariant] = [NamedVariant(name: "base", variant: variant())],
    keepsHistory: Bool = true
  ) -> Sweep {
    Sweep(
      name: name, masterSeed: MasterSeed(masterSeed), trials: trials, variants: variants,
      keepsHistory: keepsHistory)
  }

  static func measurements(
    metrics: [Double] = [0.5], weights: String = "weights", history: [Double] = [3, 2, 1, 0.5]
  ) -> TrialResult.Measurements {
    TrialResult.Measurements(
      metrics: metrics,
      weightsDigest: WeightsDigest(hashing: weights.utf8),
      historyDigest: HistoryDigest(hashing: history.description.utf8),
      variableFingerprints: [1, .max, 0x8000_0000_0000_0000],
      history: history)
  }

  static func completed(
    _ index: UInt64, weights: String = "weights", seed: UInt64? = nil,
    history: [Double] = [3, 2, 1, 0.5]
  ) -> TrialResult {
    TrialResult(
      index: TrialIndex(index), seed: TrialSeed(seed ?? .max - index),
      outcome: .completed(measurements(weights: "\(weights)-\(index)", history: history)),
      seconds: 0.25)
  }

  static func failed(_ index: UInt64, reason: String = "crashed") -> TrialResult {
    TrialResult(
      index: TrialIndex(index), seed: TrialSeed(.max - index), outcome: .failed(reason: reason),
      seconds: 1)
  }
}

extension TrialStore {
  /// Registers a sweep and returns the key of its first variant.
  func firstVariant(_ sweep: Sweep = Sample.sweep()) throws -> VariantKey {
    let stored = try register(sweep)
    guard let variant = stored.variants.first else { throw NoVariant() }
    return variant.key
  }

  @discardableResult
  func commit(
    _ results: [TrialResult], of variant: VariantKey, worker: String = "worker-1"
  ) throws -> [CommitOutcome] {
    try commit(results.map { StoredResult(variant: variant, result: $0, worker: worker) })
  }

  /// All results of a variant, with their history.
  func allResults(_ variant: VariantKey) throws -> [TrialResult] {
    var all: [TrialResult] = []
    try results(variant, in: TrialRange(0, .max), withHistory: true) { all.append($0) }
    return all
  }
}

struct NoVariant: Error {}
