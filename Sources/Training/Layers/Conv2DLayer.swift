import Kernels
import SweepModel

/// y = activation(convolution of x with the kernel + bias), over the first two axes of its input.
///
/// Shapes: x[H, W, C], kernel[KH, KW, C, F], bias[F], y[OH, OW, F].
///
/// Source: Keras, layers/convolutional/conv2d.py; without dilation and groups, channels last.
struct Conv2DLayer: Layer {
  static let schema = ConfigurationSchema(
    kind: "conv2d",
    summary: "A convolution over height and width: activation(windows of x · kernel + bias).",
    parameters: [
      .required("filters", .integer(1...Limits.units), "Values of each position of its output."),
      .required("kernel_size", .windowLengths, "Height and width of a window, or one for both."),
      .optional(
        "strides", .windowLengths, default: .list([.integer(1)]),
        "From one window to the next, down and across, or one for both."),
      .padding,
      .activation,
      .optional("use_bias", .boolean, default: .boolean(true), "Whether a bias is added."),
      .initializer("kernel_initializer", default: "glorot_uniform", "First values of the kernel."),
      .initializer("bias_initializer", default: "zeros", "First values of the bias."),
      .kernelRegularizer, .biasRegularizer,
      .layerName,
    ])

  let outputShape: [Int]
  let variables: [VariableSpecification]
  let maskUse = MaskUse.ends
  private let windows: Windows
  private let filters: Int
  private let activation: LayerActivation
  private let usesBias: Bool

  init(_ configuration: Configuration, inputShape: [Int]) throws(ComponentError) {
    windows = try Windows(
      configuration, size: "kernel_size", strides: configuration.pair("strides"),
      shape: inputShape)
    filters = configuration.integer("filters")
    outputShape = [windows.down.positions, windows.across.positions, filters]
    activation = try LayerActivation(
      configuration.configuration("activation"), shape: outputShape)
    usesBias = configuration.boolean("use_bias")
    let kernel = VariableSpecification(
      name: "kernel",
      shape: [windows.down.window, windows.across.window, windows.channels, filters],
      initializer: configuration.initializer("kernel_initializer"),
      regularizer: configuration.regularizer("kernel_regularizer"))
    let bias = VariableSpecification(
      name: "bias", shape: [filters], initializer: configuration.initializer("bias_initializer"),
      regularizer: configuration.regularizer("bias_regularizer"))
    variables = usesBias ? [kernel, bias] : [kernel]
  }

  func memory(rows: Int, lanes: Int) -> LayerMemory {
    LayerMemory(
      retained: activation.retained(rows: rows, lanes: lanes),
      workspace: CheckedCount(shape(lanes: lanes, rows: rows).workspaceCount))
  }

  func forward(_ pass: LayerPass) {
    let tensors = pass.tensors
    let shape = shape(lanes: pass.lanes, rows: pass.rows)
    pass.inParts { part, workspace in
      pass.kernels.convolutionForward(
        shape, part: part, activation.fused, x: tensors.input, kernel: tensors.variables[0],
        bias: usesBias ? Tensor(tensors.variables[1]) : nil, y: activation.argument(pass),
        workspace: workspace)
    }
    activation.apply(pass)
  }

  func backward(_ pass: LayerPass) {
    let tensors = pass.tensors
    let shape = shape(lanes: pass.lanes, rows: pass.rows)
    let dz = tensors.outputGradient
    activation.differentiate(pass)
    pass.inParts { part, workspace in
      pass.kernels.convolutionKernelGradient(
        shape, part: part, x: tensors.input, dz: dz, dkernel: tensors.gradients[0],
        dbias: usesBias ? tensors.gradients[1] : nil, workspace: workspace)
    }
    if let dx = tensors.inputGradient {
      pass.inParts { part, workspace in
        pass.kernels.convolutionInputGradient(
          shape, part: part, dz: dz, kernel: tensors.variables[0], dx: dx, workspace: workspace)
      }
    }
  }

  private func shape(lanes: Int, rows: Int) -> ConvolutionShape {
    ConvolutionShape(
      lanes: lanes, rows: rows, down: windows.down, across: windows.across,
      channels: windows.channels, filters: filters)
  }
}
