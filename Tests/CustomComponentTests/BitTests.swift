import CustomWorkerComponents
import Kernels
import SeedSweep
import Testing

/// Trials with custom components have the same bits whatever else is done where they are trained.
@Suite struct CustomBitTests {
  private let registry: ComponentRegistry
  private static let trials = (0..<5).map { number in
    (index: TrialIndex(UInt64(number)), seed: TrialSeed(UInt64(number) &* 0x9E37_79B9_7F4A_7C15))
  }

  init() throws { registry = try ComponentRegistry(example) }

  private func alone(_ plan: TrainingPlan, _ trial: Int, threads: Int = 1) throws -> TrialResult {
    let trainer = Trainer(plan: plan, kernels: .reference, lanes: 1, threads: threads)
    return try #require(trainer.train([Self.trials[trial]], keepsHistory: true)?.first)
  }

  @Test func kernelsLanesAndThreadsChangeNoBit() throws {
    let plan = try everything.plan(registry)
    #expect(plan.packLanes == 1)
    let expected = try Self.trials.indices.map { try alone(plan, $0) }
    #expect(Set(expected.map(\.measurements?.weightsDigest)).count == expected.count)
    for kernels in KernelSet.available {
      for (lanes, threads) in [(1, 1), (1, 3), (16, 1), (16, 2)] {
        let trainer = Trainer(plan: plan, kernels: kernels, lanes: lanes, threads: threads)
        for _ in 0..<2 {
          let results =
            lanes == 1
            ? Self.trials.flatMap { trainer.train([$0], keepsHistory: true) ?? [] }
            : trainer.train(Self.trials, keepsHistory: true) ?? []
          #expect(results.count == expected.count)
          for (result, other) in zip(results, expected) {
            #expect(result.agrees(with: other), "\(kernels) \(lanes) \(threads)")
          }
        }
      }
    }
  }

  /// Initializers know no lanes, and are given them one by one: such models are packed as others are.
  @Test(arguments: [false, true])
  func packsWithACustomInitializerHaveTheBitsOfTrialsAlone(isStack: Bool) throws {
    var sketch = Sketch(layers: [dense(8, kernel: sparse), dense(2)])
    if !isStack { sketch.metrics.append(Configuration(kind: "mean_absolute_error")) }
    let plan = try sketch.plan(registry)
    #expect(plan.packLanes == 16)
    // The reference trains layer by layer.
    let kernels = try #require(KernelSet.available.last)
    let trainer = Trainer(plan: plan, kernels: kernels)
    #expect(trainer.trainsStacks == isStack || KernelSet.available.count == 1)
    let results = try #require(trainer.train(Self.trials, keepsHistory: true))
    for (number, result) in results.enumerated() {
      #expect(result.agrees(with: try alone(plan, number)))
    }
  }

  /// Wherever a layer names an initializer, it may be a custom one: also within another.
  @Test(arguments: ["lstm", "gru", "bidirectional"])
  func recurrentLayersTakeCustomInitializers(kind: String) throws {
    var own = configuration(
      .layer, kind == "gru" ? "gru" : "lstm",
      [
        "units": .integer(3), "kernel_initializer": .configuration(sparse),
        "recurrent_initializer": .configuration(sparse),
        "bias_initializer": .configuration(sparse),
      ])
    if kind == "bidirectional" {
      own = configuration(.layer, kind, ["layer": .configuration(own)])
    }
    var sketch = Sketch(layers: [own, dense(2)])
    sketch.data = unevenData(samples: 7, inputs: [4, 3], targets: [2])
    let plan = try sketch.plan(registry)
    #expect(plan.variant.components.map(\.name) == ["acme_sparse_normal"])
    let trainer = Trainer(plan: plan, kernels: .reference)
    let results = try #require(trainer.train(Self.trials, keepsHistory: true))
    for (number, result) in results.enumerated() {
      #expect(result.status == .completed)
      #expect(result.agrees(with: try alone(plan, number)))
    }
  }

