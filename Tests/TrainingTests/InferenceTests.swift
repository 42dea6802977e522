import Kernels
import SweepModel
import Testing

@testable import Training

/// Models that only predict.
@Suite struct InferenceTests {
  private func predictor(_ plan: TrainingPlan, _ values: [[Float]]) throws -> Predictor {
    var next = values.makeIterator()
    return try Predictor(
      model: try Model(variant: plan.variant, inputShape: plan.data.inputShape),
      kernels: try KernelSet.selected
    ) { variable, place in
      let following = next.next()
      let own = try #require(following)
      #expect(own.count == variable.count)
      _ = place.update(fromContentsOf: own)
    }
  }

  /// Networks that end in each of the activations that a loss takes over, and one that ends in none.
  private static let sketches: [VariantSketch] = [
    .classifier(),
    VariantSketch(
      layers: [dense(5, "tanh"), normalization("batch_normalization"), dense(2)],
      data: unevenData(samples: 70, inputs: 3, targets: 2), epochs: 2, batchSize: .samples(8)),
    VariantSketch(
      layers: [dense(4, "relu"), dense(1, "sigmoid")],
      data: classData(samples: 30, inputs: 3, classes: 2),
      loss: entropy("binary_crossentropy"),
      metrics: [entropy("binary_crossentropy")]),
  ]

  @Test(arguments: sketches.indices)
  func predictsTheBitsOfAnEvaluation(number: Int) throws {
    let plan = try Self.sketches[number].plan()
    let trainer = Trainer(plan: plan, kernels: try KernelSet.selected, lanes: 1)
    var probe: Probe?
    _ = try trainer.trainAlone(
      firstTrial, keepsHistory: false, finished: { snapshot, _ in probe = snapshot.probe })
    let values = trainer.variableValues(lane: 0)
    let recorded = try #require(probe)
    let predictor = try predictor(plan, values)
    #expect(predictor.variableValues() == values)
    #expect(predictor.predictions(recorded.inputs) == recorded.outputs)
    // The number of samples at once changes nothing.
    let all = predictor.predictions(plan.data.inputs)
    let width = plan.data.inputShape.reduce(1, *)
    let single = stride(from: 0, to: plan.data.inputs.count, by: width).flatMap {
      predictor.predictions(Array(plan.data.inputs[$0..<$0 + width]))
    }
    #expect(all == single)
    #expect(Array(all.prefix(recorded.outputs.count)) == recorded.outputs)
  }

  @Test(arguments: sketches.indices)
  func measuresTheBitsOfATraining(number: Int) throws {
    let plan = try Self.sketches[number].plan()
    let trainer = Trainer(plan: plan, kernels: try KernelSet.selected, lanes: 1)
    let result = try #require(try trainer.trainAlone(firstTrial, keepsHistory: false))
    let measured = Trainer(plan: plan, kernels: try KernelSet.selected, lanes: 1)
      .evaluate(values: trainer.variableValues(lane: 0))
    #expect(measured.metrics == result.measurements?.metrics)
    #expect(measured.sampleLosses.count == plan.data.sampleCount)
  }

  /// A load is the last word: whatever an initializer would write is gone.
  @Test func noInitializerRunsAfterTheLoad() throws {
    let plan = try Self.sketches[0].plan()
    let values = plan.variables.map { variable in
      (0..<variable.count).map { Float($0) + 0.5 }
    }
    let predictor = try predictor(plan, values)
    _ = predictor.predictions(plan.data.inputs)
    #expect(predictor.variableValues() == values)
    // An evaluation begins with them, too, and not with first values of its own.
    let first = Trainer(plan: plan, kernels: try KernelSet.selected, lanes: 1)
    let zeros = plan.variables.map { [Float](repeating: 0, count: $0.count) }
    #expect(first.evaluate(values: values) != first.evaluate(values: zeros))
    #expect(first.variableValues(lane: 0) == zeros)
  }
}
