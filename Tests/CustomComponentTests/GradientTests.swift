import CustomWorkerComponents
import Foundation
import Kernels
import SeedSweep
import Testing

/// Gradients of custom layers and losses against finite differences of the loss.
@Suite struct CustomGradientTests {
  private let registry: ComponentRegistry

  init() throws { registry = try ComponentRegistry(example) }

  static let models: [[Configuration]] = [
    [scale()],
    [scale(noise: 0.3), dense(2)],
    [dense(4), scale(noise: 0.2, initializer: .constant(0.8)), dense(2), scale()],
  ]

  @Test(arguments: models.indices)
  func gradientsAreTheSlopesOfTheLoss(_ number: Int) throws {
    var sketch = Sketch(
      layers: Self.models[number], data: unevenData(samples: 5, inputs: [2], targets: [2]),
      loss: logCosh)
    sketch.epochs = 1
    sketch.batchSize = .all
    sketch.shuffle = false
    sketch.optimizer = configuration(.optimizer, "sgd", ["learning_rate": .number(0)])
    let plan = try sketch.plan(registry)
    let probe = TrainingProbe(plan: plan, kernels: .reference)
    let values = plan.variables.map { variable in
      (0..<variable.count).map { Float(($0 * 37 + variable.path.utf8.count * 11) % 19) / 12 - 0.7 }
    }
    let gradients = try #require(probe.train(values: values)).gradients
    func loss(_ values: [[Float]]) throws -> Double {
      try #require(probe.train(values: values)).history[0]
    }
    for variable in values.indices {
      for element in values[variable].indices {
        var (above, below) = (values, values)
        above[variable][element] += 0x1p-6
        below[variable][element] -= 0x1p-6
        let slope = (try loss(above) - loss(below)) / 0x1p-5
        let gradient = Double(gradients[variable][element])
        #expect(abs(gradient - slope) < 2e-4 + 2e-3 * abs(slope), "\(variable), \(element)")
      }
    }
  }

  @Test func theMetricCountsWhatIsNear() throws {
    var sketch = everything
    sketch.epochs = 1
    sketch.optimizer = configuration(.optimizer, "sgd", ["learning_rate": .number(0)])
    let plan = try sketch.plan(registry)
    let probe = TrainingProbe(plan: plan, kernels: .reference)
    let values = plan.variables.map { variable in
      (0..<variable.count).map { Float($0 % 7) / 7 - 0.4 }
    }
    let predictions = probe.predictions(values: values)
    let near = zip(predictions, sketch.data.targets).count { abs($0 - $1) <= 0.3 }
    let share = Double(near) / Double(predictions.count)
    #expect(near > 0 && near < predictions.count)
    let metrics = try #require(probe.train(values: values)).metrics
    #expect(abs(metrics[1] - share) < 1e-12)
    // The loss as a metric, over the same samples.
    let losses = zip(predictions, sketch.data.targets).map { pair in
      let difference = Double(pair.0 - pair.1) * 2
      return 0.5 * (abs(difference) + log1p(exp(-2 * abs(difference))) - log(2))
    }
    #expect(abs(metrics[0] - losses.reduce(0, +) / Double(losses.count)) < 1e-6)
  }
}
