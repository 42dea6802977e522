import Kernels
import Randomness
import SweepModel
import Testing
import Training

/// Stacks trained in one call against the same trained layer by layer, which is the specification.
@Suite struct StackTests {
  static let kernels = KernelSet.available.filter(\.trainsStacks)

  @Test(arguments: kernels)
  func aStackHasTheBitsOfItsLayers(_ kernels: KernelSet) throws {
    // Without instructions for fma each is a dozen operations in binary64.
    let sketches = kernels.name == "baseline" ? 20 : 120
    var packed = 0
    var drawn = 0
    while packed < sketches, drawn < 4 * sketches {
      drawn += 1
      var random = StackSource()
      let sketch = random.sketch()
      // A wide one is not trained in packs; with a small cache that is one in five.
      guard try sketch.plan().packLanes == 16 else { continue }
      packed += 1
      let lanes = random.number(in: 2...16)
      try expectSameBits(
        sketch, random.trials(lanes), kernels, "seed \(random.seed), \(sketch)")
    }
    #expect(packed == sketches, "of \(drawn) sketches")
  }

  /// One input, hidden units, one prediction: such steps have a path of their own.
  @Test(arguments: kernels)
  func narrowStacksHaveTheBitsOfTheirLayers(_ kernels: KernelSet) throws {
    // As above, fewer where each fma is a dozen operations.
    for _ in 0..<(kernels.name == "baseline" ? 20 : 120) {
      var random = StackSource()
      let sketch = random.narrowSketch()
      try expectSameBits(sketch, random.trials(16), kernels, "seed \(random.seed), \(sketch)")
    }
  }

  @Test(arguments: kernels)
  func lanesThatDivergeLeaveTheOthersAlone(_ kernels: KernelSet) throws {
    // At this rate some trials diverge, in different epochs.
    var sketch = VariantSketch(
      layers: [dense(4, "relu"), dense(1)], data: unevenData(samples: 6, inputs: 2, targets: 1))
    sketch.optimizer = sgd(rate: 1.6)
    sketch.epochs = 60
    var random = StackSource(seed: 5)
    let results = try expectSameBits(sketch, random.trials(16), kernels, "diverging")
    #expect(Set(results.map(\.status)) == [.completed, .diverged])
    let epochs = results.compactMap { result -> Int? in
      if case .diverged(let epoch, _) = result.outcome { epoch } else { nil }
    }
    #expect(Set(epochs).count > 1)
  }

  @Test(arguments: kernels)
  func historiesOfManyCallsAreWhole(_ kernels: KernelSet) throws {
    // More epochs than wait to be hashed, and several rates for each.
    var sketch = VariantSketch(
      layers: [dense(2, "tanh"), dense(1)], data: unevenData(samples: 5, inputs: 1, targets: 1))
    sketch.optimizer = adam()
    sketch.epochs = 600
    sketch.batchSize = .samples(2)
    sketch.shuffle = true
    var random = StackSource(seed: 6)
    try expectSameBits(sketch, random.trials(16), kernels, "long")
  }

  /// Seeds whose orders of 13 samples need a word to be drawn again in epoch 0 or 1, found by
  /// trying: one in 10⁸ does.
  @Test(arguments: kernels)
  func wordsOfFewSamplesAreDrawnAgain(_ kernels: KernelSet) throws {
    var sketch = VariantSketch(
      layers: [dense(3)], data: unevenData(samples: 13, inputs: 2, targets: 3))
    sketch.epochs = 2
    sketch.batchSize = .samples(4)
    sketch.shuffle = true
    let seeds: [UInt64] = [7, 0x3b2_efe4, 8, 0x525_2014, 9, 10, 11, 12, 13, 14, 0x8cb_7a44]
    let trials = seeds.map { (index: TrialIndex($0), seed: TrialSeed($0)) }
    try expectSameBits(sketch, trials, kernels, "drawn again")
  }

  @Test func whatIsNoStackIsTrainedLayerByLayer() throws {
    let flat = unevenData(samples: 8, inputs: 3, targets: 2)
    let ranked = TrainingData(
      sampleCount: 4, inputShape: [2, 3], targetShape: [2, 2], inputs: flat.inputs,
      targets: flat.targets)
    let isStack = try [flat, ranked].map { data in
      let plan = try VariantSketch(layers: [dense(4, "relu"), dense(2)], data: data).plan()
      return try #require(Self.kernels.last.map { Trainer(plan: plan, kernels: $0) }).trainsStacks
    }
    #expect(isStack == [true, false])
    let plan = try VariantSketch(layers: [dense(2)], data: flat).plan()
    #expect(!Trainer(plan: plan, kernels: .reference).trainsStacks)
  }

