import Randomness
import SweepModel
import Training

/// An experiment whose trials are trained in several ways.
struct Survey {
  let name: String
  let masterSeed: MasterSeed
  let trials: Int
  let ways: [Way]
  let data: TrainingData
  let layers: [Configuration]
  let training: TrainingSettings
  let metrics: [Configuration]

  func plan() throws -> TrainingPlan {
    try TrainingPlan(
      variant: ResolvedVariant(
        data: Configuration(kind: "survey"), dataDigest: data.digest, layers: layers,
        training: training, metrics: metrics),
      data: data)
  }
}

extension Survey {
  private static let packed = Way(name: "packs", lanes: 16, threads: 1)
  private static let alone = Way(name: "alone", lanes: 1, threads: 1)

  /// The sequence experiment, 1,000 trials.
  static let sequence: Survey = {
    let value = { (position: Int) in Float(Double(position) / 10) }
    return Survey(
      name: "sequence", masterSeed: MasterSeed(1), trials: 1000, ways: [packed, alone],
      data: TrainingData(
        sampleCount: 9, inputShape: [1], targetShape: [1], inputs: (0..<9).map(value),
        targets: (1..<10).map(value)),
      layers: [dense(10, "linear"), dense(1, "linear")],
      training: TrainingSettings(
        loss: Configuration(kind: "mean_squared_error"),
        optimizer: Configuration(
          kind: "adam",
          arguments: [
            "learning_rate": .number(0.001), "beta_1": .number(0.9), "beta_2": .number(0.999),
            "epsilon": .number(1e-7),
          ]),
        epochs: 100, batchSize: .all, shuffle: true),
      metrics: [Configuration(kind: "mean_squared_error")])
  }()

  /// The classifier of the learning-rate experiment in small: wide enough that products skip zeros
  /// and threads have parts, with a short last batch and samples that validate.
  static let classifier: Survey = {
    let samples = 90
    let inputs = 70
    // Two values in three are zeros, as in pictures.
    let pixels = (0..<samples * inputs).map { (position: Int) -> Float in
      let shade = Float(position * 31 % 255)
      return position * 7 % 3 == 0 ? shade / 255 : 0
    }
    let classes = (0..<samples).map { (sample: Int) -> Float in Float(sample * sample % 10) }
    return Survey(
      name: "classifier", masterSeed: MasterSeed(7), trials: 16,
      ways: [
        packed, alone, Way(name: "2-threads", lanes: 1, threads: 2),
        Way(name: "3-threads", lanes: 1, threads: 3),
      ],
      data: TrainingData(
        sampleCount: samples, inputShape: [inputs], targetShape: [], inputs: pixels,
        targets: classes),
      layers: [
        dense(140, "relu"), dropout(0.4), dense(130, "relu"), dropout(0.3), dense(10, "softmax"),
      ],
      training: TrainingSettings(
        loss: Configuration(
          kind: "sparse_categorical_crossentropy", arguments: ["from_logits": .boolean(false)]),
        optimizer: Configuration(
          kind: "rmsprop",
          arguments: [
            "learning_rate": .number(0.001), "rho": .number(0.9), "epsilon": .number(1e-7),
          ]),
        epochs: 2, batchSize: .samples(50), shuffle: true, validationSplit: 0.2),
      metrics: [Configuration(kind: "sparse_categorical_accuracy")])
  }()

  private static func dense(_ units: Int64, _ activation: String) -> Configuration {
    Configuration(
      kind: "dense",
      arguments: [
        "units": .integer(units), "use_bias": .boolean(true),
        "activation": .configuration(Configuration(kind: activation)),
        "kernel_initializer": .configuration(Configuration(kind: "glorot_uniform")),
        "bias_initializer": .configuration(Configuration(kind: "zeros")),
      ])
  }

  private static func dropout(_ rate: Double) -> Configuration {
    Configuration(kind: "dropout", arguments: ["rate": .number(rate)])
  }
}
