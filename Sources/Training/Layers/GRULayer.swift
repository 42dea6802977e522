import Kernels
import SweepModel

/// Gated recurrent units, whose reset is applied after the product.
///
/// Shapes: x[T, I], kernel[I, 3u], recurrent_kernel[u, 3u], bias[2, 3u]: of the input's product, then
/// of the state's; the gates in the order update, reset, candidate; y[T, u] or, without
/// `return_sequences`, y[u].
///
/// Source: K. Cho et al., "Learning phrase representations using RNN encoder–decoder for statistical
/// machine translation", EMNLP 2014; Keras, layers/rnn/gru.py.
struct GRULayer: RecurrentLayer {
  static let schema = ConfigurationSchema(
    kind: "gru",
    summary: "Gated recurrent units, over the positions of a sequence.",
    parameters: ConfigurationSchema.Parameter.recurrentArguments + [
      .optional(
        "reset_after", .boolean, default: .boolean(true),
        "Whether the reset gate stands behind the product; only true.")
    ] + ConfigurationSchema.Parameter.sequenceArguments)
  static let cell = RecurrentCell.gru

  let core: RecurrentCore
  let outputShape: [Int]
  let variables: [VariableSpecification]

  init(_ configuration: Configuration, inputShape: [Int]) throws(ComponentError) {
    guard configuration.boolean("reset_after") else {
      throw ComponentError(
        argument: "reset_after", message: "gru is available with reset_after: true here")
    }
    (core, outputShape, variables) = try Self.resolve(configuration, inputShape: inputShape)
  }

  static func biasInitializer(
    _ configuration: Configuration
  ) throws(ComponentError) -> any Initializer { configuration.initializer("bias_initializer") }
}
