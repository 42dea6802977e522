import Kernels
import SweepModel
import Testing

@testable import Training

/// Trainings that begin with values from elsewhere, and layers and weights that are not trained.
@Suite struct StartTests {
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

  static let optimizers: [Configuration] = [
    configuration("sgd", ["learning_rate": .number(0.05)]),
    configuration(
      "sgd",
      ["momentum": .number(0.9), "nesterov": .boolean(true), "weight_decay": .number(0.01)]),
    configuration("sgd", ["learning_rate": .configuration(decay)]),
    configuration("adam", ["learning_rate": .number(0.01), "global_clipnorm": .number(0.5)]),
    configuration("adamw", ["learning_rate": .number(0.01)]),
    configuration("nadam", ["learning_rate": .number(0.01)]),
    configuration("adagrad", ["learning_rate": .number(0.1)]),
    configuration(
      "rmsprop",
      ["learning_rate": .number(0.01), "momentum": .number(0.5), "centered": .boolean(true)]),
  ]

  /// The results of a pack, and the values that its last trial left.
  func trained(
    _ plan: TrainingPlan, lanes: Int = 1
  ) throws -> (results: [TrialResult], values: [[Float]]) {
    let trainer = Trainer(plan: plan, kernels: try KernelSet.selected, lanes: lanes)
    let trials = (0..<lanes).map { (TrialIndex(UInt64($0)), TrialSeed(7 + UInt64($0))) }
    let results = try #require(trainer.train(trials, keepsHistory: true))
    return (results, trainer.variableValues(lane: lanes - 1))
  }

  private func frozen(_ layer: Configuration) -> Configuration {
    Configuration(
      kind: layer.kind, arguments: layer.arguments.merging(["trainable": false]) { $1 })
  }

  // MARK: Layers that are not trained

