import Kernels
import SweepModel
import Testing
import Training

/// Dropout, cross-entropies and validation, as parts of a training.
@Suite struct ClassifierTests {
  private func trials(_ numbers: [UInt64]) -> [(index: TrialIndex, seed: TrialSeed)] {
    numbers.map { (TrialIndex($0), TrialSeed($0 &* 0x9e37_79b9_7f4a_7c15)) }
  }

  /// Any trial keeps its bits beside others, after others and with other kernels.
  @Test func trialsWithDropoutAreIsolated() throws {
    let plan = try VariantSketch.classifier().plan()
    let fresh = try trials([0, 1, 2, 3, 4]).map { trial in
      let trainer = Trainer(plan: plan, kernels: .reference, lanes: 1)
      return try #require(trainer.train([trial], keepsHistory: true)?.first)
    }
    // The seeds give different results, or there would be nothing to mix up.
    #expect(Set(fresh.compactMap { $0.measurements?.historyDigest }).count == 5)
    for kernels in KernelSet.available {
      let trainer = Trainer(plan: plan, kernels: kernels, lanes: 16)
      let packs: [[UInt64]] = [
        [3], [0, 1, 2, 3, 4], [4, 4, 0], [2], Array(repeating: 1, count: 16),
      ]
      for order in packs {
        let results = try #require(trainer.train(trials(order), keepsHistory: true))
        for (result, number) in zip(results, order) {
          #expect(result.agrees(with: fresh[Int(number)]), "\(kernels), \(order)")
        }
      }
    }
  }

  /// What a dropout draws depends on its name alone, so another layer changes no mask.
  @Test func aDropoutThatKeepsAllChangesNothing() throws {
    let results = try [
      [dense(8, "relu"), dropout(0.4, name: "d"), dense(3, "softmax")],
      [dropout(0), dense(8, "relu"), dropout(0.4, name: "d"), dense(3, "softmax")],
    ].map { layers in
      let trainer = Trainer(
        plan: try VariantSketch.classifier(layers).plan(), kernels: try .selected, lanes: 1)
      return try #require(trainer.train([firstTrial], keepsHistory: false)?.first?.measurements)
    }
    #expect(results[0].agrees(with: results[1]))
  }

  @Test func dropoutIsOfTrainingAlone() throws {
    // With steps of size 0 the two forward passes differ by the dropout alone.
    var sketch = VariantSketch.classifier()
    sketch.optimizer = sgd(rate: 0)
    sketch.validationSplit = 0
    sketch.epochs = 2
    let columns = sketch.variant.historyColumns.count
    let dropped = try measurements(sketch)
    #expect(dropped.history[0] != dropped.metrics[0])
    #expect(dropped.history[0] != dropped.history[columns])
    sketch.layers = [dense(8, "relu"), dense(5, "relu"), dense(3, "softmax")]
    #expect(try measurements(sketch).metrics == dropped.metrics)
  }

  private func measurements(_ sketch: VariantSketch) throws -> TrialResult.Measurements {
    let trainer = Trainer(plan: try sketch.plan(), kernels: try .selected, lanes: 1)
    return try #require(trainer.train([firstTrial], keepsHistory: true)?.first?.measurements)
  }

  @Test func validationHasItsOwnColumnsAndTakesNoPartInTraining() throws {
    let sketch = VariantSketch.classifier()
    let names = [sparse, "sparse_categorical_accuracy"]
    #expect(sketch.variant.metricNames == names + names.map { "val_" + $0 })
    #expect(
      sketch.variant.historyColumns == ["loss"] + names + ["val_loss"] + names.map { "val_" + $0 })
    let whole = try measurements(sketch)
    #expect(whole.history.count == 18)
    // The loss is the metric of its name, and the last row's validation is the trial's.
    #expect(whole.history[0] == whole.history[1] && whole.history[3] == whole.history[4])
    #expect(Array(whole.history[16...]) == Array(whole.metrics[2...]))

    // 15 of 20 samples train. Without the others the training is the same.
    var first = sketch
    first.data = classData(samples: 15, inputs: 6, classes: 3)
    first.validationSplit = 0
    let alone = try measurements(first)
    #expect(alone.weightsDigest == whole.weightsDigest)
    #expect(alone.metrics == Array(whole.metrics[..<2]))
    #expect(alone.history == [0, 1, 2, 6, 7, 8, 12, 13, 14].map { whole.history[$0] })
  }

  /// Trained as logits with `from_logits` and as a softmax, a network is the same.
  @Test func aSoftmaxAndLogitsAreTheSame() throws {
    var softmax = VariantSketch.classifier([dense(4, "tanh"), dense(3, "softmax")])
    var logits = VariantSketch.classifier([dense(4, "tanh"), dense(3)])
    logits.loss = entropy(sparse, fromLogits: true)
    logits.metrics = [logits.loss]
    softmax.metrics = [softmax.loss]
    #expect(try measurements(softmax).agrees(with: try measurements(logits)))
  }

  /// One-hot vectors and class numbers are the same targets.
  @Test func bothFormsOfTargetsGiveTheSameBits() throws {
    let numbers = VariantSketch.classifier()
    var oneHot = numbers
    oneHot.data = classData(samples: 20, inputs: 6, classes: 3, oneHot: true)
    oneHot.loss = entropy(categorical)
    oneHot.metrics = [entropy(categorical), Configuration(kind: "categorical_accuracy")]
    #expect(try measurements(oneHot).agrees(with: try measurements(numbers)))
  }

  @Test func aStopDuringValidationGivesNothing() throws {
    let trainer = Trainer(
      plan: try VariantSketch.classifier().plan(), kernels: try .selected, lanes: 1)
    var seen: [TrainingProgress] = []
    let stopped = trainer.train([firstTrial], keepsHistory: false) { progress in
      seen.append(progress)
      return seen.count == 3 ? .stop : .proceed
    }
    // Two batches, and the piece that validates.
    #expect(stopped == nil)
    #expect(seen.map(\.epoch) == [0, 0, 0] && seen.map(\.steps) == [1, 2, 2])
  }
}
