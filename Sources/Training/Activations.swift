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

  private static let known:
    [(schema: ConfigurationSchema, form: @Sendable (Configuration) -> Form)] = [
      (ConfigurationSchema(kind: "linear", summary: "The value itself."), { _ in .fused(.linear) }),
      (
        ConfigurationSchema(kind: "relu", summary: "The value where it is above 0, else 0."),
        { _ in .fused(.relu) }
      ),
      (
        ConfigurationSchema(
          kind: "leaky_relu",
          summary: "The value where it is above 0, else the value times negative_slope.",
          parameters: [
            .optional(
              "negative_slope", .number(.nonNegative), default: .number(0.2), "The slope below 0.")
          ]),
        { .pointwise(.leakyRelu, argument: Float($0.number("negative_slope"))) }
      ),
      (
        ConfigurationSchema(kind: "silu", summary: "The value times its sigmoid."),
        { _ in .pointwise(.silu) }
      ),
      (
        ConfigurationSchema(kind: "softplus", summary: "log(1 + exp(x))."),
        { _ in .pointwise(.softplus) }
      ),
      (
        ConfigurationSchema(kind: "tanh", summary: "The hyperbolic tangent."),
        { _ in .fused(.tanh) }
      ),
      (
        ConfigurationSchema(kind: "sigmoid", summary: "1 ÷ (1 + exp(−x))."),
        { _ in .fused(.sigmoid) }
      ),
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
}

extension ConfigurationSchema.Parameter {
  /// The argument `activation` of a layer.
  static let activation = optional(
    "activation", .configuration(.activation),
    default: .configuration(Configuration(kind: "linear")),
    "What is applied to the layer's result.")
}