  /// Below the first layer that is trained, the others only prepare its inputs.
  @Test(arguments: [1, 5]) func frozenFirstLayersAreAPreparation(lanes: Int) throws {
    let data = classData(samples: 20, inputs: 6, classes: 3)
    let body = dense(8, "tanh", name: "body")
    let head = [dense(5, "relu", name: "middle"), dense(3, "softmax", name: "head")]
    let whole = VariantSketch.classifier([frozen(body)] + head, data: data)
    let plan = try whole.plan()
    #expect(plan.variables.map(\.isTrainable) == [false, false, true, true, true, true])
    let (results, values) = try trained(plan, lanes: lanes)

    // What an untrained layer is: the same draws, and no step.
    var untrained = VariantSketch.classifier([body] + head, data: data)
    untrained.optimizer = sgd(rate: 0)
    let first = Array(try trained(untrained.plan(), lanes: lanes).values.prefix(2))
    #expect(Array(values.prefix(2)) == first, "the frozen layer has its first values")

    let bodyPlan = try VariantSketch(
      layers: [body], data: unevenData(samples: 20, inputs: 6, targets: 8)
    ).plan()
    let features = TrainingProbe(plan: bodyPlan, kernels: try KernelSet.selected)
      .predictions(values: first)
    let prepared = TrainingData(
      sampleCount: 20, inputShape: [8], targetShape: [1], inputs: features, targets: data.targets)
    let seed = 7 + UInt64(lanes) - 1
    let headTrainer = Trainer(
      plan: try VariantSketch.classifier(head, data: prepared).plan(),
      kernels: try KernelSet.selected, lanes: 1)
    let alone = try #require(
      headTrainer.train([(TrialIndex(0), TrialSeed(seed))], keepsHistory: true)?.first)
    #expect(Array(values.dropFirst(2)) == headTrainer.variableValues(lane: 0))
    let (own, other) = (results[lanes - 1].measurements, alone.measurements)
    #expect(own?.history == other?.history && own?.metrics == other?.metrics)
  }

  /// A frozen batch normalization is a dense layer with a diagonal kernel: gradients pass through it, and
  /// its moving averages stay.
  @Test func frozenBatchNormalizationIsAnAffineMap() throws {
    let data = unevenData(samples: 12, inputs: 4, targets: 2)
    let layers = [dense(3, "tanh"), frozen(normalization("batch_normalization")), dense(2)]
    let (gamma, beta): ([Float], [Float]) = ([1.5, -0.5, 2], [0.25, 1, -1])
    let (mean, variance): ([Float], [Float]) = ([0.5, -0.25, 0.125], [0.5, 2, 0.75])
    var sketch = VariantSketch(layers: layers, data: data)
    (sketch.epochs, sketch.batchSize, sketch.optimizer) = (3, .samples(5), sgd(rate: 0.1))
    var state = StartingState(variableCount: 8)
    state.values[2...5] = [gamma, beta, mean, variance]
    sketch.start = state
    let plan = try sketch.plan()
    let values = try trained(plan).values
    #expect(Array(values[2...5]) == [gamma, beta, mean, variance])

    var kernel = [Float](repeating: 0, count: 9)
    var bias = beta
    for place in 0..<3 {
      let scale = Double(gamma[place]) / (Double(variance[place]) + 0.001).squareRoot()
      kernel[4 * place] = Float(scale)
      bias[place] = Float(Double(beta[place]) - Double(mean[place]) * scale)
    }
    var affine = sketch
    affine.layers = [dense(3, "tanh"), frozen(dense(3, name: "affine")), dense(2, name: "dense_1")]
    var other = StartingState(variableCount: 6)
    other.values[2...3] = [kernel, bias]
    affine.start = other
    let expected = try trained(affine.plan()).values
    for (own, wanted) in [(0, 0), (1, 1), (6, 4), (7, 5)] {
      for (value, reference) in zip(values[own], expected[wanted]) {
        #expect(abs(value - reference) < 2e-6)
      }
    }
    // And the first layer has learnt through it.
    sketch.optimizer = sgd(rate: 0)
    #expect(try trained(sketch.plan()).values[0] != values[0])
  }

  @Test func aLayerThatIsTrainedSaysNothing() throws {
    var explicit = dense(3)
    explicit = Configuration(
      kind: "dense", arguments: explicit.arguments.merging(["trainable": true]) { $1 })
    let data = unevenData(samples: 4, inputs: 2, targets: 3)
    let plan = try VariantSketch(layers: [explicit], data: data).plan()
    #expect(!plan.variables.contains { !$0.isTrainable })
    let nothing = try VariantSketch(layers: [frozen(dense(3))], data: data).plan()
    #expect(try trained(nothing, lanes: 3).results.allSatisfy { $0.measurements != nil })
  }

  // MARK: Values from elsewhere

  /// Two epochs, and two that go on with weights and the optimizer's state, are four.
  @Test(arguments: optimizers, [1, 3])
  func trainingGoesOnWithTheOptimizersState(_ optimizer: Configuration, lanes: Int) throws {
    var sketch = VariantSketch.classifier(
      [dense(8, "relu"), normalization("batch_normalization"), dense(3, "softmax")])
    (sketch.shuffle, sketch.optimizer, sketch.epochs) = (false, optimizer, 2)
    let half = try sketch.plan()
    var state = StartingState(variableCount: half.variables.count)
    let trainer = Trainer(plan: half, kernels: try KernelSet.selected, lanes: 1)
    _ = try trainer.trainAlone(
      firstTrial, keepsHistory: true,
      finished: { snapshot, _ in
        let values = snapshot.tensors.map { ($0.tensor.name, Array($0.values)) }
        state.values = values.filter { !$0.0.hasPrefix("@") }.map(\.1)
        let slots = (0..<half.optimizer.slotCount).map { slot in
          values.filter { $0.0.hasPrefix("@optimizer/\(slot)/") }.map(\.1)
        }
        state.optimizer = .init(steps: snapshot.position.steps, slots: slots)
      })
    sketch.start = state
    let results = try trained(sketch.plan(), lanes: lanes).results
    (sketch.start, sketch.epochs) = (nil, 4)
    let whole = try #require(
      Trainer(plan: try sketch.plan(), kernels: try KernelSet.selected, lanes: 1)
        .train([firstTrial], keepsHistory: true)?.first)
    // Every lane began with the same, and nothing is drawn after that.
    for result in results {
      #expect(result.measurements?.weightsDigest == whole.measurements?.weightsDigest)
      #expect(result.measurements?.metrics == whole.measurements?.metrics)
    }
    sketch.epochs = 2
    state.optimizer = nil
    sketch.start = state
    let anew = try trained(sketch.plan()).results[0].measurements
    let keepsNothing = optimizer.kind == "sgd" && half.optimizer.slotCount == 0
    let goesByNumbers = half.optimizer.rates.isConstant == false
    #expect(
      (anew?.weightsDigest == whole.measurements?.weightsDigest)
        == (keepsNothing && !goesByNumbers), "an optimizer that begins anew")
  }

  /// Small networks are trained in one call; what they begin with is the same.
  @Test func stacksBeginWithGivenValues() throws {
    var sketch = VariantSketch(
      layers: [dense(4, "tanh"), dense(2)],
      data: unevenData(samples: 12, inputs: 3, targets: 2))
    (sketch.epochs, sketch.batchSize) = (3, .samples(4))
    var state = StartingState(variableCount: 4)
    state.values[0] = (0..<12).map { Float($0) / 12 - 0.5 }
    sketch.start = state
    let plan = try sketch.plan()
    let trainer = Trainer(plan: plan, kernels: try KernelSet.selected)
    #expect(trainer.trainsStacks)
    let trials = (0..<3).map { (TrialIndex(UInt64($0)), TrialSeed(UInt64($0))) }
    let pack = try #require(trainer.train(trials, keepsHistory: true))
    for (trial, result) in zip(trials, pack) {
      let alone = Trainer(plan: plan, kernels: try KernelSet.selected, lanes: 1)
        .train([trial], keepsHistory: true)
      #expect(alone?.first?.outcome == result.outcome)
    }
  }

  // MARK: Weights that stay 0

  /// Without the weights of one input, the model is that of data without this input.
  @Test(arguments: optimizers, [1, 3])
  func prunedWeightsAreAsIfTheyWereNotThere(_ optimizer: Configuration, lanes: Int) throws {
    let full = unevenData(samples: 12, inputs: 4, targets: 2)
    let less = TrainingData(
      sampleCount: 12, inputShape: [3], targetShape: [2],
      inputs: full.inputs.enumerated().filter { $0.offset % 4 != 2 }.map(\.element),
      targets: full.targets)
    let kernel = (0..<20).map { Float($0 * 7 % 20) / 20 - 0.45 }
    var sketch = VariantSketch(layers: [dense(5, "tanh"), dense(2)], data: full)
    (sketch.epochs, sketch.batchSize, sketch.optimizer) = (3, .samples(5), optimizer)
    var state = StartingState(variableCount: 4)
    state.values[0] = kernel
    state.pruned[0] = Array(10..<15)
    sketch.start = state
    let pruned = try trained(sketch.plan(), lanes: lanes)
    #expect(pruned.values[0][10..<15].allSatisfy { $0.bitPattern == 0 })

    var reference = sketch
    reference.data = less
    var rest = StartingState(variableCount: 4)
    rest.values[0] = Array(kernel[..<10] + kernel[15...])
    reference.start = rest
    let expected = try trained(reference.plan(), lanes: lanes)
    #expect(Array(pruned.values[0][..<10] + pruned.values[0][15...]) == expected.values[0])
    #expect(Array(pruned.values[1...]) == Array(expected.values[1...]))
    for (own, other) in zip(pruned.results, expected.results) {
      #expect(own.measurements?.history == other.measurements?.history)
    }
  }

  // MARK: What does not fit

  @Test func otherStatesThanTheVariantsAreRefused() throws {
    let data = unevenData(samples: 4, inputs: 2, targets: 3)
    var sketch = VariantSketch(layers: [dense(3)], data: data)
    var state = StartingState(variableCount: 2)
    state.values[0] = [1, 2, 3, 4, 5, 6]
    sketch.start = state
    let variant = sketch.variant
    func complaint(_ given: StartingState?, _ variant: ResolvedVariant) -> String? {
      do {
        _ = try TrainingPlan(variant: variant, data: data, startingState: given)
        return nil
      } catch {
        return error.description
      }
    }
    #expect(complaint(state, variant) == nil)
    #expect(complaint(nil, variant)?.contains("start_sha256 is absent here") == true)
    var other = state
    other.values[0]?[5] = 7
    #expect(complaint(other, variant)?.contains("other values than the variant is for") == true)
    func ofItsOwn(_ state: StartingState) -> String? {
      var sketch = sketch
      sketch.start = state
      return complaint(state, sketch.variant)
    }
    #expect(
      ofItsOwn(StartingState(variableCount: 3))?.contains("3 variables, and the model has 2")
        == true)
    other.values[0] = [1]
    #expect(ofItsOwn(other)?.contains("do not fit its shape [2, 3]") == true)
    other = state
    other.pruned[1] = [3]
    #expect(ofItsOwn(other)?.contains("do not fit its shape [3]") == true)
    other = state
    other.optimizer = .init(steps: 3, slots: [[[0]]])
    #expect(ofItsOwn(other)?.contains("another optimizer") == true)
    other.optimizer = .init(steps: -1, slots: [])
    #expect(ofItsOwn(other)?.contains("-1 steps") == true)
    other.optimizer = .init(steps: Int.max, slots: [])
    #expect(ofItsOwn(other)?.contains("steps cannot go on") == true)
  }

  /// Independent of this code: hashlib on the same bytes.
  @Test func theDigestIsOfTheDocumentedBytes() {
    var state = StartingState(variableCount: 3)
    state.values[0] = [1, -0.0, .nan]
    state.pruned[1] = [2, 5]
    state.optimizer = .init(steps: 9, slots: [[[0.5]]])
    #expect(state.digest.hex == "4a1fd72c70749cde34d41ca02c7feff2e26387f509f67ae4055aab0107a0c401")
  }
}

extension ArgumentValue: ExpressibleByBooleanLiteral {
  /// A switch.
  public init(booleanLiteral value: Bool) { self = .boolean(value) }
}
