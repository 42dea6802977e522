import Kernels
import SweepModel

/// y = activation(x · kernel + bias), over the last axis of its input.
///
/// Shapes: x[…, I], kernel[I, O], bias[O], y[…, O]. Every position of the axes before the last is a
/// row of its own.
///
/// Source: Keras, layers/core/dense.py.
struct DenseLayer: Layer {
  static let schema = ConfigurationSchema(
    kind: "dense",
    summary: "A fully connected layer: activation(x · kernel + bias).",
    parameters: [
      .required("units", .integer(1...Limits.units), "Values of a sample of its output."),
      .activation,
      .optional("use_bias", .boolean, default: .boolean(true), "Whether a bias is added."),
      .initializer("kernel_initializer", default: "glorot_uniform", "First values of the kernel."),
      .initializer("bias_initializer", default: "zeros", "First values of the bias."),
      .kernelRegularizer, .biasRegularizer,
      .layerName,
    ])

  let outputShape: [Int]
  let variables: [VariableSpecification]
  let maskUse = MaskUse.passes
  let activation: LayerActivation
  /// Rows that one sample makes.
  let positions: Int
  let inputs: Int
  let outputs: Int
  let usesBias: Bool

  init(_ configuration: Configuration, inputShape: [Int]) throws(ComponentError) {
    guard let last = inputShape.last else {
      throw ComponentError(message: "dense needs samples with at least one axis")
    }
    inputs = last
    outputs = configuration.integer("units")
    positions = inputShape.dropLast().reduce(1, *)
    outputShape = inputShape.dropLast() + [outputs]
    activation = try LayerActivation(
      configuration.configuration("activation"), shape: outputShape)
    usesBias = configuration.boolean("use_bias")
    let kernel = VariableSpecification(
      name: "kernel", shape: [inputs, outputs],
      initializer: configuration.initializer("kernel_initializer"),
      regularizer: configuration.regularizer("kernel_regularizer"))
    let bias = VariableSpecification(
      name: "bias", shape: [outputs], initializer: configuration.initializer("bias_initializer"),
      regularizer: configuration.regularizer("bias_regularizer"))
    variables = usesBias ? [kernel, bias] : [kernel]
  }

  func memory(rows: Int, lanes: Int) -> LayerMemory {
    let retained = activation.retained(rows: rows, lanes: lanes)
    // Only the products of a trial alone copy and mark their operands.
    guard lanes == 1 else { return LayerMemory(retained: retained) }
    let rows = (CheckedCount(rows) * CheckedCount(positions)).value
    // What does not fit the arena is refused whatever it is, and must not overflow here.
    let bound = CheckedCount(Limits.arenaBytes)
    guard CheckedCount(rows) * CheckedCount(inputs) < bound,
      CheckedCount(rows) * CheckedCount(outputs) < bound
    else {
      return LayerMemory(retained: retained, workspace: CheckedCount(Int.max))
    }
    return LayerMemory(
      retained: retained,
      workspace: CheckedCount(
        max(
          KernelSet.workspaceCount(rows: rows, inner: inputs),
          KernelSet.workspaceCount(rows: inputs, inner: rows),
          KernelSet.workspaceCount(rows: rows, inner: outputs))))
  }

  func forward(_ pass: LayerPass) {
    let tensors = pass.tensors
    pass.inParts { part, workspace in
      pass.kernels.denseForward(
        shape(pass), part: part, activation.fused, x: tensors.input, kernel: tensors.variables[0],
        bias: usesBias ? Tensor(tensors.variables[1]) : nil, y: activation.argument(pass),
        workspace: workspace)
    }
    activation.apply(pass)
  }

  func backward(_ pass: LayerPass) {
    let shape = shape(pass)
    let tensors = pass.tensors
    let dz = tensors.outputGradient
    activation.differentiate(pass)
    pass.inParts { part, workspace in
      pass.kernels.denseKernelGradient(
        shape, part: part, x: tensors.input, dz: dz, dkernel: tensors.gradients[0],
        workspace: workspace)
    }
    if usesBias {
      pass.kernels.columnSum(
        RowsShape(lanes: shape.lanes, rows: shape.rows, width: outputs), x: dz,
        sum: tensors.gradients[1])
    }
    if let dx = tensors.inputGradient {
      pass.inParts { part, workspace in
        pass.kernels.denseInputGradient(
          shape, part: part, dz: dz, kernel: tensors.variables[0], dx: dx, workspace: workspace)
      }
    }
  }

  private func shape(_ pass: LayerPass) -> DenseShape {
    DenseShape(lanes: pass.lanes, rows: pass.rows * positions, inputs: inputs, outputs: outputs)
  }
}
