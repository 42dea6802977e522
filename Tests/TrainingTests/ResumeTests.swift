import Kernels
import SweepModel
import Testing

@testable import Training

/// A training that goes on from a snapshot gives the bits of one that was never interrupted.
@Suite struct ResumeTests {
  /// A snapshot that outlives the training.
  private struct Kept {
    let position: TrainingPosition
    let values: [String: [Float]]

    init(_ snapshot: TrainingSnapshot) {
      position = snapshot.position
      values = Dictionary(
        uniqueKeysWithValues: snapshot.tensors.map { ($0.tensor.name, Array($0.values)) })
    }

    var start: TrainingStart {
      .resumed(position) { tensor, values in
        let kept = try #require(self.values[tensor.name])
        #expect(kept.count == values.count)
        _ = values.update(fromContentsOf: kept)
      }
    }
  }

  private static func configuration(
    _ kind: String, _ arguments: [String: ArgumentValue] = [:]
  ) -> Configuration {
    KerasTraining.configuration(kind, arguments)
  }

  private static let decay = Configuration(
    kind: "inverse_time_decay",
    arguments: [
      "initial_learning_rate": .number(0.1), "decay_steps": .integer(3), "decay_rate": .number(1),
      "staircase": .boolean(false),
    ])

  private static let optimizers: [Configuration] = [
    configuration("sgd", ["learning_rate": .number(0.05)]),
    configuration("sgd", ["momentum": .number(0.9), "nesterov": .boolean(true)]),
    configuration("sgd", ["learning_rate": .configuration(decay)]),
    configuration("adam", ["learning_rate": .number(0.01)]),
    configuration("adamw", ["learning_rate": .number(0.01)]),
    configuration("nadam", ["learning_rate": .number(0.01)]),
    configuration("adagrad", ["learning_rate": .number(0.1)]),
    configuration(
      "rmsprop",
      ["learning_rate": .number(0.01), "momentum": .number(0.5), "centered": .boolean(true)]),
  ]

  /// Dropout, moving averages, regularization, a shuffle and a short last batch.
  private func sketch(_ optimizer: Configuration, epochs: Int = 4) -> VariantSketch {
    var sketch = VariantSketch.classifier(
      [
        dense(8, "relu"), normalization("batch_normalization"), dropout(0.4), dense(3, "softmax"),
      ])
    sketch.optimizer = optimizer
    sketch.epochs = epochs
    return sketch
  }

  private func trained(
    _ plan: TrainingPlan, from start: TrainingStart = .fresh,
    taking take: ((TrainingSnapshot) -> Void)? = nil, atTheEnd: Bool = false
  ) throws -> TrialResult {
    let trainer = Trainer(plan: plan, kernels: try KernelSet.selected, lanes: 1)
    // What another trial leaves in memory must not show.
    _ = try trainer.trainAlone((index: firstTrial.index, seed: TrialSeed(77)), keepsHistory: false)
    let result = try trainer.trainAlone(
      firstTrial, keepsHistory: true, from: start,
      snapshots: atTheEnd ? nil : take.map { take in SnapshotTaker(isDue: { true }, take: take) },
      finished: { snapshot, _ in if atTheEnd { take?(snapshot) } })
    return try #require(result)
  }

