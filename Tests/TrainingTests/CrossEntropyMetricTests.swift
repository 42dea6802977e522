import Foundation
import Kernels
import SweepModel
import Testing

@testable import Training

/// A cross-entropy as a metric beside a loss that leaves the softmax to the layer.
@Suite struct CrossEntropyMetricTests {
  private static func sketch(_ loss: Configuration, smoothing: Double? = nil) -> VariantSketch {
    var metric = entropy(categorical)
    if let smoothing {
      metric = Configuration(
        kind: categorical,
        arguments: metric.arguments.merging(["label_smoothing": .number(smoothing)]) { $1 })
    }
    var sketch = VariantSketch.classifier(
      [dense(7, "tanh"), dense(3, "softmax")],
      data: classData(samples: 20, inputs: 6, classes: 3, oneHot: true))
    sketch.loss = loss
    sketch.metrics = [metric]
    // Nothing is learned, so that the model is the same whatever the loss.
    sketch.optimizer = sgd(rate: 0)
    return sketch
  }

  private func metrics(
    _ sketch: VariantSketch, _ kernels: KernelSet, lanes: Int = 1
  ) throws -> [Double] {
    let trainer = Trainer(plan: try sketch.plan(), kernels: kernels, lanes: lanes)
    let trials = Array(repeating: firstTrial, count: lanes)
    let result = try #require(trainer.train(trials, keepsHistory: false)?.last)
    return try #require(result.measurements?.metrics)
  }

  @Test(arguments: KernelSet.available, [nil, 0.1]) func itIsThatOfTheLoss(
    kernels: KernelSet, smoothing: Double?
  ) throws {
    let squares = Self.sketch("mean_squared_error", smoothing: smoothing)
    let expected = try metrics(
      Self.sketch(entropy(categorical), smoothing: smoothing), .reference)
    let own = try metrics(squares, kernels)
    #expect(own.count == 2)
    for (own, expected) in zip(own, expected) {
      #expect(abs(own - expected) < 1e-6 * expected, "\(own), \(expected)")
    }
    #expect(try metrics(squares, .reference).map(\.bitPattern) == own.map(\.bitPattern))
    #expect(try metrics(squares, kernels, lanes: 5).map(\.bitPattern) == own.map(\.bitPattern))
  }

  /// By Foundation's logarithm, in binary64.
  @Test(arguments: KernelSet.available) func itsValuesAreThoseOfTheFormula(kernels: KernelSet) {
    let p: [Float] = [0.5, 0.25, 0.25, 1, 0, 0, 0, 0.75, 0.25]
    let y: [Float] = [0, 1, 0, 0, 1, 0, 0, 1, 0]
    var losses = [Float](repeating: .nan, count: 3)
    kernels.valueLoss(
      RowsShape(lanes: 1, rows: 3, width: 3), .classEntropy(LabelSmoothing(0, classes: 3)),
      predictions: p, targets: y, losses: &losses, gradient: nil, scale: 0)
    for (loss, probability) in zip(losses, [0.25, 1e-7, 0.75]) {
      #expect(abs(Double(loss) + log(probability)) < 1e-6 * -log(probability))
    }
  }
}
