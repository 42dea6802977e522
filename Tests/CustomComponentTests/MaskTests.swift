import CustomWorkerComponents
import Kernels
import SeedSweep
import Testing

/// Custom components behind a layer that masks.
@Suite struct CustomMaskTests {
  private let registry: ComponentRegistry

  init() throws { registry = try ComponentRegistry(example) }

  /// Two sequences of three tokens, of which two are padding; their targets there are `padding`.
  private func data(padding: Float) -> TrainingData {
    TrainingData(
      sampleCount: 2, inputShape: [3], targetShape: [3, 1], inputs: [1, 2, 0, 3, 0, 0],
      targets: [0.1, 0.5, padding, -0.3, padding, padding])
  }

  private func sketch(_ padding: Float, _ last: [Configuration]) -> Sketch {
    let embedding = configuration(
      .layer, "embedding",
      ["input_dim": .integer(4), "output_dim": .integer(2), "mask_zero": .boolean(true)])
    var sketch = Sketch(
      layers: [embedding, scale()] + last, data: data(padding: padding), loss: logCosh)
    sketch.metrics = [logCosh, within]
    return sketch
  }

  private func result(_ sketch: Sketch) throws -> TrialResult.Measurements {
    let trainer = Trainer(plan: try sketch.plan(registry), kernels: .reference)
    let results = trainer.train([(index: TrialIndex(0), seed: TrialSeed(1))], keepsHistory: true)
    return try #require(results?.first?.measurements)
  }

  @Test func whatIsMaskedDoesNotCount() throws {
    let one = try result(sketch(0, [dense(1)]))
    let other = try result(sketch(1_000, [dense(1)]))
    #expect(one == other)
    // Nor where the layer before the loss is the custom one.
    let last = [dense(1), scale()]
    #expect(try result(sketch(0, last)) == (try result(sketch(1_000, last))))
  }

  @Test func aLayerThatEndsTheMaskLeavesNone() throws {
    let registry = try ComponentRegistry(example + [.layer(Summing.self)])
    var sketch = sketch(0, [Configuration(kind: "summing"), dense(1)])
    sketch.data = TrainingData(
      sampleCount: 2, inputShape: [3], targetShape: [1], inputs: [1, 2, 0, 3, 0, 0],
      targets: [0.5, -0.5])
    let plan = try sketch.plan(registry)
    let trainer = Trainer(plan: plan, kernels: .reference)
    #expect(
      trainer.train([(index: TrialIndex(0), seed: TrialSeed(1))], keepsHistory: true)?.first?
        .status == .completed)
  }
}

/// The sum of the positions that count.
private struct Summing: CustomLayer {
  static let name = "summing"
  static let version = 1
  static let summary = ""
  let outputShape: [Int]
  private let positions: Int

  init(_ configuration: Configuration, inputShape: [Int]) {
    outputShape = [inputShape[1]]
    positions = inputShape[0]
  }

  func forward(_ batch: ForwardBatch) {
    #expect(batch.mask?.count == batch.rows * positions)
    let width = outputShape[0]
    for place in batch.input.indices where batch.mask?[place / width] != 0 {
      batch.output[place / (positions * width) * width + place % width] += batch.input[place]
    }
  }

  func backward(_ batch: BackwardBatch) {
    let width = outputShape[0]
    for place in batch.input.indices where batch.mask?[place / width] != 0 {
      batch.inputGradient[place] =
        batch.outputGradient[place / (positions * width) * width + place % width]
    }
  }
}
