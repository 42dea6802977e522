import Kernels
import SweepModel

/// Long short-term memory.
///
/// Shapes: x[T, I], kernel[I, 4u], recurrent_kernel[u, 4u], bias[4u], the gates in the order input,
/// forget, candidate, output; y[T, u] or, without `return_sequences`, y[u].
///
/// Source: S. Hochreiter and J. Schmidhuber, "Long short-term memory", Neural Computation 9(8), 1997;
/// Keras, layers/rnn/lstm.py.
struct LSTMLayer: RecurrentLayer {
  static let schema = ConfigurationSchema(
    kind: "lstm",
    summary: "Long short-term memory, over the positions of a sequence.",
    parameters: ConfigurationSchema.Parameter.recurrentArguments + [
      .optional(
        "unit_forget_bias", .boolean, default: .boolean(true),
        "Whether the bias of the forget gate starts as 1.")
    ] + ConfigurationSchema.Parameter.sequenceArguments)

  let core: RecurrentCore
  let outputShape: [Int]
  let variables: [VariableSpecification]

  init(_ configuration: Configuration, inputShape: [Int]) throws(ComponentError) {
    (core, outputShape, variables) = try Self.resolve(
      configuration, cell: .lstm, inputShape: inputShape)
  }

  static func biasInitializer(
    _ configuration: Configuration
  ) throws(ComponentError) -> any Initializer {
    let initializer = configuration.initializer("bias_initializer")
    return configuration.boolean("unit_forget_bias") ? UnitForgetBias(initializer) : initializer
  }
}

/// The bias of an LSTM whose forget gate is open at first: the u values of the input gate by an
/// initializer, then u times 1, then the 2u others by the initializer anew.
///
/// Source: Keras, layers/rnn/lstm.py, `bias_initializer`, where an initializer gives the same values
/// whenever it is asked for the same shape.
private struct UnitForgetBias: Initializer {
  private let others: any Initializer

  init(_ others: any Initializer) { self.others = others }

  func problem(withShape shape: [Int]) -> String? {
    others.problem(withShape: [shape[0] / 4]) ?? others.problem(withShape: [shape[0] / 2])
  }

  func resolved(
    _ find: (Configuration) throws(TrainingError) -> any Initializer
  ) throws(TrainingError) -> any Initializer { UnitForgetBias(try others.resolved(find)) }

  func fill(_ variable: VariableInitialization) {
    let units = variable.count / 4
    fill(variable, first: 0, count: units, by: others)
    fill(variable, first: units, count: units, by: Ones(Configuration(kind: "ones")))
    fill(variable, first: 2 * units, count: 2 * units, by: others)
  }

  private func fill(
    _ variable: VariableInitialization, first: Int, count: Int, by initializer: any Initializer
  ) {
    initializer.fill(
      VariableInitialization(
        kernels: variable.kernels, lanes: variable.lanes, shape: [count], count: count,
        instance: variable.instance, seeds: variable.seeds,
        values: variable.values + first * variable.lanes))
  }
}
