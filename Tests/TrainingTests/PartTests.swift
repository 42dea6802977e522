import Kernels
import SweepModel
import Testing

@testable import Training

/// Samples that validate, test, or count differently.
@Suite struct PartTests {
  private func train(_ sketch: VariantSketch, lanes: Int? = 1) throws -> TrialResult.Measurements {
    let trainer = Trainer(
      plan: try sketch.plan(), kernels: .reference, lanes: lanes, layerByLayer: true)
    let result = try #require(trainer.train([firstTrial], keepsHistory: true)?.first)
    return try #require(result.measurements)
  }

  private func divided(_ data: TrainingData, _ parts: DataParts) -> TrainingData {
    TrainingData(
      sampleCount: data.sampleCount, inputShape: data.inputShape, targetShape: data.targetShape,
      inputs: data.inputs, targets: data.targets, parts: parts)
  }

  @Test func aPartForValidationIsWhatASplitSetsAside() throws {
    let whole = VariantSketch.classifier()
    var parted = whole
    parted.validationSplit = 0
    parted.data = divided(whole.data, DataParts(training: 15, validation: 5))
    let (expected, own) = (try train(whole), try train(parted))
    #expect(own.agrees(with: expected))
    #expect(own.history == expected.history)
  }

  @Test func testSamplesAreMeasuredOnlyAtTheEnd() throws {
    var sketch = VariantSketch.classifier()
    sketch.validationSplit = 0
    sketch.data = divided(sketch.data, DataParts(training: 12, validation: 5, test: 3))
    let tested = try train(sketch)
    #expect(
      sketch.variant.metricNames == [
        sparse, "sparse_categorical_accuracy", "val_\(sparse)", "val_sparse_categorical_accuracy",
        "test_\(sparse)", "test_sparse_categorical_accuracy",
      ])
    #expect(tested.metrics.count == 6)
    #expect(tested.history.count == 3 * 6)

    // The same samples at the place of those that validate are measured the same.
    let data = sketch.data
    let swapped = Array(0..<12) + Array(17..<20) + Array(12..<17)
    sketch.data = TrainingData(
      sampleCount: 20, inputShape: data.inputShape, targetShape: data.targetShape,
      inputs: swapped.flatMap { data.inputs[$0 * 6..<$0 * 6 + 6] },
      targets: swapped.map { data.targets[$0] },
      parts: DataParts(training: 12, validation: 3, test: 5))
    let other = try train(sketch)
    #expect(other.weightsDigest == tested.weightsDigest)
    #expect(Array(tested.metrics[4...5]) == Array(other.metrics[2...3]))
  }

  @Test func aSplitBesideAPartForValidationIsAnError() {
    var sketch = VariantSketch.classifier()
    sketch.data = divided(sketch.data, DataParts(training: 15, validation: 5))
    #expect {
      _ = try sketch.plan()
    } throws: {
      "\($0)".contains("training.validation_split: the dataset has 5 samples for validation")
    }
  }

  @Test(arguments: [1, 3]) func weightsOfOneChangeNoBit(lanes: Int) throws {
    var sketch = VariantSketch.classifier()
    let expected = try train(sketch, lanes: lanes)
    sketch.classWeights = [1, 1, 1]
    #expect(try train(sketch, lanes: lanes).agrees(with: expected))
  }

  @Test func aWeightOfTwoIsAStepTwiceAsLong() throws {
    var sketch = VariantSketch.classifier([dense(3, "softmax")])
    sketch.optimizer = sgd(rate: 0.25)
    let expected = try train(sketch)
    sketch.optimizer = sgd(rate: 0.125)
    #expect(try train(sketch).weightsDigest != expected.weightsDigest)
    sketch.classWeights = [2, 2, 2]
    let doubled = try train(sketch)
    #expect(doubled.weightsDigest == expected.weightsDigest)
    #expect(doubled.metrics == expected.metrics)
    // The loss of the training samples is weighed, that of the others is not; metrics never are.
    #expect(abs(doubled.history[0] - 2 * expected.history[0]) < 1e-6)
    #expect(doubled.history[1] == expected.history[1])
    #expect(doubled.history[3] == expected.history[3])
  }

  @Test func aSampleThatCountsNothingTeachesNothing() throws {
    var sketch = VariantSketch.classifier([dense(3, "softmax")])
    let data = sketch.data
    func changed(first value: Float) -> TrainingData {
      var inputs = data.inputs
      inputs[0] = value
      var weights = [Float](repeating: 1, count: 20)
      weights[0] = 0
      return TrainingData(
        sampleCount: 20, inputShape: [6], targetShape: [1], inputs: inputs, targets: data.targets,
        sampleWeights: weights)
    }
    sketch.data = changed(first: 0.5)
    let expected = try train(sketch)
    sketch.data = changed(first: -3)
    #expect(try train(sketch).weightsDigest == expected.weightsDigest)
  }

  @Test(arguments: [2, 4]) func classWeightsMustFitTheClasses(count: Int) {
    var sketch = VariantSketch.classifier()
    sketch.classWeights = Array(repeating: 1, count: count)
    #expect {
      _ = try sketch.plan()
    } throws: {
      "\($0)".contains("training.class_weight: there are \(count) weights for 3 classes")
    }
  }

  @Test func classWeightsMustFitTheTargetsOfOnePrediction() {
    var sketch = VariantSketch.classifier([dense(1)])
    sketch.loss = "mean_squared_error"
    sketch.metrics = ["mean_squared_error"]
    sketch.classWeights = [1, 1]
    #expect {
      _ = try sketch.plan()
    } throws: {
      "\($0)".contains("training.class_weight: sample ") && "\($0)".contains("the classes 0 to 1")
    }
  }
}

extension PartTests {
  /// Sentences without a word are nothing to learn from, and no reason to diverge.
  @Test func aMaskThatLeavesNothingIsNoDivergence() throws {
    var sketch = VariantSketch.classifier([
      embedding(9, 4, masks: true), recurrent("lstm", 5, sequences: true), dense(3, "softmax"),
    ])
    sketch.data = TrainingData(
      sampleCount: 20, inputShape: [6], targetShape: [6],
      inputs: Array(repeating: 0, count: 120), targets: Array(repeating: 1, count: 120))
    let trainer = Trainer(plan: try sketch.plan(), kernels: .reference, lanes: 1)
    let result = try #require(trainer.train([firstTrial], keepsHistory: true)?.first)
    #expect(result.status == .completed)
    #expect(result.measurements?.metrics == [0, 0, 0, 0])
  }

  @Test func aClassForEachPositionNeedsPositions() {
    var sketch = VariantSketch.classifier([
      embedding(9, 4), recurrent("lstm", 5), dense(3, "softmax"),
    ])
    sketch.data = sentences(20, length: 6, words: 9, targets: 6)
    #expect {
      _ = try sketch.plan()
    } throws: {
      "\($0)".contains("return_sequences: true")
    }
  }
}
