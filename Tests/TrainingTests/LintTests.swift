import SweepModel
import Testing

@testable import Training

/// What is probably not meant, and what is left alone.
@Suite struct LintTests {
  private func warnings(_ sketch: VariantSketch) throws -> [TrainingWarning] {
    try sketch.plan().warnings
  }

  private func expect(
    _ sketch: VariantSketch, _ path: String, _ part: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let found = try warnings(sketch)
    #expect(
      found.contains { $0.path == path && "\($0.reason): \($0.mending)".contains(part) },
      "\(found)", sourceLocation: sourceLocation)
  }

  /// A regression of values from −0.8 to 0.8.
  private func regression(_ last: String = "linear") -> VariantSketch {
    VariantSketch(
      layers: [dense(4, "relu"), dense(1, Configuration(kind: last))],
      data: unevenData(samples: 20, inputs: 3, targets: 1))
  }

  private func oneHot() -> VariantSketch {
    var sketch = VariantSketch.classifier(
      data: classData(samples: 20, inputs: 6, classes: 3, oneHot: true))
    sketch.loss = configured(.loss, categorical)
    sketch.metrics = [configured(.metric, "categorical_accuracy")]
    return sketch
  }

  @Test func whatIsWellMadeHasNoWarnings() throws {
    #expect(try warnings(regression()).isEmpty)
    #expect(try warnings(regression("tanh")).isEmpty)
    #expect(try warnings(.classifier()).isEmpty)
    #expect(try warnings(oneHot()).isEmpty)
  }

  @Test func trialsThatCannotDiffer() throws {
    var sketch = regression()
    sketch.start = StartingState(variableCount: 4)
    #expect(try warnings(sketch).isEmpty)
    sketch.start?.values = [12, 4, 4, 1].map { Array(repeating: 0.5, count: $0) }
    try expect(sketch, "initial_weights", "all trials are identical")
    sketch.shuffle = true
    #expect(try warnings(sketch).isEmpty)
    sketch.shuffle = false
    sketch.layers.insert(dropout(0.5), at: 1)
    #expect(try warnings(sketch).isEmpty)
  }

  @Test func targetsThatCannotBeReached() throws {
    try expect(
      regression("relu"), "model[1].dense.activation", "targets are below 0, where relu never is")
    try expect(regression("sigmoid"), "model[1].dense.activation", "outside 0 to 1")
    try expect(
      regression("hard_sigmoid_keras2"), "model[1].dense.activation", "all that hard_sigmoid_keras2"
    )
    var positive = regression("relu")
    positive.data = TrainingData(
      sampleCount: 2, inputShape: [3], targetShape: [1], inputs: [0, 1, 2, 3, 4, 5],
      targets: [1, 2])
    try expect(positive, "model[1].dense.activation", "or softplus")
    positive.layers[1] = dense(1, "tanh")
    try expect(positive, "model[1].dense.activation", "scale the targets")
  }

  @Test func aSoftmaxWithALossForQuantities() throws {
    var sketch = oneHot()
    sketch.loss = configured(.loss, "mean_squared_error")
    try expect(sketch, "training.loss", "use categorical_crossentropy")
    sketch.loss = configured(.loss, "binary_crossentropy")
    try expect(sketch, "training.loss", "those of a softmax add up to 1")
  }

  @Test func lossesOfProbabilitiesOnOtherValues() throws {
    var sketch = oneHot()
    sketch.layers = [dense(3)]
    sketch.loss = configured(.loss, "binary_crossentropy")
    try expect(sketch, "training.loss", "set from_logits: true")
    sketch.loss = configured(.loss, "kl_divergence")
    try expect(sketch, "training.loss", "give the last layer the activation softmax")
    sketch.loss = configured(.loss, "binary_crossentropy", ["from_logits": .boolean(true)])
    sketch.metrics = [configured(.metric, "precision")]
    try expect(sketch, "metrics[0]", "set thresholds: 0")
    sketch.metrics = [configured(.metric, "precision", ["thresholds": .number(0)])]
    #expect(try warnings(sketch).isEmpty)
  }

  @Test func aCrossEntropyOfAHardSigmoid() throws {
    var sketch = oneHot()
    sketch.layers = [dense(3, "hard_sigmoid")]
    sketch.loss = configured(.loss, "binary_crossentropy")
    sketch.metrics = [configured(.metric, "binary_accuracy")]
    try expect(sketch, "model[0].dense.activation", "has no gradient there")
    // They are probabilities, so that nothing else is wrong with them.
    #expect(try warnings(sketch).count == 1)
    sketch.loss = configured(.loss, "binary_crossentropy", ["from_logits": .boolean(true)])
    try expect(sketch, "model[0].dense.activation", "take one of the two out")
  }

  @Test func aDropoutOfThePredictions() throws {
    var sketch = regression()
    sketch.layers.append(dropout(0.5))
    try expect(sketch, "model[2].dropout", "put it before the last layer with units")
    sketch.layers[2] = dropout(0)
    #expect(try warnings(sketch).isEmpty)
  }

  @Test func metricsOfAnotherTask() throws {
    var sketch = oneHot()
    sketch.metrics = [
      configured(.metric, "categorical_accuracy"), configured(.metric, "mean_squared_error"),
    ]
    try expect(sketch, "metrics[1]", "use categorical_accuracy")
    sketch = VariantSketch(
      layers: [dense(2)], data: unevenData(samples: 20, inputs: 3, targets: 2),
      metrics: [configured(.metric, "categorical_accuracy")])
    try expect(sketch, "metrics[0]", "mean_squared_error trains quantities")
    sketch.layers = [dense(1)]
    sketch.data = unevenData(samples: 20, inputs: 3, targets: 1)
    try expect(sketch, "metrics[0]", "always 1")
  }

  @Test func validationOfWhatIsNotTrained() throws {
    var sketch = VariantSketch.classifier()
    func sorted(_ numbers: [Int]) -> TrainingData {
      TrainingData(
        sampleCount: 20, inputShape: [6], targetShape: [1], inputs: sketch.data.inputs,
        targets: numbers.map { Float($0) })
    }
    sketch.data = sorted((0..<20).map { $0 / 7 })
    try expect(sketch, "training.validation_split", "samples are sorted by their classes")
    sketch.data = sorted((0..<20).map { $0 < 15 ? $0 % 2 : 2 })
    try expect(sketch, "training.validation_split", "class 2 is only among them, never trained")
    sketch.validationSplit = 0
    #expect(try warnings(sketch).isEmpty)
    sketch = oneHot()
    sketch.data = TrainingData(
      sampleCount: 20, inputShape: [6], targetShape: [3], inputs: sketch.data.inputs,
      targets: (0..<20).flatMap { sample in
        (0..<3).map { $0 == (sample < 15 ? 0 : sample % 2 + 1) ? Float(1) : 0 }
      })
    try expect(sketch, "training.validation_split", "2 classes, 1 the first of them, are only")
  }

  @Test func inputsThatWereNotScaled() throws {
    var sketch = regression()
    func scaled(_ values: [Float]) -> TrainingData {
      TrainingData(
        sampleCount: 20, inputShape: [3], targetShape: [1],
        inputs: (0..<60).map { values[$0 % values.count] }, targets: sketch.data.targets)
    }
    sketch.data = scaled([0, 255, 17, 128])
    try expect(sketch, "data", "divide them by 255")
    sketch.data = scaled([-40, 30])
    try expect(sketch, "data", "scale the inputs to about −1 to 1")
    // One that stands out is no scale, and small ones need none.
    sketch.data = scaled([0, 0.5, 12, 1, 0, 1, 1, 0.5, 0, 0])
    #expect(try warnings(sketch).isEmpty)
    sketch.data = scaled([7.5, 4])
    #expect(try warnings(sketch).isEmpty)
  }

  /// Pictures whose rows are steps.
  @Test func stepsThatWereNotScaled() throws {
    var sketch = regression()
    sketch.layers = [recurrent("lstm", 2), dense(1)]
    sketch.data = TrainingData(
      sampleCount: 20, inputShape: [3, 2], targetShape: [1],
      inputs: (0..<120).map { [0, 255, 17][$0 % 3] }, targets: sketch.data.targets)
    try expect(sketch, "data", "divide them by 255")
  }
}
