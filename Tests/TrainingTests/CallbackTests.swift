import Kernels
import SweepModel
import Testing

@testable import Training

/// Callbacks within a training; KerasTrainingTests has what they decide.
@Suite struct CallbackTests {
  private func callback(
    _ kind: String, _ arguments: [String: ArgumentValue] = [:]
  ) -> Configuration {
    KerasTraining.configuration(kind, arguments)
  }

  private func sketch(_ callbacks: [Configuration]) -> VariantSketch {
    var sketch = VariantSketch(
      layers: [dense(4, "tanh"), dense(1)], data: unevenData(samples: 12, inputs: 3, targets: 1),
      optimizer: sgd(rate: 0.2), epochs: 12, batchSize: .samples(4), shuffle: true)
    sketch.callbacks = callbacks
    return sketch
  }

  private func complaint(_ sketch: VariantSketch) -> String? {
    do {
      _ = try sketch.plan()
      return nil
    } catch {
      return "\(error)"
    }
  }

  @Test func whatIsMonitoredMustBeInTheHistory() {
    var early = sketch([callback("early_stopping")])
    #expect(
      complaint(early) == "training.callbacks[0].early_stopping.monitor: the history has no column "
        + "val_loss: set training.validation_split, or monitor one of loss, mean_squared_error")
    early.validationSplit = 0.25
    #expect(complaint(early) == nil)
    let unknown = sketch([callback("early_stopping", ["monitor": .text("accuracy")])])
    #expect(
      complaint(unknown)
        == "training.callbacks[0].early_stopping.monitor: the history has no column "
        + "accuracy: there are loss, mean_squared_error")
  }

  @Test func aScheduleCannotBeReducedOnAPlateau() {
    var plateau = sketch([callback("reduce_lr_on_plateau", ["monitor": .text("loss")])])
    #expect(complaint(plateau) == nil)
    let schedule = Configuration(
      kind: "inverse_time_decay",
      arguments: [
        "initial_learning_rate": .number(0.1), "decay_steps": .integer(3),
        "decay_rate": .number(1), "staircase": .boolean(false),
      ])
    plateau.optimizer = KerasTraining.configuration(
      "sgd", ["learning_rate": .configuration(schedule)])
    #expect(
      complaint(plateau)?.hasPrefix(
        "training.callbacks[0].reduce_lr_on_plateau: the optimizer's learning_rate is a schedule")
        == true)
  }

  @Test func trialsWithRatesOfTheirOwnTrainAlone() throws {
    let early = callback("early_stopping", ["monitor": .text("loss")])
    #expect(try sketch([early]).plan().packLanes > 1)
    #expect(try sketch([early]).plan().stackShape == nil)
    let plateau = callback("reduce_lr_on_plateau", ["monitor": .text("loss")])
    #expect(try sketch([plateau]).plan().packLanes == 1)
  }

  private let trials = (0..<16).map { number in
    (index: TrialIndex(number), seed: TrialSeed(0x9e37_79b9 &* (number + 1)))
  }

  /// The epochs that each of 16 trials trained, alone and in a pack.
  private func epochs(_ sketch: VariantSketch) throws -> (alone: [Int], packed: [Int]) {
    let plan = try sketch.plan()
    let columns = sketch.variant.historyColumns.count
    func count(_ results: [TrialResult]?) throws -> [Int] {
      try #require(results).map { ($0.measurements?.history.count ?? 0) / columns }
    }
    let alone = Trainer(plan: plan, kernels: try .selected, lanes: 1)
    let packed = Trainer(plan: plan, kernels: try .selected, lanes: 16)
    return (
      try trials.flatMap { try count(alone.train([$0], keepsHistory: true)) },
      try count(packed.train(trials, keepsHistory: true))
    )
  }

  @Test func trialsOfAPackStopEachAtItsOwnEpoch() throws {
    var early = sketch([callback("early_stopping", ["patience": .integer(1)])])
    early.validationSplit = 0.3
    let epochs = try epochs(early)
    #expect(epochs.packed == epochs.alone)
    #expect(Set(epochs.packed).count > 2)
    #expect(epochs.packed.allSatisfy { (2...12).contains($0) })
  }

  @Test func theBestWeightsAreThoseOfTheBestEpoch() throws {
    let best = callback(
      "early_stopping",
      [
        "monitor": .text("val_mean_squared_error"), "patience": .integer(20),
        "restore_best_weights": .boolean(true),
      ])
    var sketch = sketch([best])
    sketch.validationSplit = 0.3
    sketch.optimizer = sgd(rate: 0.5)
    let trainer = Trainer(plan: try sketch.plan(), kernels: try .selected, lanes: 16)
    let results = try #require(trainer.train(trials, keepsHistory: true))
    var wasEarlier = false
    for result in results {
      let measurements = try #require(result.measurements)
      let column = stride(from: 3, to: measurements.history.count, by: 4)
        .map { measurements.history[$0] }
      #expect(column.count == 12)
      #expect(measurements.metrics[1] == column.min())
      if column.last != column.min() { wasEarlier = true }
    }
    #expect(wasEarlier)
  }

  @Test func anEpochThatBreaksEndsAtItsBatch() throws {
    var broken = sketch([callback("terminate_on_nan")])
    // The second of three batches has the first loss that overflows.
    broken.optimizer = sgd(rate: 1e25)
    let trainer = Trainer(plan: try broken.plan(), kernels: try .selected, lanes: 1)
    var steps: [Int] = []
    let result = try #require(
      trainer.train([trials[0]], keepsHistory: true) { progress in
        steps.append(progress.steps)
        return .proceed
      }?.first)
    guard case .diverged(let epoch, let measurements) = result.outcome else {
      Issue.record("it did not diverge")
      return
    }
    #expect(measurements.history.count == 2 * epoch)
    #expect(measurements.history.last.map { !$0.isFinite } == true)
    #expect(steps.max() == 2)
    var whole = broken
    whole.callbacks = []
    let other = Trainer(plan: try whole.plan(), kernels: try .selected, lanes: 1)
    let otherResult = try #require(other.train([trials[0]], keepsHistory: true)?.first)
    #expect(otherResult.measurements?.weightsDigest != measurements.weightsDigest)
  }

  /// Weight decay and the penalty l2 are alike in one step of plain descent; only the loss tells.
  @Test func aPenaltyCountsInTheLossAndNotInTheMetric() throws {
    var penalized = sketch([])
    var kernel = penalized.layers[0].arguments
    kernel["kernel_regularizer"] = .configuration(
      Configuration(kind: "l2", arguments: ["l2": .number(0.5)]))
    penalized.layers[0] = Configuration(kind: "dense", arguments: kernel)
    penalized.epochs = 1
    penalized.batchSize = .all
    let trainer = Trainer(plan: try penalized.plan(), kernels: try .selected, lanes: 1)
    let result = try #require(trainer.train([trials[0]], keepsHistory: true)?.first)
    let history = try #require(result.measurements?.history)
    // Glorot's kernel is not 0.
    #expect(history[0] > history[1] + 0.01)
    penalized.layers = sketch([]).layers
    let plain = Trainer(plan: try penalized.plan(), kernels: try .selected, lanes: 1)
    let other = try #require(plain.train([trials[0]], keepsHistory: true)?.first)
    #expect(other.measurements?.history[1] == history[1])
    #expect(other.measurements?.weightsDigest != result.measurements?.weightsDigest)
  }
}