  @Test(arguments: kernels)
  func progressComesAfterEveryCallAndStops(_ kernels: KernelSet) throws {
    var sketch = VariantSketch(
      layers: [dense(2), dense(1)], data: unevenData(samples: 5, inputs: 1, targets: 1))
    sketch.epochs = 1000
    let trainer = Trainer(plan: try sketch.plan(), kernels: kernels)
    var random = StackSource(seed: 7)
    let trials = random.trials(4)
    var seen: [TrainingProgress] = []
    let expected = trainer.train(trials, keepsHistory: true) { progress in
      seen.append(progress)
      return .proceed
    }
    #expect(seen.count > 2)
    #expect(zip(seen, seen.dropFirst()).allSatisfy { $0.epoch < $1.epoch })
    #expect(seen.dropLast().allSatisfy { $0.steps == $0.epoch + 1 })
    #expect(seen.last?.epoch == 1000)
    #expect(seen.last?.steps == 1000)
    for calls in [1, 2, seen.count] {
      var count = 0
      let stopped = trainer.train(trials, keepsHistory: true) { _ in
        count += 1
        return count == calls ? .stop : .proceed
      }
      #expect(stopped == nil)
      #expect(count == calls)
    }
    let again = trainer.train(trials, keepsHistory: true)
    #expect(again?.map(\.outcome) == expected?.map(\.outcome))
  }

  /// Trains both ways; the results of the stack.
  @discardableResult
  private func expectSameBits(
    _ sketch: VariantSketch, _ trials: [(index: TrialIndex, seed: TrialSeed)],
    _ kernels: KernelSet, _ comment: String
  ) throws -> [TrialResult] {
    let plan = try sketch.plan()
    let stack = Trainer(plan: plan, kernels: kernels, lanes: 16)
    #expect(stack.trainsStacks)
    let layers = Trainer(plan: plan, kernels: kernels, lanes: 16, layerByLayer: true)
    #expect(!layers.trainsStacks)
    let results = try #require(stack.train(trials, keepsHistory: true))
    let expected = try #require(layers.train(trials, keepsHistory: true))
    #expect(results.map(\.index) == expected.map(\.index))
    #expect(results.map(\.seed) == expected.map(\.seed))
    let agree = zip(results, expected).allSatisfy { $0.agrees(with: $1) }
    #expect(agree, "\(comment), \(kernels)")
    for (own, other) in zip(results, expected) {
      guard let own = own.measurements, let other = other.measurements else { continue }
      #expect(own.variableFingerprints == other.variableFingerprints)
      // As bits, for NaN is not equal to itself.
      #expect(own.history.map(\.bitPattern) == other.history.map(\.bitPattern), "\(comment)")
    }
    let hashed = try #require(stack.train(trials, keepsHistory: false))
    #expect(zip(hashed, results).allSatisfy { $0.agrees(with: $1) })
    #expect(hashed.allSatisfy { $0.measurements?.history.isEmpty == true })
    return results
  }
}

/// Random stacks that a printed seed gives again.
private struct StackSource {
  let seed: UInt64
  private var words: SplitMix64

  init(seed: UInt64 = .random(in: .min ... .max)) {
    self.seed = seed
    words = SplitMix64(state: seed)
  }

  mutating func number(in range: ClosedRange<Int>) -> Int {
    range.lowerBound + Int(words.next() % UInt64(range.count))
  }

  private mutating func one<Element>(of elements: [Element]) -> Element {
    elements[number(in: 0...elements.count - 1)]
  }

  mutating func trials(_ count: Int) -> [(index: TrialIndex, seed: TrialSeed)] {
    (0..<count).map { (TrialIndex(UInt64($0)), TrialSeed(words.next())) }
  }

  mutating func sketch() -> VariantSketch {
    let layers = (0..<number(in: 1...4)).map { _ in
      dense(
        Int64(one(of: [1, number(in: 1...20), 40])),
        one(of: ["linear", "relu", "tanh", "sigmoid"]), bias: one(of: [true, true, false]),
        biasInitializer: one(of: ["zeros", "ones", "glorot_uniform"]))
    }
    return sketch(layers, inputs: number(in: 1...20))
  }

  mutating func narrowSketch() -> VariantSketch {
    let hidden = dense(
      Int64(number(in: 1...20)), one(of: ["linear", "relu"]), bias: one(of: [true, true, false]))
    return sketch([hidden, dense(1, bias: one(of: [true, true, false]))], inputs: 1)
  }

  private mutating func sketch(_ layers: [Configuration], inputs: Int) -> VariantSketch {
    let units = layers.last.map { $0.arguments["units"] }
    guard case .integer(let targets) = units else { preconditionFailure("dense has units") }
    let samples = number(in: 1...40)
    var sketch = VariantSketch(
      layers: layers,
      data: unevenData(samples: samples, inputs: inputs, targets: Int(targets)))
    let rate = one(of: [0.05, 0.05, 0.05, 1e20])
    sketch.optimizer = one(of: [
      sgd(rate: rate), sgd(rate: rate, momentum: 0.9),
      sgd(rate: rate, momentum: 0.9, nesterov: true), adam(rate: rate), rmsprop(rate: rate),
    ])
    sketch.epochs = number(in: 1...10)
    sketch.batchSize = one(of: [.all, .samples(number(in: 1...samples))])
    sketch.shuffle = one(of: [true, true, false])
    sketch.metrics = Array(
      repeating: Configuration(kind: "mean_squared_error"), count: number(in: 0...1))
    return sketch
  }
}
