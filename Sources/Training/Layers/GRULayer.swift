import Kernels
import SweepModel

/// Gated recurrent units.
///
/// With `reset_after` the reset is applied to the state's product, and that has a bias of its own;
/// without, to the state before the candidate's product, as in the paper and in Keras before 2.1.
///
/// Shapes: x[T, I], kernel[I, 3u], recurrent_kernel[u, 3u], bias[2, 3u]: of the input's product, then
/// of the state's; without `reset_after`, bias[3u]; the gates in the order update, reset, candidate;
/// y[T, u] or, without `return_sequences`, y[u].
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
        "Whether the reset gate stands behind the state's product, which then has a bias of its own."
      )
    ] + ConfigurationSchema.Parameter.sequenceArguments)

  let core: RecurrentCore
  let outputShape: [Int]
  let variables: [VariableSpecification]

  init(_ configuration: Configuration, inputShape: [Int]) throws(ComponentError) {
    (core, outputShape, variables) = try Self.resolve(
      configuration, cell: configuration.boolean("reset_after") ? .gru : .gruResetBefore,
      inputShape: inputShape)
  }

  static func biasInitializer(
    _ configuration: Configuration
  ) throws(ComponentError) -> any Initializer { configuration.initializer("bias_initializer") }
}
