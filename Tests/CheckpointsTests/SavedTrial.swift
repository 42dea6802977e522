import Checkpoints
import Foundation
import Kernels
import SweepModel
import Training

/// A small trial with everything that a model's file can hold, and the file of its model.
struct SavedTrial {
  static let seed = TrialSeed(0x7429_8876_fc8d_8048)

  let directory: URL
  let plan: TrainingPlan
  let record: ModelRecord
  var path: String { directory.appendingPathComponent("model.safetensors").path }

  /// - Parameter epochs: of the training.
  init(epochs: Int = 3) throws {
    directory = FileManager.default.temporaryDirectory
      .appendingPathComponent("checkpoints-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    let values = { (count: Int, step: Int) in (0..<count).map { Float($0 * step % 23 - 11) / 13 } }
    var data = TrainingData(
      sampleCount: 12, inputShape: [3], targetShape: [1], inputs: values(36, 7),
      targets: values(12, 5))
    data.representation.inputColumns = [
      .init(name: "width"), .init(name: "colour", categories: ["blue", "red"]), .init(name: "x, y"),
    ]
    data.representation.standardization = .init(means: [0.1, 0, -1e-300], deviations: [2, 0, 3])
    let variant = ResolvedVariant(
      data: Configuration(kind: "csv"), dataDigest: data.digest,
      layers: [Self.dense(4, "tanh"), Self.dense(1, "linear")],
      training: TrainingSettings(
        loss: Configuration(kind: "mean_squared_error"),
        optimizer: Configuration(
          kind: "adam",
          arguments: [
            "learning_rate": .number(0.01), "beta_1": .number(0.9), "beta_2": .number(0.999),
            "epsilon": .number(1e-7),
          ]), epochs: epochs, batchSize: .samples(5), shuffle: true),
      metrics: [Configuration(kind: "mean_squared_error")])
    plan = try TrainingPlan(variant: variant, data: data)
    record = ModelRecord(
      sweep: "test", variant: NamedVariant(name: "base", variant: variant),
      masterSeed: MasterSeed(1), index: TrialIndex(1), seed: Self.seed,
      dataFiles: [
        DataFile(path: "a.csv", size: 12, digest: FileDigest(hashing: Array("a".utf8)))
      ], representation: data.representation, result: nil,
      position: TrainingPosition(
        epoch: 0, samples: 0, steps: 0, optimizer: [:], callbacks: [], history: [], sums: []),
      maker: .init(software: "1", machine: "m", processor: "p", time: "2026-01-01T00:00:00Z"))
  }

  func remove() { try? FileManager.default.removeItem(at: directory) }

  private static func dense(_ units: Int64, _ activation: String) -> Configuration {
    Configuration(
      kind: "dense",
      arguments: [
        "units": .integer(units), "use_bias": .boolean(true),
        "activation": .configuration(Configuration(kind: activation)),
        "kernel_initializer": .configuration(Configuration(kind: "glorot_uniform")),
        "bias_initializer": .configuration(Configuration(kind: "zeros")),
      ])
  }

  /// Trains, and writes the model that is left.
  @discardableResult
  func save() throws -> TrialResult? {
    try Trainer(plan: plan, kernels: try KernelSet.selected, lanes: 1).trainAlone(
      (index: record.index, seed: record.seed), keepsHistory: true,
      finished: { snapshot, result in
        var record = record
        record.result = result
        try ModelFile.write(snapshot, record, to: path)
      })
  }

  /// Trains up to a place, writes a checkpoint there, and stops.
  func saveCheckpoint(afterSteps steps: Int) throws {
    var left = steps
    var isWritten = false
    _ = try Trainer(plan: plan, kernels: try KernelSet.selected, lanes: 1).trainAlone(
      (index: record.index, seed: record.seed), keepsHistory: true,
      snapshots: SnapshotTaker(
        isDue: {
          left -= 1
          return left == 0
        },
        take: {
          try ModelFile.write($0, record, to: path)
          isWritten = true
        }), progress: { _ in isWritten ? .stop : .proceed })
  }

  var bytes: [UInt8] {
    get throws { [UInt8](try Data(contentsOf: URL(fileURLWithPath: path))) }
  }

  func write(_ bytes: [UInt8]) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: path))
  }
}
