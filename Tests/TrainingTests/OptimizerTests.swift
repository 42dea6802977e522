import Kernels
import SweepModel
import Testing
import Training

/// Optimizers against Keras's definitions in binary64, on a parabola: one weight, loss (w − 3)².
@Suite struct OptimizerTests {
  /// Takes a gradient and the number of the step (from 1); changes the weight.
  typealias Rule = (inout Double, Double, Int) -> Void

  @Test func plainDescent() throws {
    try expect(sgd(rate: 0.05)) { weight, gradient, _ in weight -= 0.05 * gradient }
  }

  @Test func momentum() throws {
    var m = 0.0
    try expect(sgd(rate: 0.02, momentum: 0.8)) { weight, gradient, _ in
      m = 0.8 * m - 0.02 * gradient
      weight += m
    }
  }

  @Test func nesterov() throws {
    var m = 0.0
    try expect(sgd(rate: 0.02, momentum: 0.8, nesterov: true)) { weight, gradient, _ in
      m = 0.8 * m - 0.02 * gradient
      weight += 0.8 * m - 0.02 * gradient
    }
  }

  @Test func adamFollowsKeras() throws {
    var (m, v) = (0.0, 0.0)
    var powers = (1.0, 1.0)
    try expect(adam(rate: 0.1)) { weight, gradient, _ in
      powers = (powers.0 * 0.9, powers.1 * 0.999)
      m += (gradient - m) * (1 - 0.9)
      v += (gradient * gradient - v) * (1 - 0.999)
      weight -= m * (0.1 * (1 - powers.1).squareRoot() / (1 - powers.0)) / (v.squareRoot() + 1e-7)
    }
  }

  @Test func rmspropFollowsKeras() throws {
    var v = 0.0
    try expect(rmsprop(rate: 0.05)) { weight, gradient, _ in
      v = 0.9 * v + 0.1 * gradient * gradient
      weight -= 0.05 * gradient / (v + 1e-7).squareRoot()
    }
  }

  @Test func nothingIsKeptFromOneTrainingToTheNext() throws {
    for optimizer in [sgd(rate: 0.02, momentum: 0.8), adam(), rmsprop()] {
      let trainer = try trainer(optimizer, epochs: 20)
      let first = try #require(trainer.train([firstTrial], keepsHistory: true)?.first)
      let second = try #require(trainer.train([firstTrial], keepsHistory: true)?.first)
      #expect(first.agrees(with: second))
      #expect(first.measurements?.history == second.measurements?.history)
    }
  }

  private func trainer(_ optimizer: Configuration, epochs: Int) throws -> Trainer {
    let data = TrainingData(
      sampleCount: 1, inputShape: [1], targetShape: [1], inputs: [1], targets: [3])
    let sketch = VariantSketch(
      layers: [dense(1, bias: false, kernelInitializer: "ones")], data: data,
      optimizer: optimizer, epochs: epochs)
    return Trainer(plan: try sketch.plan(), kernels: try .selected, lanes: 1)
  }

  private func expect(
    _ optimizer: Configuration, sourceLocation: SourceLocation = #_sourceLocation, rule: Rule
  ) throws {
    var weight = 1.0
    for step in 1...40 {
      rule(&weight, 2 * (weight - 3), step)
      guard [1, 2, 5, 40].contains(step) else { continue }
      let trainer = try trainer(optimizer, epochs: step)
      _ = trainer.train([firstTrial], keepsHistory: false)
      let trained = Double(trainer.variableValues(lane: 0)[0][0])
      #expect(abs(trained - weight) < 2e-5, "step \(step)", sourceLocation: sourceLocation)
    }
  }
}
