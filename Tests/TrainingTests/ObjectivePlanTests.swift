import Kernels
import SweepModel
import Testing

@testable import Training

/// Losses and metrics in a training: bits on every set and in packs, and what a plan refuses.
@Suite struct ObjectivePlanTests {
  /// One prediction, or three, of samples whose targets are 0 and 1 in turn.
  private func binary(
    _ last: Configuration, targets: Int = 1, loss: String = "binary_crossentropy"
  ) -> VariantSketch {
    let inputs = unevenData(samples: 20, inputs: 4, targets: 1).inputs
    let values = (0..<20 * targets).map { Float(($0 * 7 + 3) % 5 % 2) }
    return VariantSketch(
      layers: [dense(5, "tanh"), dense(Int64(targets), last)],
      data: TrainingData(
        sampleCount: 20, inputShape: [4], targetShape: [targets], inputs: inputs, targets: values),
      loss: configured(.loss, loss), optimizer: adam(rate: 0.05), epochs: 4,
      batchSize: .samples(8), shuffle: true, validationSplit: 0.25,
      metrics: ["binary_accuracy", "auc", "precision", "r2_score"].map { configured(.metric, $0) })
  }

  private func measure(
    _ sketch: VariantSketch, _ kernels: KernelSet = .reference, lanes: Int = 1, of trial: Int = 0
  ) throws -> TrialResult.Measurements {
    let trainer = Trainer(plan: try sketch.plan(), kernels: kernels, lanes: lanes)
    let trials = (0..<lanes).map { lane in
      (index: TrialIndex(UInt64(lane)), seed: TrialSeed(UInt64(lane) &* 0x9e37_79b9_7f4a_7c15))
    }
    let result = try #require(trainer.train(trials, keepsHistory: true)?[trial])
    return try #require(result.measurements)
  }

  @Test(arguments: [
    "binary_crossentropy", "mean_absolute_error", "mean_absolute_percentage_error", "huber",
    "kl_divergence", "mean_squared_error",
  ])
  func everySetAndPackGivesTheReferencesBits(_ loss: String) throws {
    for targets in [1, 3] {
      let sketch = binary("sigmoid", targets: targets, loss: loss)
      let expected = try measure(sketch)
      let isFinite = expected.history.allSatisfy { $0.isFinite }
      #expect(isFinite)
      for kernels in KernelSet.available {
        #expect(try measure(sketch, kernels).agrees(with: expected), "\(kernels)")
        #expect(try measure(sketch, kernels, lanes: 5).agrees(with: expected), "\(kernels)")
      }
    }
  }

  /// A sigmoid that is left to the loss, and logits that are declared.
  @Test func aSigmoidIsPartOfItsCrossEntropy() throws {
    let sigmoid = binary("sigmoid")
    var logits = binary("linear")
    logits.loss = configured(.loss, "binary_crossentropy", ["from_logits": .boolean(true)])
    logits.metrics = [logits.loss]
    var own = sigmoid
    own.metrics = [own.loss]
    let (fused, declared) = (try measure(own), try measure(logits))
    #expect(fused.weightsDigest == declared.weightsDigest && fused.metrics == declared.metrics)
    let plan = try sigmoid.plan()
    #expect(plan.fused == .sigmoid)
    // What the metrics see are probabilities.
    logits.metrics = [configured(.metric, "binary_accuracy", ["threshold": .number(0)])]
    let (seen, counted) = (try measure(sigmoid), try measure(logits))
    #expect(seen.metrics[0] == counted.metrics[0])
  }

  @Test func probabilitiesOfASoftmaxAreMeasured() throws {
    var sketch = VariantSketch.classifier(
      data: classData(samples: 20, inputs: 6, classes: 3, oneHot: true))
    sketch.loss = configured(.loss, categorical)
    sketch.metrics = [configured(.metric, "mean_squared_error"), configured(.metric, "f1_score")]
    let fused = try measure(sketch)
    #expect(fused.metrics[0] > 0 && fused.metrics[0] < 1)
    for kernels in KernelSet.available {
      #expect(try measure(sketch, kernels, lanes: 16).agrees(with: fused))
    }
    // A softmax that stays in its layer gives the same probabilities of the same weights.
    sketch.optimizer = sgd(rate: 0)
    let untrained = try measure(sketch)
    sketch.loss = configured(.loss, "mean_squared_error")
    let apart = try measure(sketch)
    #expect(apart.metrics == untrained.metrics)
  }

