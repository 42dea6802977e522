import Kernels
import SweepModel

/// The activations by the names that users write; the kernels implement them.
enum Activations {
  /// What a plan takes off the last layer where the loss computes it; no layer does.
  static let softmax = Configuration(kind: "softmax")

  private static let known: [(schema: ConfigurationSchema, activation: Activation)] = [
    (ConfigurationSchema(kind: "linear", summary: "The value itself."), .linear),
    (ConfigurationSchema(kind: "relu", summary: "The value where it is above 0, else 0."), .relu),
    (ConfigurationSchema(kind: "tanh", summary: "The hyperbolic tangent."), .tanh),
    (ConfigurationSchema(kind: "sigmoid", summary: "1 ÷ (1 + exp(−x))."), .sigmoid),
  ]

  static let schemas =
    known.map { $0.schema } + [
      ConfigurationSchema(
        kind: softmax.kind,
        summary: "Probabilities that add up to 1; in the last layer, with a cross-entropy as loss.")
    ]

  /// The activation that a checked configuration names.
  ///
  /// - Throws: ``ComponentError`` for a softmax that is not left to the loss.
  static func resolve(_ configuration: Configuration) throws(ComponentError) -> Activation {
    guard configuration != softmax else {
      throw ComponentError(
        argument: "activation",
        message: "softmax may stand only in the last layer, and with the loss "
          + "categorical_crossentropy or sparse_categorical_crossentropy")
    }
    return known.kind(of: configuration) { $0.schema }.activation
  }
}

extension ConfigurationSchema.Parameter {
  /// The argument `activation` of a layer.
  static let activation = optional(
    "activation", .configuration(.activation),
    default: .configuration(Configuration(kind: "linear")),
    "What is applied to the layer's result.")
}
