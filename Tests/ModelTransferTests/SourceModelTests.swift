import Checkpoints
import Datasets
import Foundation
import Kernels
import SweepModel
import Testing
import Training

@testable import SweepRuntime

/// Models of this project that another training takes something from: their optimizer's state, their predictions.
@Suite struct SourceModelTests {
  private static let seed = TrialSeed(7)

  private func text(
    _ rest: String = "", data: String = "{kind: blobs, samples: 30, validation_samples: 6}",
    model: String = "[dense: {units: 3, activation: softmax}]",
    loss: String = "sparse_categorical_crossentropy", optimizer: String = "adam",
    epochs: Int = 3, _ settings: String = ""
  ) -> String {
    """
    name: source
    master_seed: 1
    trials: 2
    data: \(data)
    model: \(model)
    training: {loss: \(loss), optimizer: \(optimizer), epochs: \(epochs), batch_size: 8\(settings)}
    \(rest)
    """
  }

  private func prepared(_ text: String, _ files: [String: [UInt8]] = [:]) throws -> PreparedSweep {
    try PreparedSweep(text: Array(text.utf8), file: "s.yaml", files: DataFiles(inMemory: files))
  }

  /// The file of the model that a specification trains.
  private func model(_ text: String, _ files: [String: [UInt8]] = [:]) throws -> [UInt8] {
    let prepared = try prepared(text, files)
    let (plan, _) = try ModelTraining.plan(
      prepared.sweep.variants[0].variant, DataFiles(inMemory: files), .builtIn)
    let path = FileManager.default.temporaryDirectory
      .appendingPathComponent("source-\(UUID().uuidString).safetensors").path
    defer { unlink(path) }
    let record = ModelRecord(
      sweep: "source", variant: prepared.sweep.variants[0], masterSeed: prepared.sweep.masterSeed,
      index: TrialIndex(0), seed: Self.seed, dataFiles: [],
      representation: plan.data.representation, result: nil, position: .beginning,
      maker: .init(software: "1", machine: "m", processor: "p", time: "2026-01-01T00:00:00Z"))
    _ = try Trainer(plan: plan, kernels: try KernelSet.selected, lanes: 1).trainAlone(
      (index: TrialIndex(0), seed: Self.seed), keepsHistory: true,
      finished: { snapshot, result in
        var record = record
        record.result = result
        try ModelFile.write(snapshot, record, to: path)
      })
    return [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
  }

  private func complaint(_ text: String, _ files: [String: [UInt8]]) -> String {
    do {
      _ = try prepared(text, files)
      return "none"
    } catch { return "\(error)" }
  }

  // MARK: Weights

  /// Variables of one shape are told apart by their order, or by their names; where the two differ, that is said.
  @Test func variablesOfOneShapeAreFilledInTheirOrder() throws {
    func layers(_ names: String...) -> String {
      let hidden = names.map { "dense: {units: 2, name: \($0)}" }.joined(separator: ", ")
      return "[\(hidden), dense: {units: 3, activation: softmax, name: head}]"
    }
    let bytes = try model(text(model: layers("a", "b")))
    let values = try SavedWeights(bytes, name: "m").variables.map(\.values)
    let files = ["m.safetensors": bytes]
    for (match, order, notes) in [
      (
        "order", [0, 1, 2, 3, 4, 5],
        [
          "layers are filled by their order, though their names are in another: b/kernel has the values "
            + "of a/kernel; write `match: name` if that is meant"
        ]
      ), ("name", [2, 3, 0, 1, 4, 5], []),
    ] {
      let rest = "initial_weights: {path: m.safetensors, match: \(match)}"
      let variant = try prepared(text(rest, model: layers("b", "a")), files).sweep.variants[0]
      let found = try VariantLoader(files: DataFiles(inMemory: files), registry: .builtIn)
        .start(of: variant.variant, inputShape: [2])
      #expect(found?.state.values == order.map { values[$0] })
      #expect(found?.notes == notes)
    }
  }

  // MARK: The optimizer's state

  /// The state after the last step does not belong to the weights of an earlier epoch.
  @Test func theStateOfRestoredWeightsIsRefused() throws {
    let stopping =
      ", callbacks: [early_stopping: {monitor: loss, patience: 1, restore_best_weights: true}]"
    let file = try model(text(optimizer: "{adam: {learning_rate: 30}}", epochs: 20, stopping))
    let found = complaint(
      text("initial_weights: {path: m.safetensors, optimizer_state: true}"), ["m.safetensors": file]
    )
    #expect(found.contains("a callback restored the weights of an earlier epoch"), "\(found)")
    #expect(complaint(text("initial_weights: m.safetensors"), ["m.safetensors": file]) == "none")
  }

  /// Steps are counted over all trainings before, and the slots are the optimizer's, in their order.
  @Test func stepsAndSlotsAreThoseOfTheFile() throws {
    let rest = "initial_weights: {path: m.safetensors, optimizer_state: true}"
    var files = ["m.safetensors": try model(text())]
    let second = try model(text(rest, epochs: 5), files)
    for (bytes, steps) in [(try #require(files["m.safetensors"]), 12), (second, 32)] {
      files["m.safetensors"] = bytes
      let variant = try prepared(text(rest), files).sweep.variants[0].variant
      let loader = VariantLoader(files: DataFiles(inMemory: files), registry: .builtIn)
      let state = try #require(try loader.start(of: variant, inputShape: [2])).state
      let weights = try SavedWeights(bytes, name: "m")
      #expect(state.optimizer?.steps == steps)
      #expect(state.optimizer?.slots == weights.slots.map { $0.map(\.values) })
      #expect(state.values == weights.variables.map(\.values))
      let paths = weights.slots.map { $0.map(\.path) }
      #expect(paths == Array(repeating: ["dense/kernel", "dense/bias"], count: 2))
    }
  }

  // MARK: Targets

  private static let student = "targets_from: m.safetensors"

  private func targets(_ text: String, _ files: [String: [UInt8]]) throws -> TrainingData {
    let variant = try prepared(text, files).sweep.variants[0].variant
    return try VariantLoader(files: DataFiles(inMemory: files), registry: .builtIn)
      .data(.init(variant.data, variant.sources))
  }

  @Test func onlyTrainingSamplesGetPredictions() throws {
    let files = ["m.safetensors": try model(text())]
    let own = try Dataset.load(
      prepared(text()).sweep.variants[0].variant.data, from: DataFiles())
    let data = try targets(text(Self.student, loss: "categorical_crossentropy"), files)
    #expect(data.targetShape == [3] && data.parts == own.parts && data.inputs == own.inputs)
    let weights = try SavedWeights(try #require(files["m.safetensors"]), name: "m")
    let predictor = try weights.predictor(
      kernels: try KernelSet.selected, threads: 1, registry: .builtIn)
    #expect(Array(data.targets[..<90]) == predictor.predictions(Array(own.inputs[..<60])))
    for (sample, number) in own.targets[30...].enumerated() {
      let values = Array(data.targets[(90 + 3 * sample)..<(93 + 3 * sample)])
      #expect(values == (0..<3).map { $0 == Int(number) ? 1 : 0 })
    }
  }

  @Test func aTeacherOfOtherInputsIsRefused() throws {
    let scaled = "{kind: blobs, samples: 30, validation_samples: 6, scale: 0.5}"
    let files = ["m.safetensors": try model(text())]
    let found = complaint(
      text(Self.student, data: scaled, loss: "categorical_crossentropy"), files)
    #expect(found.contains("represented otherwise than when it was trained"), "\(found)")
  }

  @Test func aTeacherThatDivergedIsRefused() throws {
    let files = ["m.safetensors": try model(text(optimizer: "{sgd: {learning_rate: 1.0e+38}}"))]
    let found = complaint(text(Self.student, loss: "categorical_crossentropy"), files)
    #expect(found.contains("it predicts values that are not finite"), "\(found)")
  }

  /// Variants with different teachers, or with none, do not get each other's targets.
  @Test func variantsDoNotShareTargets() throws {
    let files = [
      "m.safetensors": try model(text()), "n.safetensors": try model(text(epochs: 1)),
    ]
    let sweep = try prepared(
      text(
        """
        targets_from: m.safetensors
        variants:
          other: {targets_from: n.safetensors}
          again: {training.epochs: 4}
        """, loss: "categorical_crossentropy"), files
    ).sweep
    let digests = sweep.variants.map(\.variant.dataDigest)
    #expect(digests.count == 3 && Set(digests).count == 2 && digests[0] == digests[2])
    // A file that changed is not taken for the one that the variant is of.
    let variant = sweep.variants[0].variant
    let other = DataFiles(inMemory: ["m.safetensors": files["n.safetensors"] ?? []])
    let loader = VariantLoader(files: other, registry: .builtIn)
    let error = #expect(throws: VariantError.self) { try loader.plan(of: variant) }
    #expect(error?.message.contains("the data (targets from m.safetensors) have changed") == true)
  }
}