  @Test(arguments: optimizers)
  func goesOnFromEveryStep(optimizer: Configuration) throws {
    let plan = try sketch(optimizer).plan()
    let expected = try #require(
      Trainer(plan: plan, kernels: try KernelSet.selected)
        .train([firstTrial], keepsHistory: true)?.first)
    var snapshots: [Kept] = []
    let whole = try trained(plan, taking: { snapshots.append(Kept($0)) })
    #expect(whole.outcome == expected.outcome, "taking snapshots changes nothing")
    // 15 samples in batches of 8, 4 epochs; after the last step of an epoch it is over.
    #expect(snapshots.map(\.position.samples) == [8, 0, 8, 0, 8, 0, 8, 0])
    for snapshot in snapshots {
      try plan.check(snapshot.position)
      let resumed = try trained(plan, from: snapshot.start)
      #expect(resumed.outcome == expected.outcome, "from \(snapshot.position)")
    }
  }

  @Test(arguments: optimizers)
  func goesOnForMoreEpochs(optimizer: Configuration) throws {
    let long = try sketch(optimizer, epochs: 5).plan()
    var end: Kept?
    _ = try trained(
      try sketch(optimizer, epochs: 2).plan(), taking: { end = Kept($0) }, atTheEnd: true)
    let snapshot = try #require(end)
    #expect(snapshot.position.epoch == 2 && !snapshot.position.isOver)
    let resumed = try trained(long, from: snapshot.start)
    #expect(resumed.outcome == (try trained(long)).outcome)
  }

  @Test func callbacksGoOnWhereTheyWere() throws {
    var sketch = sketch(Self.configuration("sgd", ["learning_rate": .number(2)]), epochs: 12)
    sketch.callbacks = [
      Self.configuration(
        "early_stopping",
        [
          "monitor": .text("loss"), "patience": .integer(3), "restore_best_weights": .boolean(true),
        ]),
      Self.configuration(
        "reduce_lr_on_plateau",
        ["monitor": .text("loss"), "patience": .integer(1), "factor": .number(0.5)]),
    ]
    let plan = try sketch.plan()
    var snapshots: [Kept] = []
    var end: Kept?
    let expected = try trained(plan, taking: { snapshots.append(Kept($0)) })
    _ = try trained(plan, taking: { end = Kept($0) }, atTheEnd: true)
    #expect(snapshots.count > 4)
    for snapshot in snapshots {
      #expect(try trained(plan, from: snapshot.start).outcome == expected.outcome)
    }
    // The trained model has the best weights, and the last are kept beside them.
    let last = try #require(end)
    #expect(last.position.restored == 0)
    #expect(last.values["dense/kernel"] != last.values["@kept/0/dense/kernel"])
  }

  @Test func weightsThatWereBroughtBackDoNotHideTheLast() throws {
    let early = Self.configuration(
      "early_stopping",
      ["monitor": .text("loss"), "patience": .integer(50), "restore_best_weights": .boolean(true)])
    var short = sketch(Self.configuration("sgd", ["learning_rate": .number(1)]), epochs: 3)
    short.callbacks = [early]
    var long = short
    long.epochs = 7
    var end: Kept?
    _ = try trained(try short.plan(), taking: { end = Kept($0) }, atTheEnd: true)
    let snapshot = try #require(end)
    #expect(snapshot.position.restored == 0 && !snapshot.position.isOver)
    let plan = try long.plan()
    #expect(try trained(plan, from: snapshot.start).outcome == (try trained(plan)).outcome)
  }

  @Test func statesOfOtherTrainingsAreRefused() throws {
    let plan = try sketch(Self.optimizers[3]).plan()
    var end: Kept?
    _ = try trained(plan, taking: { end = Kept($0) })
    let position = try #require(end).position
    func complaint(_ change: (inout TrainingPosition) -> Void) -> String? {
      var changed = position
      change(&changed)
      do {
        try plan.check(changed)
        return nil
      } catch {
        return "\(error)"
      }
    }
    #expect(complaint { _ in } == nil)
    #expect(complaint { $0.epoch = 5 }?.contains("it is of epoch 5, and there are 4") == true)
    #expect(complaint { $0.samples = 3 }?.contains("no batch ends after sample 3") == true)
    #expect(complaint { $0.steps += 1 }?.contains("it took 9 steps, not 8") == true)
    #expect(complaint { $0.history.removeLast() }?.contains("its history has") == true)
    #expect(
      complaint { $0.optimizer["beta_1_power"] = nil }?.contains("its optimizer keeps") == true)
    #expect(complaint { $0.callbacks = [[:]] }?.contains("it has 1 callbacks, not 0") == true)
    #expect(complaint { $0.restored = 0 }?.contains("brought back") == true)
  }

  @Test func aFailureToKeepASnapshotEndsTheTraining() throws {
    struct Full: Error {}
    let trainer = Trainer(
      plan: try sketch(Self.optimizers[0]).plan(), kernels: try KernelSet.selected, lanes: 1)
    #expect(throws: Full.self) {
      try trainer.trainAlone(
        firstTrial, keepsHistory: false,
        snapshots: SnapshotTaker(isDue: { true }, take: { _ in throw Full() }))
    }
  }
}
