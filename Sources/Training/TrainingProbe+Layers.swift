import Kernels
import SweepModel

extension TrainingProbe {
  /// What layers make of inputs in inference, the last activation included.
  ///
  /// - Parameters:
  ///   - values: The values of the variables, in model order.
  ///   - inputs: The samples, one after the other, each of `inputShape`.
  package static func predictions(
    layers: [Configuration], inputShape: [Int], values: [[Float]], inputs: [Float]
  ) throws(TrainingError) -> [Float] {
    let probe = try TrainingProbe(layers: layers, inputShape: inputShape, inputs: inputs)
    return probe.predictions(values: values)
  }

  /// A probe of layers that are trained by the mean squared error, all samples in one batch, for one
  /// epoch.
  ///
  /// - Parameters:
  ///   - targets: What the predictions are compared with; nil for zeros.
  package convenience init(
    layers: [Configuration], inputShape: [Int], inputs: [Float], targets: [Float]? = nil
  ) throws(TrainingError) {
    let outline = try ModelOutline(layers: layers, inputShape: inputShape)
    let count = inputs.count / max(1, inputShape.reduce(1, *))
    let data = TrainingData(
      sampleCount: count, inputShape: inputShape, targetShape: outline.outputShape, inputs: inputs,
      targets: targets
        ?? [Float](repeating: 0, count: count * outline.outputShape.reduce(1, *)))
    let sgd = ["learning_rate": ArgumentValue.number(0), "momentum": .number(0)]
    let variant = ResolvedVariant(
      data: Configuration(kind: "probe"), dataDigest: data.digest, layers: layers,
      training: TrainingSettings(
        loss: Configuration(kind: "mean_squared_error"),
        optimizer: Configuration(
          kind: "sgd", arguments: sgd.merging(["nesterov": .boolean(false)]) { $1 }),
        epochs: 1, batchSize: .all, shuffle: false),
      metrics: [])
    self.init(
      plan: try TrainingPlan(variant: variant, data: data),
      kernels: KernelSet.available[KernelSet.available.count - 1])
  }
}
