import SweepModel
import Testing
import Training

/// What a plan refuses of classifiers, and where it says so.
@Suite struct ClassifierPlanTests {
  private func expectError(
    _ path: String, _ part: String, sourceLocation: SourceLocation = #_sourceLocation,
    _ change: (inout VariantSketch) -> Void
  ) {
    var sketch = VariantSketch.classifier()
    change(&sketch)
    let error = #expect(throws: TrainingError.self, sourceLocation: sourceLocation) {
      try sketch.plan()
    }
    #expect(error?.path == path, sourceLocation: sourceLocation)
    #expect(
      error?.message.contains(part) == true, "\(String(describing: error))",
      sourceLocation: sourceLocation)
    #expect(error?.description.contains("\n") == false, sourceLocation: sourceLocation)
  }

  private func replaceTarget(_ sketch: inout VariantSketch, at place: Int, by value: Float) {
    var targets = sketch.data.targets
    targets[place] = value
    sketch.data = TrainingData(
      sampleCount: sketch.data.sampleCount, inputShape: sketch.data.inputShape,
      targetShape: sketch.data.targetShape, inputs: sketch.data.inputs, targets: targets)
  }

  @Test func aCrossEntropyTakesTheSoftmaxOfTheLastLayerOnly() {
    expectError("training.loss", "give the last layer the activation softmax") {
      $0.layers = [dense(8), dense(3, "softmax"), dropout(0.1)]
    }
    expectError("metrics[0]", "give the last layer the activation softmax") {
      $0.layers[4] = dense(3)
      $0.data = classData(samples: 20, inputs: 6, classes: 3, oneHot: true)
      $0.loss = Configuration(kind: "mean_squared_error")
      $0.metrics = [entropy(categorical)]
    }
  }

  @Test func aSoftmaxOverOneValueIsAnError() {
    expectError("model[0].dense.activation", "always 1") { $0.layers[0] = dense(1, "softmax") }
  }

  @Test func lossesSayWhetherTheyTakeLogits() {
    expectError("training.loss", "set from_logits: true") { $0.layers[4] = dense(3) }
    expectError("training.loss", "take one of the two out") {
      $0.loss = entropy(sparse, fromLogits: true)
    }
    expectError("metrics[0]", "take one of the two out") {
      $0.metrics = [entropy(sparse, fromLogits: true)]
    }
  }

  @Test func shapesThatDoNotFitAreErrors() {
    expectError("training.loss", "for class numbers use sparse_categorical_crossentropy") {
      $0.loss = entropy(categorical)
    }
    expectError("training.loss", "for one-hot targets use categorical_crossentropy") {
      $0.data = classData(samples: 20, inputs: 6, classes: 3, oneHot: true)
    }
    expectError("training.loss", "predictions' shape [3], but they have shape [4]") {
      $0.data = classData(samples: 20, inputs: 6, classes: 4, oneHot: true)
      $0.loss = entropy(categorical)
    }
    expectError("metrics[0]", "for class numbers use sparse_categorical_accuracy") {
      $0.metrics = [Configuration(kind: "categorical_accuracy")]
    }
    expectError("training.loss", "always 1") {
      $0.layers[4] = dense(1, "softmax")
      $0.data = classData(samples: 20, inputs: 6, classes: 1)
    }
    expectError(
      "training.loss", "one class number for each of the predictions, which have shape [2, 3]"
    ) {
      let flat = classData(samples: 20, inputs: 6, classes: 3)
      $0.data = TrainingData(
        sampleCount: 20, inputShape: [2, 3], targetShape: [1], inputs: flat.inputs,
        targets: flat.targets)
    }
  }

  @Test(arguments: [-1, 0.5, 3, .nan, .infinity])
  func targetsThatAreNoClassesAreErrors(_ value: Float) {
    expectError("training.loss", "sample 17 has the target") {
      replaceTarget(&$0, at: 17, by: value)
    }
    // As a metric beside a loss that takes any targets.
    expectError("metrics[0]", "with 1 unit in the last layer the only class is 0") {
      $0.layers[4] = dense(1)
      $0.loss = Configuration(kind: "mean_squared_error")
      $0.data = classData(samples: 20, inputs: 6, classes: 1)
      $0.metrics = [Configuration(kind: "sparse_categorical_accuracy")]
      replaceTarget(&$0, at: 19, by: value)
    }
  }

  @Test(arguments: [-0.5, 0.5, 2, .nan])
  func targetsThatAreNoProbabilitiesAreErrors(_ value: Float) {
    expectError("training.loss", "the target of sample 6") {
      $0.data = classData(samples: 20, inputs: 6, classes: 3, oneHot: true)
      $0.loss = entropy(categorical)
      $0.metrics = []
      replaceTarget(&$0, at: 19, by: value)
    }
  }

  @Test func ratesAndSplitsOutOfBoundsAreErrors() throws {
    expectError("model[1].dropout.rate", "up to 1") { $0.layers[1] = dropout(1.5) }
    expectError("model[1].dropout.rate", "missing") {
      $0.layers[1] = Configuration(kind: "dropout")
    }
    expectError("training.validation_split", "not from 0 and below 1") { $0.validationSplit = 1 }
    expectError("training.validation_split", "not from 0 and below 1") { $0.validationSplit = .nan }
    expectError("training.validation_split", "0.96 of 20 samples leaves none to train on") {
      $0.validationSplit = 0.96
    }
    expectError("training.validation_split", "of 20 samples leaves none to validate with") {
      $0.validationSplit = 1e-17
    }
    var sketch = VariantSketch.classifier()
    for split in [0.01, 0.95] {
      sketch.validationSplit = split
      _ = try sketch.plan()
    }
  }
}
