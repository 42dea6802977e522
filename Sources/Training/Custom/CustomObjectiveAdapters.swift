import Kernels
import SweepModel

/// A custom loss among the others.
struct CustomLossAdapter<Custom: CustomLoss>: Loss {
  static var schema: ConfigurationSchema { Custom.schema() }

  private let custom: Custom
  private let shapes: ComparedShapes
  var positions: Int { shapes.positions }

  init(_ configuration: Configuration, comparison: Comparison) throws(ComponentError) {
    shapes = try ComparedShapes(configuration.kind, comparison)
    custom = try Custom(configuration, comparison: shapes)
  }

  func evaluate(_ batch: PredictedBatch, losses: MutableTensor, gradient: MutableTensor) {
    let count = batch.rows * shapes.positions
    // The gradient of the mean over the batch.
    let scale = Float(1 / (Double(batch.rows) * Double(shapes.positions)))
    custom.evaluate(
      shapes, count: count, predictions: batch.predictions, targets: batch.targets,
      losses: losses, gradient: gradient, scale: scale)
  }
}

/// The mean of a custom loss, as a metric.
struct CustomLossMetric<Custom: CustomLoss>: MeanMetric {
  static var schema: ConfigurationSchema { Custom.schema() }

  private let custom: Custom
  private let shapes: ComparedShapes
  let isMasked: Bool
  var positions: Int { shapes.positions }
  var readsProbabilities: Bool { true }

  init(_ configuration: Configuration, comparison: Comparison) throws(ComponentError) {
    shapes = try ComparedShapes(configuration.kind, comparison)
    custom = try Custom(configuration, comparison: shapes)
    isMasked = comparison.maskedPositions != nil
  }

  func measure(_ batch: PredictedBatch, values: MutableTensor) {
    custom.evaluate(
      shapes, count: batch.rows * shapes.positions, predictions: batch.probabilities,
      targets: batch.targets, losses: values, gradient: batch.workspace, scale: 1)
  }
}

extension CustomLoss {
  /// Writes the losses of `count` positions, and their gradients times `scale`.
  fileprivate func evaluate(
    _ shapes: ComparedShapes, count: Int, predictions: Tensor, targets: Tensor,
    losses: MutableTensor, gradient: MutableTensor, scale: Float
  ) {
    let (width, targetWidth) = (shapes.predictionWidth, shapes.targetWidth)
    for position in 0..<count {
      let own = MutableValues(gradient + position * width, count: width)
      own.fill(0)
      losses[position] = evaluate(
        predictions: Values(predictions + position * width, count: width),
        targets: Values(targets + position * targetWidth, count: targetWidth), gradient: own)
      for place in 0..<width { gradient[position * width + place] *= scale }
    }
  }
}

/// A custom metric among the others: its sums, and then the number of positions that count.
struct CustomMetricAdapter<Custom: CustomMetric>: Metric {
  static var schema: ConfigurationSchema { Custom.schema() }

  private let custom: Custom
  private let shapes: ComparedShapes
  private let ownSums: Int
  var sumCount: Int { ownSums + 1 }
  var readsProbabilities: Bool { true }

  init(_ configuration: Configuration, comparison: Comparison) throws(ComponentError) {
    shapes = try ComparedShapes(configuration.kind, comparison)
    custom = try Custom(configuration, comparison: shapes)
    ownSums = custom.sumCount
    guard (1...Limits.metricSums).contains(ownSums) else {
      throw ComponentError(
        message: "\(Custom.name) keeps \(ownSums) sums: a metric keeps 1 to \(Limits.metricSums)")
    }
  }

  func measure(_ batch: PredictedBatch, sums: MetricSums) {
    precondition(batch.lanes == 1, "plans with custom metrics train alone")
    let (width, targetWidth) = (shapes.predictionWidth, shapes.targetWidth)
    let own = MetricAccumulator(sums[0], count: ownSums)
    for position in 0..<batch.rows * shapes.positions {
      if let mask = batch.mask, mask[position] == 0 { continue }
      custom.add(
        predictions: Values(batch.probabilities + position * width, count: width),
        targets: Values(batch.targets + position * targetWidth, count: targetWidth), to: own)
      sums[ownSums][0] += 1
    }
  }

  func value(_ sums: MetricSums, lane: Int, samples: Int) -> Double {
    custom.value(
      sums: (0..<ownSums).map { sums[$0][lane] }, count: Int(sums[ownSums][lane]))
  }
}
