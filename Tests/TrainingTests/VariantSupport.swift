import Kernels
import SweepModel
import Training

/// A variant in few words; what is not given is what these tests do not care about.
struct VariantSketch {
  var layers: [Configuration]
  var data: TrainingData
  var loss = Configuration(kind: "mean_squared_error")
  var optimizer = sgd(rate: 0.1)
  var epochs = 1
  var batchSize = BatchSize.all
  var shuffle = false
  var validationSplit = 0.0
  var metrics = [Configuration(kind: "mean_squared_error")]
  var callbacks: [Configuration] = []
  var classWeights: [Double] = []
  var start: StartingState?

  var variant: ResolvedVariant {
    var sources = ModelSources()
    if let start {
      sources[.initialWeights] = Configuration(
        kind: "initial_weights",
        arguments: [
          "path": .text("start.safetensors"), "match": .text("order"),
          "optimizer_state": .boolean(start.optimizer != nil),
        ])
      sources.startDigest = start.digest
    }
    return ResolvedVariant(
      data: Configuration(kind: "test"), dataDigest: data.digest,
      dataParts: data.parts.areDivided ? data.parts : nil, layers: layers,
      training: TrainingSettings(
        loss: loss, optimizer: optimizer, epochs: epochs, batchSize: batchSize, shuffle: shuffle,
        validationSplit: validationSplit, callbacks: callbacks, classWeights: classWeights),
      metrics: metrics, sources: sources)
  }

  func plan() throws -> TrainingPlan {
    try TrainingPlan(variant: variant, data: data, startingState: start)
  }
}

func dense(
  _ units: Int64, _ activation: Configuration = "linear", bias: Bool = true,
  kernelInitializer: String = "glorot_uniform", biasInitializer: String = "zeros",
  name: String? = nil
) -> Configuration {
  var arguments: [String: ArgumentValue] = [
    "units": .integer(units),
    "activation": .configuration(activation),
    "use_bias": .boolean(bias),
    "kernel_initializer": .configuration(Configuration(kind: kernelInitializer)),
    "bias_initializer": .configuration(Configuration(kind: biasInitializer)),
  ]
  if let name { arguments["name"] = .text(name) }
  return Configuration(kind: "dense", arguments: arguments)
}

/// An activation as a layer of its own.
func activation(_ activation: Configuration) -> Configuration {
  Configuration(kind: "activation", arguments: ["activation": .configuration(activation)])
}

/// A kind without arguments, by its name alone.
extension Configuration: ExpressibleByStringLiteral {
  /// The kind of that name.
  public init(stringLiteral kind: String) { self.init(kind: kind) }
}

func sgd(rate: Double, momentum: Double = 0, nesterov: Bool = false) -> Configuration {
  Configuration(
    kind: "sgd",
    arguments: [
      "learning_rate": .number(rate), "momentum": .number(momentum), "nesterov": .boolean(nesterov),
    ])
}

func adam(rate: Double = 0.001) -> Configuration {
  Configuration(
    kind: "adam",
    arguments: [
      "learning_rate": .number(rate), "beta_1": .number(0.9), "beta_2": .number(0.999),
      "epsilon": .number(1e-7),
    ])
}

func rmsprop(rate: Double = 0.001) -> Configuration {
  Configuration(
    kind: "rmsprop",
    arguments: [
      "learning_rate": .number(rate), "rho": .number(0.9), "epsilon": .number(1e-7),
    ])
}

/// Samples whose values follow no simple rule.
func unevenData(samples: Int, inputs: Int, targets: Int) -> TrainingData {
  let values = { (count: Int, step: Int) in (0..<count).map { Float($0 * step % 23 - 11) / 13 } }
  return TrainingData(
    sampleCount: samples, inputShape: [inputs], targetShape: [targets],
    inputs: values(samples * inputs, 7), targets: values(samples * targets, 5))
}

let firstTrial = (index: TrialIndex(0), seed: TrialSeed(0x0123_4567_89ab_cdef))
