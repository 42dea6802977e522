import Kernels
import SweepModel

/// The activations by the names that users write; the kernels implement them.
enum Activations {
  /// Row by row; but in the last layer the loss may compute it (``Comparison``).
  static let softmax = Configuration(kind: "softmax")

  /// How an activation is computed.
  enum Form {
    /// By the product before it.
    case fused(Activation)
    /// After it, value by value; `argument` is the function's own, if it has one.
    case pointwise(Pointwise, argument: Float = 0)
  }

  /// A kind, its arguments and how it is computed.
  private struct Entry: Sendable {
    let schema: ConfigurationSchema
    let form: @Sendable (Configuration) -> Form

    init(
      _ kind: String, _ summary: String, _ parameters: [ConfigurationSchema.Parameter] = [],
      form: @escaping @Sendable (Configuration) -> Form
    ) {
      schema = ConfigurationSchema(kind: kind, summary: summary, parameters: parameters)
      self.form = form
    }
  }

  private static let known = [
    Entry("linear", "The value itself.") { _ in .fused(.linear) },
    Entry("relu", "The value where it is above 0, else 0.") { _ in .fused(.relu) },
    Entry(
      "leaky_relu", "The value where it is above 0, else the value times negative_slope.",
      [
        .optional(
          "negative_slope", .number(.nonNegative), default: .number(0.2), "The slope below 0.")
      ]
    ) { .pointwise(.leakyRelu, argument: Float($0.number("negative_slope"))) },
    Entry(
      "elu", "The value where it is above 0, else alpha × (exp(x) − 1).",
      [.optional("alpha", .number(.nonNegative), default: .number(1), "The factor below 0.")]
    ) { .pointwise(.elu, argument: Float($0.number("alpha"))) },
    Entry("selu", "1.0507 × elu(x) with alpha 1.67326, which keeps the variance.") { _ in
      .pointwise(.selu)
    },
    Entry(
      "gelu", "The value times the normal distribution function of it.",
      [
        .optional(
          "approximate", .boolean, default: .boolean(false),
          "Whether by a formula with tanh that is near to it.")
      ]
    ) { .pointwise($0.boolean("approximate") ? .geluTanh : .gelu) },
    Entry("silu", "The value times its sigmoid.") { _ in .pointwise(.silu) },
    Entry("softplus", "log(1 + exp(x)).") { _ in .pointwise(.softplus) },
    Entry("tanh", "The hyperbolic tangent.") { _ in .fused(.tanh) },
    Entry("sigmoid", "1 ÷ (1 + exp(−x)).") { _ in .fused(.sigmoid) },
    Entry("hard_sigmoid", "(x + 3) ÷ 6 between 0 and 1, as in Keras 3.") { _ in
      .pointwise(.hardSigmoid)
    },
    Entry("hard_sigmoid_keras2", "0.2·x + 0.5 between 0 and 1: hard_sigmoid as in Keras 2.") { _ in
      .pointwise(.hardSigmoidKeras2)
    },
  ]

  static let schemas =
    known.map { $0.schema } + [
      ConfigurationSchema(
        kind: softmax.kind, summary: "Probabilities that add up to 1, over the last axis.")
    ]

  /// How the activation of a checked configuration, other than a softmax, is computed.
  static func resolve(_ configuration: Configuration) -> Form {
    known.kind(of: configuration) { $0.schema }.form(configuration)
  }

  /// What the gates of a recurrent layer can be made by, in the order in which messages name them.
  static let gates: [(kind: String, gate: RecurrentGate)] = [
    ("sigmoid", .sigmoid), ("hard_sigmoid", .hardSigmoid),
    ("hard_sigmoid_keras2", .hardSigmoidKeras2),
  ]

  /// Whether a model that ends with this activation gives probabilities that each stand alone.
  static func isSigmoid(_ kind: String?) -> Bool { gates.contains { $0.kind == kind } }
}

extension ConfigurationSchema.Parameter {
  /// The argument `activation` of a layer.
  static let activation = optional(
    "activation", .configuration(.activation),
    default: .configuration(Configuration(kind: "linear")),
    "What is applied to the layer's result.")
}
