import SweepModel
import SweepSpecification

/// A vocabulary of the shape that Training and Datasets give, made by hand so that these tests know
/// nothing of theirs.
let vocabulary = Vocabulary([
  .data: [
    ConfigurationSchema(
      kind: "sequence", summary: "The sequence 0.0, 0.1, …",
      parameters: [.required("length", .integer(2...Limits.samples), "Values.")])
  ],
  .layer: [
    ConfigurationSchema(
      kind: "dense", summary: "Fully connected.",
      parameters: [
        .required("units", .integer(1...Limits.units), "Outputs."),
        .optional(
          "activation", .configuration(.activation), default: .configuration(named("linear")),
          "What follows."),
        .optional("use_bias", .boolean, default: .boolean(true), "Whether there is a bias."),
        .optional(
          "kernel_initializer", .configuration(.initializer),
          default: .configuration(named("glorot_uniform")), "The kernel's start."),
        .optional(
          "bias_initializer", .configuration(.initializer),
          default: .configuration(named("zeros")), "The bias's start."),
        .optional("name", .name, default: nil, "The layer's name."),
      ]),
    ConfigurationSchema(
      kind: "dropout", summary: "Drops inputs.",
      parameters: [.required("rate", .number(.fraction), "The share.")]),
    ConfigurationSchema(kind: "flatten", summary: "One dimension."),
  ],
  .activation: ["linear", "relu", "tanh", "sigmoid"].map {
    ConfigurationSchema(kind: $0, summary: $0)
  },
  .initializer: [
    ConfigurationSchema(kind: "glorot_uniform", summary: "By fans."),
    ConfigurationSchema(kind: "zeros", summary: "Zeros."),
    ConfigurationSchema(
      kind: "constant", summary: "A number.",
      parameters: [
        .optional(
          "value", .number(NumberBounds(lower: -.infinity)), default: .number(0), "The number.")
      ]),
  ],
  .loss: [
    ConfigurationSchema(kind: "mean_squared_error", summary: "MSE."),
    ConfigurationSchema(kind: "hinge", summary: "A loss that is no metric."),
  ],
  .metric: [
    ConfigurationSchema(kind: "mean_squared_error", summary: "MSE."),
    ConfigurationSchema(kind: "mean_absolute_error", summary: "MAE."),
  ],
  .optimizer: [
    ConfigurationSchema(
      kind: "sgd", summary: "Gradient descent.",
      parameters: [
        .optional("learning_rate", .number(.positive), default: .number(0.01), "The step."),
        .optional("momentum", .number(.fraction), default: .number(0), "The momentum."),
      ]),
    ConfigurationSchema(
      kind: "adam", summary: "Adam.",
      parameters: [
        .optional("learning_rate", .number(.positive), default: .number(0.001), "The step."),
        .optional("beta_1", .number(.fraction), default: .number(0.9), "Decay."),
        .optional("beta_2", .number(.fraction), default: .number(0.999), "Decay."),
        .optional("epsilon", .number(.positive), default: .number(1e-7), "Guard."),
      ]),
    ConfigurationSchema(
      kind: "rmsprop", summary: "RMSprop.",
      parameters: [
        .optional("learning_rate", .number(.positive), default: .number(0.001), "The step.")
      ]),
  ],
])

/// The example of the design.
let example = """
  name: sequence
  master_seed: 1
  trials: 100
  data: {kind: sequence, length: 10}
  model:
    - dense: {units: 10}
    - dense: {units: 1}
  training:
    loss: mean_squared_error
    optimizer: {adam: {learning_rate: 0.001}}
    epochs: 100
    batch_size: all
  metrics: [mean_squared_error]
  # optional
  variants:
    slow: {training.optimizer: {adam: {learning_rate: 0.0001}}}

  """

func named(_ kind: String) -> Configuration { Configuration(kind: kind) }

func read(_ text: String) throws(SpecificationError) -> Specification {
  try SpecificationReader(vocabulary: vocabulary).read(Array(text.utf8), file: "test.yaml")
}

/// The error of a text that must have one.
func failure(of text: String) -> SpecificationError? {
  do throws(SpecificationError) {
    _ = try read(text)
    return nil
  } catch {
    return error
  }
}

extension String {
  /// The example with one of its lines replaced.
  ///
  /// - Precondition: The line is in the text exactly once.
  func replacing(line: String, with replacement: String) -> String {
    let lines = split(separator: "\n", omittingEmptySubsequences: false)
    precondition(lines.count { $0 == line } == 1, "the example has no line \(line)")
    return lines.map { $0 == line ? replacement : String($0) }.joined(separator: "\n")
  }
}

extension Specification {
  /// The setting of a variant that must be there.
  func setting(_ name: String) throws -> VariantSetting {
    struct NoSuchVariant: Error {}
    guard let variant = variants.first(where: { $0.name == name }) else { throw NoSuchVariant() }
    return variant.setting
  }
}
