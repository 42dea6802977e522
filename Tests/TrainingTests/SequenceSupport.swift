import SweepModel
import Training

func embedding(_ entries: Int64, _ width: Int64, masks: Bool = false) -> Configuration {
  Configuration(
    kind: "embedding",
    arguments: [
      "input_dim": .integer(entries), "output_dim": .integer(width), "mask_zero": .boolean(masks),
      "embeddings_initializer": .configuration(
        Configuration(
          kind: "random_uniform", arguments: ["minval": .number(-0.5), "maxval": .number(0.5)])),
    ])
}

/// `lstm` or `gru`.
func recurrent(
  _ kind: String, _ units: Int64, sequences: Bool = false, backwards: Bool = false,
  bias: Bool = true, activation: String = "tanh", gates: String = "sigmoid", resetAfter: Bool = true
) -> Configuration {
  var arguments: [String: ArgumentValue] = [
    "units": .integer(units), "activation": .configuration(Configuration(kind: activation)),
    "recurrent_activation": .configuration(Configuration(kind: gates)),
    "use_bias": .boolean(bias),
    "kernel_initializer": .configuration(Configuration(kind: "glorot_uniform")),
    "recurrent_initializer": .configuration(
      Configuration(kind: "orthogonal", arguments: ["gain": .number(1)])),
    "bias_initializer": .configuration(Configuration(kind: "glorot_uniform")),
    "return_sequences": .boolean(sequences), "go_backwards": .boolean(backwards),
  ]
  if kind == "lstm" {
    arguments["unit_forget_bias"] = .boolean(true)
  } else {
    arguments["reset_after"] = .boolean(resetAfter)
  }
  return Configuration(kind: kind, arguments: arguments)
}

func bidirectional(_ layer: Configuration, _ mode: String = "concat") -> Configuration {
  Configuration(
    kind: "bidirectional",
    arguments: ["layer": .configuration(layer), "merge_mode": .text(mode)])
}

/// `batch_normalization` or `layer_normalization`.
func normalization(_ kind: String, axis: Int64 = -1) -> Configuration {
  var arguments: [String: ArgumentValue] = [
    "axis": .integer(axis), "epsilon": .number(0.001), "center": .boolean(true),
    "scale": .boolean(true),
    "beta_initializer": .configuration(Configuration(kind: "glorot_uniform")),
    "gamma_initializer": .configuration(Configuration(kind: "ones")),
  ]
  if kind == "batch_normalization" {
    arguments["momentum"] = .number(0.9)
    arguments["moving_mean_initializer"] = .configuration(Configuration(kind: "zeros"))
    arguments["moving_variance_initializer"] = .configuration(Configuration(kind: "ones"))
  }
  return Configuration(kind: kind, arguments: arguments)
}

/// Sentences of numbers below `words`, of different lengths, filled up with zeros to `length`.
func sentences(
  _ samples: Int, length: Int, words: Int, longest: Int? = nil, targets: Int
) -> TrainingData {
  let longest = longest ?? length
  let inputs = (0..<samples).flatMap { sample in
    (0..<length).map { position -> Float in
      position < 1 + sample * 3 % longest
        ? Float(1 + (sample * 7 + position * 5 + sample * position) % (words - 1)) : 0
    }
  }
  return TrainingData(
    sampleCount: samples, inputShape: [length], targetShape: [targets], inputs: inputs,
    targets: unevenData(samples: samples, inputs: 1, targets: targets).targets)
}