  @Test func smoothingOfNothingChangesNoBit() throws {
    var sketch = VariantSketch.classifier(
      data: classData(samples: 20, inputs: 6, classes: 3, oneHot: true))
    sketch.loss = configured(.loss, categorical)
    sketch.metrics = [configured(.metric, "categorical_accuracy")]
    let expected = try measure(sketch)
    sketch.loss = configured(.loss, categorical, ["label_smoothing": .number(0)])
    let same = try measure(sketch)
    #expect(same.agrees(with: expected))
    sketch.loss = configured(.loss, categorical, ["label_smoothing": .number(0.1)])
    let other = try measure(sketch)
    #expect(!other.agrees(with: expected))
  }

  /// Each gradient against the slope of the mean loss in binary64, by training one step.
  @Test(arguments: ["binary_crossentropy", "huber", "kl_divergence", "mean_absolute_error"])
  func gradientsAreSlopes(_ kind: String) throws {
    var sketch = binary("sigmoid", targets: 3, loss: kind)
    sketch.layers = [dense(3, kind == "kl_divergence" ? "softmax" : "sigmoid")]
    sketch.validationSplit = 0
    sketch.epochs = 1
    sketch.batchSize = .all
    sketch.shuffle = false
    sketch.metrics = [sketch.loss]
    /// Values before a step of rate 1, or after it.
    func values(rate: Double) throws -> [[Float]] {
      var own = sketch
      own.optimizer = sgd(rate: rate)
      let trainer = Trainer(plan: try own.plan(), kernels: .reference, lanes: 1)
      _ = trainer.train([firstTrial], keepsHistory: false)
      return trainer.variableValues(lane: 0)
    }
    let (start, end) = (try values(rate: 0), try values(rate: 1))
    let network = PlainObjective(kind: kind, data: sketch.data)
    for variable in start.indices {
      for element in start[variable].indices {
        let gradient = Double(start[variable][element]) - Double(end[variable][element])
        let slope = network.slope(at: start, variable: variable, element: element)
        #expect(abs(gradient - slope) < 1e-5 + 1e-4 * abs(slope), "\(kind) \(variable) \(element)")
      }
    }
  }