  /// A layer is given in the backward pass what it kept in the forward pass.
  @Test func aLayerKeepsWhatItNeeds() throws {
    let registry = try ComponentRegistry([.layer(Keeping.self), .layer(Lazy.self)])
    let keeping = try Sketch(layers: [dense(3), Configuration(kind: "keeping"), dense(2)])
      .plan(registry)
    let lazy = try Sketch(layers: [dense(3), Configuration(kind: "lazy", arguments: [:]), dense(2)])
      .plan(registry)
    #expect(
      try alone(keeping, 2).measurements?.weightsDigest
        == (try alone(lazy, 2).measurements?.weightsDigest))
  }

  /// What a layer does not write is 0, not what another batch or trial left there.
  @Test func whatIsNotWrittenIsZero() throws {
    let registry = try ComponentRegistry([.layer(Lazy.self), .layer(LearnedScale.self)])
    var sketch = Sketch(layers: [dense(3), Configuration(kind: "lazy"), dense(2)])
    sketch.epochs = 5
    let plan = try sketch.plan(registry)
    let trainer = Trainer(plan: plan, kernels: .reference)
    for number in [0, 1, 0, 4, 0] {
      let results = try #require(
        trainer.train([Self.trials[number]], keepsHistory: true))
      #expect(results[0].agrees(with: try alone(plan, number)))
    }
  }

  /// The noise of a layer depends on its path: two of them do not do the same.
  @Test func layersDrawNoiseOfTheirOwn() throws {
    let one = try Sketch(layers: [scale(noise: 0.5), dense(2)]).plan(registry)
    var renamed = scale(noise: 0.5)
    renamed = Configuration(
      kind: renamed.kind, arguments: renamed.arguments.merging(["name": .text("other")]) { $1 })
    let other = try Sketch(layers: [renamed, dense(2)]).plan(registry)
    #expect(!(try alone(one, 0).agrees(with: try alone(other, 0))))
  }

  /// A variable that is not trainable changes in training alone, and may stand before one that is.
  @Test func aLayerKeepsItsOwnState() throws {
    let registry = try ComponentRegistry([.layer(Counting.self)])
    var sketch = Sketch(layers: [Configuration(kind: "counting"), dense(2)])
    sketch.epochs = 4
    let plan = try sketch.plan(registry)
    #expect(
      plan.variables.prefix(2).map(\.path) == ["counting/offset", "counting/batches"])
    let trainer = Trainer(plan: plan, kernels: .reference)
    _ = try #require(trainer.train([Self.trials[0]], keepsHistory: true))
    // Seven samples in threes are three batches; measuring counts none.
    #expect(trainer.variableValues(lane: 0)[1] == [12])
    #expect(trainer.variableValues(lane: 0)[0] != [0])
  }
}

/// A layer that writes its output and its gradients only for positive inputs.
private struct Lazy: CustomLayer {
  static let name = "lazy"
  static let version = 1
  static let summary = ""
  let outputShape: [Int]

  init(_ configuration: Configuration, inputShape: [Int]) { outputShape = inputShape }

  func forward(_ batch: ForwardBatch) {
    for place in batch.input.indices where batch.input[place] > 0 {
      batch.output[place] = batch.input[place]
    }
  }

  func backward(_ batch: BackwardBatch) {
    for place in batch.input.indices where batch.input[place] > 0 {
      batch.inputGradient[place] = batch.outputGradient[place]
    }
  }
}

/// The same as the lazy one, by what it keeps.
private struct Keeping: CustomLayer {
  static let name = "keeping"
  static let version = 1
  static let summary = ""
  let outputShape: [Int]
  var retainedWidth: Int { outputShape.reduce(1, *) }

  init(_ configuration: Configuration, inputShape: [Int]) { outputShape = inputShape }

  func forward(_ batch: ForwardBatch) {
    for place in batch.input.indices {
      batch.retained[place] = batch.input[place] > 0 ? 1 : 0
      batch.output[place] = batch.input[place] > 0 ? batch.input[place] : 0
    }
  }

  func backward(_ batch: BackwardBatch) {
    #expect(batch.retained.count == batch.input.count)
    for place in batch.input.indices where batch.retained[place] == 1 {
      batch.inputGradient[place] = batch.outputGradient[place]
    }
  }
}

/// A layer that adds an offset, and counts the batches that it was trained with.
private struct Counting: CustomLayer {
  static let name = "counting"
  static let version = 1
  static let summary = ""
  let outputShape: [Int]
  let variables = [
    CustomVariable("batches", shape: [], initializer: .zeros, isTrainable: false),
    CustomVariable("offset", shape: [1], initializer: .zeros),
  ]

  init(_ configuration: Configuration, inputShape: [Int]) { outputShape = inputShape }

  func forward(_ batch: ForwardBatch) {
    if batch.isTraining { batch.state(0)[0] += 1 }
    for place in batch.input.indices {
      batch.output[place] = batch.input[place] + batch.variables[1][0]
    }
  }

  func backward(_ batch: BackwardBatch) {
    #expect(batch.gradients[0].count == 0)
    for place in batch.outputGradient.indices {
      batch.gradients[1][0] += batch.outputGradient[place]
      batch.inputGradient[place] = batch.outputGradient[place]
    }
  }
}
