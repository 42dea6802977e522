import CustomWorkerComponents
import SeedSweep
import SweepModel

let example: [ComponentRegistry.Entry] = [
  .layer(LearnedScale.self), .loss(LogCosh.self), .metric(Within.self),
  .initializer(SparseNormal.self),
]

/// A variant in few words.
struct Sketch {
  var layers: [Configuration]
  var data = unevenData(samples: 7, inputs: [3], targets: [2])
  var loss = Configuration(kind: "mean_squared_error")
  var optimizer = Configuration(
    kind: "sgd",
    arguments: [
      "learning_rate": .number(0.1), "momentum": .number(0), "nesterov": .boolean(false),
    ])
  var epochs = 3
  var shuffle = true
  var batchSize = BatchSize.samples(3)
  var metrics = [Configuration(kind: "mean_squared_error")]

  func variant(_ registry: ComponentRegistry) -> ResolvedVariant {
    var variant = ResolvedVariant(
      data: Configuration(kind: "test"), dataDigest: data.digest, layers: layers,
      training: TrainingSettings(
        loss: loss, optimizer: optimizer, epochs: epochs, batchSize: batchSize, shuffle: shuffle),
      metrics: metrics)
    variant.components = registry.components(of: variant)
    return variant
  }

  func plan(_ registry: ComponentRegistry) throws -> TrainingPlan {
    try TrainingPlan(variant: variant(registry), data: data, registry: registry)
  }
}

/// Data that are the same in no two places.
func unevenData(samples: Int, inputs: [Int], targets: [Int]) -> TrainingData {
  func values(_ count: Int, _ seed: UInt64) -> [Float] {
    (0..<count).map { Float((UInt64($0) &* 2_654_435_761 &+ seed) % 1_009) / 504.5 - 1 }
  }
  return TrainingData(
    sampleCount: samples, inputShape: inputs, targetShape: targets,
    inputs: values(samples * inputs.reduce(1, *), 17),
    targets: values(samples * targets.reduce(1, *), 401))
}

func dense(_ units: Int64, kernel: Configuration = .glorotUniform) -> Configuration {
  Configuration(
    kind: "dense",
    arguments: [
      "units": .integer(units), "activation": .configuration(Configuration(kind: "tanh")),
      "use_bias": .boolean(true), "kernel_initializer": .configuration(kernel),
      "bias_initializer": .configuration(.zeros),
    ])
}

func scale(noise: Double = 0, initializer: Configuration = .ones) -> Configuration {
  Configuration(
    kind: "acme_scale",
    arguments: [
      "noise": .number(noise), "scale_initializer": .configuration(initializer),
    ])
}

let sparse = Configuration(
  kind: "acme_sparse_normal", arguments: ["share": .number(0.7), "stddev": .number(0.5)])

let logCosh = Configuration(kind: "acme_log_cosh", arguments: ["width": .number(0.5)])

let within = Configuration(
  kind: "acme_within_accuracy", arguments: ["tolerance": .number(0.3)])

/// A model with one of each.
let everything = Sketch(
  layers: [dense(8, kernel: sparse), scale(noise: 0.1), dense(2)], loss: logCosh,
  metrics: [logCosh, within, Configuration(kind: "mean_squared_error")])

/// A configuration with the defaults of its schema.
func configuration(
  _ family: ConfigurationFamily, _ kind: String, _ given: [String: ArgumentValue] = [:],
  _ registry: ComponentRegistry = .builtIn
) -> Configuration {
  var arguments = given
  for parameter in registry.vocabulary.schema(family, kind: kind)?.parameters ?? [] {
    if arguments[parameter.name] == nil { arguments[parameter.name] = parameter.defaultValue }
  }
  return Configuration(kind: kind, arguments: arguments)
}
