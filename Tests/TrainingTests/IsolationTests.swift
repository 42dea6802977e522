import Kernels
import Randomness
import SweepModel
import Testing

@testable import Training

/// A trial starts from its own fresh state, whatever ran before it or runs beside it.
///
/// The situation: a copied model was only a second name for the first, so that the second learning
/// rate went on where the first had ended.
@Suite struct IsolationTests {
  private typealias Trial = (index: TrialIndex, seed: TrialSeed)

  private static func trial(_ number: UInt64) -> Trial {
    (TrialIndex(number), TrialSeed(0x9E37_79B9_7F4A_7C15 &* (number + 1)))
  }

  /// The network of the situation, in small: two hidden layers with dropout, and RMSprop.
  private static func sketch(rate: Double = 0.001) -> VariantSketch {
    var sketch = VariantSketch.classifier()
    sketch.optimizer = rmsprop(rate: rate)
    return sketch
  }

  /// Other variants: of another rate, another optimizer with more slots, other widths, and one whose
  /// trials diverge.
  private static let others: [VariantSketch] = {
    var adam = sketch()
    adam.optimizer = TrainingTests.adam(rate: 0.1)
    let wider = VariantSketch.classifier([dense(31, "tanh"), dropout(0.5), dense(3, "softmax")])
    var diverging = VariantSketch.classifier([dense(9), dense(3, "softmax")])
    diverging.optimizer = sgd(rate: 1e38)
    return [sketch(rate: 0.0001), adam, wider, diverging]
  }()

  private static let trials = (0..<3).map { trial($0) }

  /// A tagger: what its layers keep from step to step, and the moving averages, must not stay either.
  private static let tagger: VariantSketch = {
    var sketch = VariantSketch.classifier([
      embedding(9, 4, masks: true), recurrent("lstm", 5, sequences: true), dropout(0.3),
      normalization("batch_normalization"), dense(3, "softmax"),
    ])
    let words = sentences(20, length: 6, words: 9, targets: 1).inputs
    let tags = words.map { word in Float(Int(word) * 2 % 3) }
    sketch.data = TrainingData(
      sampleCount: 20, inputShape: [6], targetShape: [6], inputs: words, targets: tags)
    return sketch
  }()

  private static let subjects = [sketch(), tagger]

  /// What the trials give, each by a trainer that never did anything else.
  private func alone(_ kernels: KernelSet, _ sketch: VariantSketch) throws -> [TrialResult] {
    try Self.trials.map { trial in
      let trainer = Trainer(plan: try sketch.plan(), kernels: kernels, lanes: 1)
      return try #require(trainer.train([trial], keepsHistory: true)?.first)
    }
  }

  private func expectSame(_ own: [TrialResult]?, _ expected: [TrialResult], _ comment: Comment) {
    #expect(own?.count == expected.count, comment)
    for (own, expected) in zip(own ?? [], expected) {
      #expect(own.agrees(with: expected), comment)
      let bits = [own, expected].map { $0.measurements?.history.map(\.bitPattern) }
      #expect(bits[0] == bits[1], comment)
    }
  }

  @Test(arguments: KernelSet.available, [0, 1]) func afterTwentyTrialsOfOtherVariants(
    kernels: KernelSet, subject: Int
  ) throws {
    let sketch = Self.subjects[subject]
    let expected = try alone(kernels, sketch)
    for number in 0..<20 {
      let other = Self.others[number % Self.others.count]
      let trainer = Trainer(plan: try other.plan(), kernels: kernels)
      #expect(trainer.train([Self.trial(UInt64(number + 50))], keepsHistory: true) != nil)
    }
    let trainer = Trainer(plan: try sketch.plan(), kernels: kernels, lanes: 1)
    for (trial, expected) in zip(Self.trials, expected) {
      expectSame(trainer.train([trial], keepsHistory: true), [expected], "after others")
    }
  }

  /// The same trainer, as the same slot has it, in any order and twice.
  @Test(arguments: KernelSet.available, [1, 4, 16]) func afterTrialsOfItsOwnVariant(
    kernels: KernelSet, lanes: Int
  ) throws {
    for sketch in Self.subjects {
      let expected = try alone(kernels, sketch)
      let trainer = Trainer(plan: try sketch.plan(), kernels: kernels, lanes: lanes)
      #expect(trainer.train([Self.trial(99)], keepsHistory: false) != nil)
      for order in [[0, 1, 2], [2, 1, 0], [1]] {
        for number in order {
          let result = trainer.train([Self.trials[number]], keepsHistory: true)
          expectSame(result, [expected[number]], "in the order \(order)")
        }
      }
    }
  }