  private func expectError(
    _ part: String, in sketch: VariantSketch, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let error = #expect(throws: TrainingError.self, sourceLocation: sourceLocation) {
      try sketch.plan()
    }
    #expect(
      error?.message.contains(part) == true, "\(String(describing: error))",
      sourceLocation: sourceLocation)
  }

  @Test(arguments: ["accuracy", "acc"])
  func anAccuracyThatMayBeAnyIsAnErrorThatNamesIt(_ kind: String) {
    var sketch = binary("sigmoid")
    sketch.metrics = [Configuration(kind: kind)]
    expectError("write binary_accuracy, for the model predicts one value", in: sketch)
    sketch.layers[1] = dense(1)
    expectError("binary_accuracy, with threshold: 0 if", in: sketch)
    sketch = binary("sigmoid", targets: 3)
    sketch.metrics = [Configuration(kind: kind)]
    expectError("write binary_accuracy, for the model ends with a sigmoid", in: sketch)
    sketch = .classifier()
    sketch.metrics = [Configuration(kind: kind)]
    expectError("write sparse_categorical_accuracy, for the model predicts 3", in: sketch)
    sketch.data = classData(samples: 20, inputs: 6, classes: 3, oneHot: true)
    sketch.loss = configured(.loss, categorical)
    expectError("write categorical_accuracy, for the model predicts 3", in: sketch)
    sketch.layers = [dense(1)]
    sketch.data = unevenData(samples: 20, inputs: 6, targets: 1)
    sketch.loss = configured(.loss, "mean_squared_error")
    expectError("none of them fits, for the model predicts one value", in: sketch)
    sketch.layers = [dense(2)]
    sketch.data = unevenData(samples: 20, inputs: 6, targets: 2)
    expectError("none of them fits, for the targets are neither", in: sketch)
  }

  @Test func metricsOfOnePredictionAreErrorsOfClasses() {
    var sketch = VariantSketch.classifier()
    for (kind, advice) in [
      ("binary_accuracy", "use sparse_categorical_accuracy"), ("auc", "or f1_score"),
      ("precision", "choose one with class_id"), ("recall", "choose one with class_id"),
    ] {
      sketch.metrics = [configured(.metric, kind)]
      expectError("judges each prediction alone, but the model tells 3 classes apart", in: sketch)
      expectError(advice, in: sketch)
    }
    sketch.metrics = [configured(.metric, "precision", ["class_id": .number(3)])]
    expectError("the classes are 0 to 2", in: sketch)
    sketch.metrics = [configured(.metric, "sparse_top_k_categorical_accuracy")]
    expectError("always 1", in: sketch)
  }

  @Test func targetsThatDoNotFitAreErrors() {
    var sketch = binary("sigmoid")
    sketch.data = unevenData(samples: 20, inputs: 4, targets: 1)
    expectError("binary_crossentropy needs targets from 0 to 1", in: sketch)
    sketch.loss = configured(.loss, "mean_squared_error")
    expectError("binary_accuracy needs targets 0 or 1", in: sketch)
    sketch = binary("sigmoid")
    sketch.loss = configured(.loss, "binary_crossentropy", ["from_logits": .boolean(true)])
    expectError("take one of the two out", in: sketch)
    sketch = binary("sigmoid")
    sketch.metrics = [configured(.metric, "f1_score")]
    expectError("set threshold: 0.5", in: sketch)
    sketch.metrics = [configured(.metric, "auc", ["curve": .text("PR")])]
    expectError("set summation_method", in: sketch)
  }
}

/// A dense layer and a loss of its three predictions in binary64, in the most direct way.
private struct PlainObjective {
  let kind: String
  let data: TrainingData

  func slope(at values: [[Float]], variable: Int, element: Int) -> Double {
    let distance = 1e-6
    var values = values.map { $0.map(Double.init) }
    values[variable][element] += distance
    let above = loss(values)
    values[variable][element] -= 2 * distance
    return (above - loss(values)) / (2 * distance)
  }

  private func loss(_ values: [[Double]]) -> Double {
    var sum = 0.0
    for sample in 0..<data.sampleCount {
      let x = data.inputs[sample * 4..<sample * 4 + 4].map(Double.init)
      let logits = (0..<3).map { unit in
        (0..<4).reduce(values[1][unit]) { $0 + x[$1] * values[0][$1 * 3 + unit] }
      }
      let powers = logits.map(exponential)
      let total = powers.reduce(0, +)
      for (unit, z) in logits.enumerated() {
        let y = Double(data.targets[sample * 3 + unit])
        sum += term(kind == "kl_divergence" ? powers[unit] / total : 1 / (1 + exponential(-z)), y)
      }
    }
    return sum / Double(data.sampleCount)
  }

  private func term(_ p: Double, _ y: Double) -> Double {
    let difference = p - y
    return switch kind {
    case "huber": difference * difference / 2 / 3
    case "mean_absolute_error": abs(difference) / 3
    case "kl_divergence": y == 0 ? 1e-7 * (logarithm(1e-7) - logarithm(p)) : -y * logarithm(p)
    default: -(y * logarithm(p) + (1 - y) * logarithm(1 - p)) / 3
    }
  }

  /// The power series, after halving the argument until it is small.
  private func exponential(_ x: Double) -> Double {
    if abs(x) > 0.5 {
      let half = exponential(x / 2)
      return half * half
    }
    return (1...18).reversed().reduce(1.0) { 1 + x / Double($1) * $0 }
  }

  /// Newton's method on the exponential, from the power of 2 below.
  private func logarithm(_ y: Double) -> Double {
    (0..<6).reduce(Double(y.exponent) * 0.6931471805599453) { x, _ in
      x - 1 + y / exponential(x)
    }
  }
}
