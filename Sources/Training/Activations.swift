import Kernels
import SweepModel

/// The activations by the names that users write; the kernels implement them.
enum Activations {
  private static let known: [(schema: ConfigurationSchema, activation: Activation)] = [
    (ConfigurationSchema(kind: "linear", summary: "The value itself."), .linear),
    (ConfigurationSchema(kind: "relu", summary: "The value where it is above 0, else 0."), .relu),
    (ConfigurationSchema(kind: "tanh", summary: "The hyperbolic tangent."), .tanh),
    (ConfigurationSchema(kind: "sigmoid", summary: "1 ÷ (1 + exp(−x))."), .sigmoid),
  ]

  static let schemas = known.map { $0.schema }

  /// The activation that a checked configuration names.
  static func resolve(_ configuration: Configuration) -> Activation {
    known.kind(of: configuration) { $0.schema }.activation
  }
}

extension ConfigurationSchema.Parameter {
  /// The argument `activation` of a layer.
  static let activation = optional(
    "activation", .configuration(.activation),
    default: .configuration(Configuration(kind: "linear")),
    "What is applied to the layer's result.")
}
