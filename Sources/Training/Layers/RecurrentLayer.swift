import Kernels
import SweepModel

/// A layer that takes sequences step by step, in one direction.
protocol RecurrentLayer: Layer {
  /// Its work.
  var core: RecurrentCore { get }

  /// The first values of the bias.
  ///
  /// - Throws: ``ComponentError`` for arguments that are not available.
  static func biasInitializer(
    _ configuration: Configuration
  ) throws(ComponentError) -> any Initializer
}

extension RecurrentLayer {
  // The activation is within.
  static var endsWithItsActivation: Bool { false }

  var maskUse: MaskUse { core.returnsSequences ? .passes : .ends }

  func memory(rows: Int, lanes: Int) -> LayerMemory { core.memory(rows: rows, lanes: lanes) }

  func forward(_ pass: LayerPass) {
    core.forward(
      pass, retained: pass.tensors.retained, variables: pass.tensors.variables[...],
      outputs: pass.tensors.output, at: RecurrentCore.OutputPlace(width: core.units))
  }

  func backward(_ pass: LayerPass) {
    core.backward(
      pass, retained: pass.tensors.retained, variables: pass.tensors.variables[...],
      gradients: pass.tensors.gradients[...], outputGradient: pass.tensors.outputGradient,
      at: RecurrentCore.OutputPlace(width: core.units))
  }

  /// The core, the output's shape and the variables, of a layer with `cell` between its products.
  static func resolve(
    _ configuration: Configuration, cell: RecurrentCell, inputShape: [Int]
  ) throws(ComponentError) -> (RecurrentCore, [Int], [VariableSpecification]) {
    let kind = configuration.kind
    guard inputShape.count == 2 else {
      throw ComponentError(
        message: "\(kind) takes sequences of vectors, samples of two axes, but they have shape "
          + "\(inputShape)")
    }
    let activation = configuration.configuration("activation").kind
    guard activation == "tanh" else {
      throw ComponentError(
        argument: "activation",
        message: "\(kind) is available with tanh here, not with \(activation)")
    }
    let recurrent = configuration.configuration("recurrent_activation").kind
    guard let gate = Activations.gates.first(where: { $0.kind == recurrent })?.gate else {
      let available = Activations.gates.map(\.kind).joined(separator: ", ")
      throw ComponentError(
        argument: "recurrent_activation",
        message: "\(kind) is available with gates by \(available), not by \(recurrent)")
    }
    let units = configuration.integer("units")
    let core = RecurrentCore(
      cell: cell, gate: gate, steps: inputShape[0], inputs: inputShape[1], units: units,
      usesBias: configuration.boolean("use_bias"),
      returnsSequences: configuration.boolean("return_sequences"),
      goesBackwards: configuration.boolean("go_backwards"))
    let biasShape = cell.biases == 2 ? [2, core.gateUnits] : [core.gateUnits]
    var variables = [
      VariableSpecification(
        name: "\(kind)_cell/kernel", shape: [inputShape[1], core.gateUnits],
        initializer: configuration.initializer("kernel_initializer"),
        regularizer: configuration.regularizer("kernel_regularizer")),
      VariableSpecification(
        name: "\(kind)_cell/recurrent_kernel", shape: [units, core.gateUnits],
        initializer: configuration.initializer("recurrent_initializer"),
        regularizer: configuration.regularizer("recurrent_regularizer")),
    ]
    if core.usesBias {
      variables.append(
        VariableSpecification(
          name: "\(kind)_cell/bias", shape: biasShape,
          initializer: try biasInitializer(configuration),
          regularizer: configuration.regularizer("bias_regularizer")))
    }
    return (core, core.returnsSequences ? [inputShape[0], units] : [units], variables)
  }
}

extension ConfigurationSchema.Parameter {
  /// The arguments of every recurrent layer that stand before its own.
  static let recurrentArguments: [Self] = [
    .required("units", .integer(1...Limits.units), "Values of the state and of an output."),
    .optional(
      "activation", .configuration(.activation),
      default: .configuration(Configuration(kind: "tanh")), "Of the candidate; only tanh."),
    .optional(
      "recurrent_activation", .configuration(.activation),
      default: .configuration(Configuration(kind: "sigmoid")),
      "Of the gates; only \(Activations.gates.map(\.kind).joined(separator: ", "))."),
    .optional("use_bias", .boolean, default: .boolean(true), "Whether a bias is added."),
    .initializer("kernel_initializer", default: "glorot_uniform", "First values of the kernel."),
    .optional(
      "recurrent_initializer", .configuration(.initializer),
      default: .configuration(
        Configuration(kind: "orthogonal", arguments: ["gain": .number(1)])),
      "First values of the recurrent kernel."),
    .initializer("bias_initializer", default: "zeros", "First values of the bias."),
    .kernelRegularizer, .regularizer("recurrent_regularizer", of: "the recurrent kernel's values"),
    .biasRegularizer,
  ]

  /// Those that stand behind.
  static let sequenceArguments: [Self] = [
    .optional(
      "return_sequences", .boolean, default: .boolean(false),
      "Whether the outputs of all positions are given, or that of the last."),
    .optional(
      "go_backwards", .boolean, default: .boolean(false),
      "Whether the sequence is taken from its end."),
    .layerName,
  ]
}
