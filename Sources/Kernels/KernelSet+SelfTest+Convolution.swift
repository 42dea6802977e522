/// The self-test of convolutions and poolings.
extension KernelTrial {
  static let convolutions = [
    KernelTrial(kernel: "convolution_forward") { kernels, lanes in
      convolved(lanes) { shape in
        Activation.allCases.flatMap { activation in
          var y = zeros(outputCount(shape))
          var space = zeros(shape.workspaceCount)
          kernels.convolutionForward(
            shape, activation, x: values(inputCount(shape), salt: 20),
            kernel: values(kernelCount(shape), salt: 21),
            bias: values(shape.filters * lanes, salt: 22), y: &y, workspace: &space)
          return y
        }
      }
    },
    KernelTrial(kernel: "convolution_kernel_gradient") { kernels, lanes in
      convolved(lanes) { shape in
        var dkernel = zeros(kernelCount(shape))
        var dbias = zeros(shape.filters * lanes)
        var space = zeros(shape.workspaceCount)
        kernels.convolutionKernelGradient(
          shape, x: values(inputCount(shape), salt: 23), dz: values(outputCount(shape), salt: 24),
          dkernel: &dkernel, dbias: &dbias, workspace: &space)
        return dkernel + dbias
      }
    },
    KernelTrial(kernel: "convolution_input_gradient") { kernels, lanes in
      convolved(lanes) { shape in
        var dx = zeros(inputCount(shape))
        var space = zeros(shape.workspaceCount)
        kernels.convolutionInputGradient(
          shape, dz: values(outputCount(shape), salt: 25),
          kernel: values(kernelCount(shape), salt: 26), dx: &dx, workspace: &space)
        return dx
      }
    },
    KernelTrial(kernel: "max_pooling") { kernels, lanes in
      let pooled = maxPooled(kernels, lanes)
      return pooled.y + pooled.places.map { Float($0) }
    },
    KernelTrial(kernel: "max_pooling_gradient") { kernels, lanes in
      let shape = pooling(lanes)
      var dx = zeros(rows * down.length * across.length * shape.channels * lanes)
      // The reference's places: those of another kernel are not at issue.
      let places = maxPooled(.reference, lanes).places
      kernels.maxPoolingGradient(
        shape, places: places, dy: values(places.count, salt: 28), dx: &dx)
      return dx
    },
    KernelTrial(kernel: "average_steps") { kernels, lanes in
      var y = zeros(rows * outputs * lanes)
      kernels.averageSteps(
        SequenceShape(lanes: lanes, rows: rows, steps: 5, width: outputs),
        x: values(rows * 5 * outputs * lanes, salt: 29), y: &y)
      return y
    },
    KernelTrial(kernel: "average_steps_gradient") { kernels, lanes in
      var dx = zeros(rows * 5 * outputs * lanes)
      kernels.averageStepsGradient(
        SequenceShape(lanes: lanes, rows: rows, steps: 5, width: outputs),
        dy: values(rows * outputs * lanes, salt: 30), dx: &dx)
      return dx
    },
  ]

  /// Windows of three that overlap, partly beyond both edges.
  private static let down = WindowAxis(length: 6, window: 3, stride: 1, padding: 1, positions: 6)
  private static let across = WindowAxis(length: 5, window: 3, stride: 2, padding: 1, positions: 3)

  /// The results for one channel and for several, whose windows are copied in different ways.
  private static func convolved(
    _ lanes: Int, _ results: (ConvolutionShape) -> [Float]
  ) -> [Float] {
    let narrow = ConvolutionShape(
      lanes: lanes, rows: 2, down: across, across: down, channels: 1, filters: 5)
    let wide = ConvolutionShape(
      lanes: lanes, rows: 2, down: down, across: across, channels: 3, filters: outputs)
    return results(narrow) + results(wide)
  }

  private static func inputCount(_ shape: ConvolutionShape) -> Int {
    shape.rows * shape.down.length * shape.across.length * shape.channels * shape.lanes
  }

  private static func outputCount(_ shape: ConvolutionShape) -> Int {
    shape.rows * shape.down.positions * shape.across.positions * shape.filters * shape.lanes
  }

  private static func kernelCount(_ shape: ConvolutionShape) -> Int {
    shape.down.window * shape.across.window * shape.channels * shape.filters * shape.lanes
  }

  private static func pooling(_ lanes: Int) -> PoolingShape {
    PoolingShape(lanes: lanes, rows: rows, down: down, across: across, channels: 5)
  }

  private static func maxPooled(
    _ kernels: KernelSet, _ lanes: Int
  ) -> (y: [Float], places: [UInt32]) {
    let shape = pooling(lanes)
    let count = rows * down.positions * across.positions * shape.channels * lanes
    var y = zeros(count)
    var places = [UInt32](repeating: 0, count: count)
    kernels.maxPooling(
      shape, x: values(rows * down.length * across.length * shape.channels * lanes, salt: 27),
      y: &y, places: &places)
    return (y, places)
  }
}