  @Test(arguments: KernelSet.available, [3, 7, 16]) func besideOthersInAPack(
    kernels: KernelSet, lanes: Int
  ) throws {
    for sketch in Self.subjects {
      let expected = try alone(kernels, sketch)
      let trainer = Trainer(plan: try sketch.plan(), kernels: kernels, lanes: lanes)
      for shift in [0, lanes - 3] {
        var pack = (0..<lanes).map { Self.trial(UInt64($0 + 200)) }
        pack.replaceSubrange(shift..<shift + 3, with: Self.trials)
        let results = trainer.train(pack, keepsHistory: true)
        expectSame(results.map { Array($0[shift..<shift + 3]) }, expected, "at lane \(shift)")
      }
    }
  }

  /// A variant whose trials end at different epochs or diverge, by the size of their first weights.
  private static let fragile: VariantSketch = {
    var sketch = VariantSketch.classifier([dense(8), dense(3)])
    sketch.loss = Configuration(kind: "mean_squared_error")
    sketch.metrics = [Configuration(kind: "mean_squared_error")]
    sketch.data = unevenData(samples: 20, inputs: 6, targets: 3)
    sketch.optimizer = sgd(rate: 2.2, momentum: 0.9)
    sketch.epochs = 60
    return sketch
  }()

  @Test(arguments: KernelSet.available) func afterADivergedTrialAndBesideIt(
    kernels: KernelSet
  ) throws {
    let plan = try Self.fragile.plan()
    let fresh = { Trainer(plan: plan, kernels: kernels, lanes: 1) }
    let candidates = (0..<16).map { Self.trial(UInt64($0)) }
    let expected = try candidates.map { trial in
      try #require(fresh().train([trial], keepsHistory: true)?.first)
    }
    let diverged = expected.indices.filter { expected[$0].status == .diverged }
    try #require(!diverged.isEmpty, "none of the trials diverges")
    let epochs = Set(expected.map { $0.measurements?.history.count ?? 0 })
    #expect(epochs.count > 1, "all end in the same epoch, so that nothing is shown")

    let slot = fresh()
    for number in expected.indices {
      #expect(slot.train([candidates[diverged[0]]], keepsHistory: true) != nil)
      expectSame(
        slot.train([candidates[number]], keepsHistory: true), [expected[number]], "after it")
    }
    let pack = Trainer(plan: plan, kernels: kernels, lanes: 16)
    expectSame(pack.train(candidates, keepsHistory: true), expected, "beside it")
    expectSame(pack.train(candidates, keepsHistory: true), expected, "after the pack with it")
  }

  /// With a rate of 0 a trial ends where it began: at the values that its own seed draws.
  @Test(arguments: [0.001, 0.0]) func theSecondVariantStartsFromItsOwnInitialisation(
    firstRate: Double
  ) throws {
    let kernels = KernelSet.available[KernelSet.available.count - 1]
    let first = Trainer(plan: try Self.sketch(rate: firstRate).plan(), kernels: kernels)
    #expect(first.train([Self.trials[0]], keepsHistory: true) != nil)
    let second = Trainer(plan: try Self.sketch(rate: 0).plan(), kernels: kernels, lanes: 1)
    #expect(second.train([Self.trials[0]], keepsHistory: true) != nil)

    let seed = Self.trials[0].seed
    for (variable, values) in zip(second.plan.variables, second.variableValues(lane: 0)) {
      guard variable.path.hasSuffix("/kernel") else {
        #expect(values.allSatisfy { $0 == 0 }, "\(variable.path)")
        continue
      }
      // The contract's own words, one by one.
      let instance = RandomStream.instance(ofPath: variable.path)
      let limit = Float((6 / Double(variable.shape[0] + variable.shape[1])).squareRoot())
      for (element, value) in values.enumerated() {
        let word = RandomStream.initialization.word(
          seed: seed, instance: instance, step: 0, element: UInt32(element))
        #expect(value == (2 * RandomStream.uniform(word) - 1) * limit, "\(variable.path)")
      }
    }
  }
}
