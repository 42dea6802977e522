import Kernels
import SweepModel
import Testing
import Training

/// What a trainer promises beside the bits: progress, stops, histories, endings.
@Suite struct TrainerTests {
  private func sketch() -> VariantSketch {
    VariantSketch(
      layers: [dense(5, "tanh"), dense(2)], data: unevenData(samples: 10, inputs: 3, targets: 2),
      optimizer: adam(), epochs: 4, batchSize: .samples(4), shuffle: true)
  }

  private func trials(_ count: UInt64) -> [(index: TrialIndex, seed: TrialSeed)] {
    (0..<count).map { (TrialIndex($0), TrialSeed($0 &* 0x9e37_79b9_7f4a_7c15)) }
  }

  @Test func progressIsReportedAfterEveryBatchAndWhileEvaluating() throws {
    let trainer = Trainer(
      plan: try sketch().plan(), kernels: try .selected, lanes: nil, layerByLayer: true)
    var seen: [TrainingProgress] = []
    _ = trainer.train(trials(3), keepsHistory: false) { progress in
      seen.append(progress)
      return .proceed
    }
    // 3 batches in each of 4 epochs, then one piece of evaluation.
    #expect(seen.map(\.epoch) == [0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4])
    #expect(seen.map(\.steps) == Array(1...12) + [12])
  }

  @Test(arguments: [1, 5, 12, 13])
  func aStoppedTrainingGivesNothingAndLeavesNothing(calls: Int) throws {
    let trainer = Trainer(
      plan: try sketch().plan(), kernels: try .selected, lanes: nil, layerByLayer: true)
    let expected = try #require(trainer.train(trials(4), keepsHistory: true))
    var count = 0
    let stopped = trainer.train(trials(4), keepsHistory: true) { _ in
      count += 1
      return count == calls ? .stop : .proceed
    }
    #expect(stopped == nil)
    #expect(count == calls)
    let again = try #require(trainer.train(trials(4), keepsHistory: true))
    #expect(zip(again, expected).allSatisfy { $0.agrees(with: $1) })
  }

  @Test func theHistoryHasARowForEveryEpochOrIsOnlyHashed() throws {
    let plan = try sketch().plan()
    let trainer = Trainer(plan: plan, kernels: try .selected)
    let kept = try #require(trainer.train(trials(2), keepsHistory: true))
    let hashed = try #require(trainer.train(trials(2), keepsHistory: false))
    for (kept, hashed) in zip(kept, hashed) {
      let measurements = try #require(kept.measurements)
      #expect(measurements.history.count == 4 * plan.variant.historyColumns.count)
      #expect(hashed.measurements?.history == [])
      #expect(hashed.measurements?.historyDigest == measurements.historyDigest)
      let bytes = measurements.history.flatMap {
        withUnsafeBytes(of: $0.bitPattern.littleEndian, Array.init)
      }
      #expect(HistoryDigest(hashing: bytes) == measurements.historyDigest)
    }
  }

  @Test func longHistoriesAreHashedWhole() throws {
    var sketch = sketch()
    sketch.epochs = 600
    let trainer = Trainer(plan: try sketch.plan(), kernels: try .selected)
    for result in try #require(trainer.train(trials(2), keepsHistory: true)) {
      let measurements = try #require(result.measurements)
      #expect(measurements.history.count == 1200)
      let bytes = measurements.history.flatMap {
        withUnsafeBytes(of: $0.bitPattern.littleEndian, Array.init)
      }
      #expect(HistoryDigest(hashing: bytes) == measurements.historyDigest)
    }
  }

  @Test func aModelWithoutMetricsTrains() throws {
    var sketch = sketch()
    sketch.metrics = []
    let trainer = Trainer(plan: try sketch.plan(), kernels: try .selected)
    let result = try #require(trainer.train(trials(1), keepsHistory: true)?.first)
    #expect(result.status == .completed)
    #expect(result.measurements?.metrics == [])
    #expect(result.measurements?.history.count == 4)
  }

  @Test func aDivergedTrialEndsWithItsEpoch() throws {
    var sketch = sketch()
    sketch.optimizer = sgd(rate: 1e30)
    let trainer = Trainer(plan: try sketch.plan(), kernels: try .selected, lanes: 16)
    for result in try #require(trainer.train(trials(16), keepsHistory: true)) {
      guard case .diverged(let epoch, let measurements) = result.outcome else {
        Issue.record("\(result.status)")
        continue
      }
      #expect(measurements.history.count == epoch * 2)
      #expect(!measurements.history[(epoch - 1) * 2].isFinite)
      #expect(measurements.history[..<((epoch - 1) * 2)].allSatisfy { $0.isFinite })
      let notNumbers = (measurements.metrics + measurements.history).filter(\.isNaN)
      #expect(notNumbers.allSatisfy { $0.bitPattern == 0x7ff8_0000_0000_0000 })
    }
  }

  @Test func dataOfMorePiecesThanBatchesAreEvaluatedWhole() throws {
    // 150 samples pass through in pieces of 64, 64 and 22.
    let data = unevenData(samples: 150, inputs: 3, targets: 2)
    let layers = [dense(5, "tanh"), dense(2)]
    let sketch = VariantSketch(
      layers: layers, data: data, optimizer: sgd(rate: 0), batchSize: .samples(7))
    let trainer = Trainer(plan: try sketch.plan(), kernels: try .selected, lanes: 1)
    let result = try #require(trainer.train([firstTrial], keepsHistory: true)?.first?.measurements)
    let values = trainer.variableValues(lane: 0).map { $0.map(Double.init) }
    let expected = PlainNetwork(layers: layers, data: data).loss(values)
    #expect(abs(result.metrics[0] - expected) < 1e-6)
    // Nothing changed during the epoch, so it saw the same losses in the same order.
    #expect(result.history == [result.metrics[0], result.metrics[0]])
  }

  @Test func rowsOfAnyRankGoThroughDense() throws {
    // Two positions of three values are two rows for the kernel.
    let flat = unevenData(samples: 8, inputs: 3, targets: 2)
    let ranked = TrainingData(
      sampleCount: 4, inputShape: [2, 3], targetShape: [2, 2], inputs: flat.inputs,
      targets: flat.targets)
    let results = try [flat, ranked].map { data in
      let sketch = VariantSketch(layers: [dense(4, "relu"), dense(2)], data: data, epochs: 3)
      let trainer = Trainer(plan: try sketch.plan(), kernels: try .selected, lanes: 1)
      return try #require(trainer.train([firstTrial], keepsHistory: false)?.first?.measurements)
    }
    // The gradients' scale is the same, 2 ÷ 16, so the weights are.
    #expect(results[0].weightsDigest == results[1].weightsDigest)
  }
}
