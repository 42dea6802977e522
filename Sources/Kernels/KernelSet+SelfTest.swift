/// A worker runs this before it trains anything: a machine whose kernels differ is turned away.
extension KernelSet {
  /// Compares every kernel with the reference, bit for bit, on fixed small inputs: for a trial
  /// alone, for packs of common and of odd sizes, and for sizes that leave no vector or tile full.
  ///
  /// - Throws: ``KernelError`` with the name of the first kernel that differs.
  public func selfTest() throws(KernelError) {
    guard FloatingPointMode.isStandard else { throw .unusualArithmetic }
    for lanes in [1, 3, 8, 16] {
      for trial in KernelTrial.all {
        let own = trial.run(self, lanes)
        let expected = trial.run(.reference, lanes)
        guard own.elementsEqual(expected, by: { $0.bitPattern == $1.bitPattern }) else {
          throw .selfTestFailed(set: name, kernel: trial.kernel)
        }
      }
    }
    if let kernel = StackTest.firstDifference(self) {
      throw .selfTestFailed(set: name, kernel: kernel)
    }
  }
}

/// The processor's mode, which any library of the process could have changed.
private enum FloatingPointMode {
  /// Whether it rounds to nearest and keeps subnormals.
  static var isStandard: Bool {
    let unit = opaque(1), small = opaque(0x1p-24), tiny = opaque(Float.leastNormalMagnitude)
    // Halfway cases go to even, what is above half goes up: together only true to nearest.
    return unit + small == 1 && unit + 1.5 * small > 1 && -unit - 1.5 * small < -1
      && tiny / 2 > 0 && (tiny / 2) * 2 == tiny
  }

  /// Keeps the compiler from doing the sums itself.
  @inline(never) private static func opaque(_ value: Float) -> Float {
    var value = value
    return withUnsafeMutablePointer(to: &value) { $0.pointee }
  }
}

/// One kernel on fixed inputs: all that it writes, for a number of lanes.
struct KernelTrial: Sendable {
  let kernel: String
  let run: @Sendable (KernelSet, _ lanes: Int) -> [Float]

  static let rows = 7
  private static let inputs = 5
  static let outputs = 37
  static let rate: Float = 0.01

  static let all: [KernelTrial] =
    products + convolutions + activations + pointwise + objectives + valueLosses + tallies
    + optimizers + rarerOptimizers + beforeSteps + draws + classification + weighing
    + sequences + normalizations

  private static func shape(_ lanes: Int) -> DenseShape {
    DenseShape(lanes: lanes, rows: rows, inputs: inputs, outputs: outputs)
  }

  /// Values without pattern, of either sign, some of them 0 and some subnormal.
  static func values(_ count: Int, salt: UInt32) -> [Float] {
    var state = salt
    return (0..<count).map { position in
      state = state &* 1_664_525 &+ 1_013_904_223
      let value = (Float(state >> 8) * 0x1p-23 - 1) * 3
      return position % 11 == 5 ? 0 : position % 13 == 7 ? value * 0x1p-128 : value
    }
  }

  static func zeros(_ count: Int) -> [Float] { Array(repeating: 0, count: count) }

  private static func workspace() -> [Float] {
    zeros(
      KernelSet.workspaceCount(
        rows: max(rows, inputs), inner: max(rows, inputs, outputs)))
  }

  private static let products = [
    KernelTrial(kernel: "dense_forward") { kernels, lanes in
      Activation.allCases.flatMap { activation in
        var y = zeros(rows * outputs * lanes)
        var space = workspace()
        kernels.denseForward(
          shape(lanes), activation, x: values(rows * inputs * lanes, salt: 1),
          kernel: values(inputs * outputs * lanes, salt: 2), bias: values(outputs * lanes, salt: 3),
          y: &y, workspace: &space)
        return y
      }
    },
    KernelTrial(kernel: "dense_kernel_gradient") { kernels, lanes in
      var dkernel = zeros(inputs * outputs * lanes)
      var space = workspace()
      kernels.denseKernelGradient(
        shape(lanes), x: values(rows * inputs * lanes, salt: 4),
        dz: values(rows * outputs * lanes, salt: 5), dkernel: &dkernel, workspace: &space)
      return dkernel
    },
    KernelTrial(kernel: "dense_input_gradient") { kernels, lanes in
      var dx = zeros(rows * inputs * lanes)
      var space = workspace()
      kernels.denseInputGradient(
        shape(lanes), dz: values(rows * outputs * lanes, salt: 6),
        kernel: values(inputs * outputs * lanes, salt: 7), dx: &dx, workspace: &space)
      return dx
    },
    // Wide enough, and with zeros enough, that kernels may skip steps.
    KernelTrial(kernel: "dense_forward") { kernels, lanes in
      guard lanes == 1 else { return [] }
      let wide = DenseShape(lanes: 1, rows: 3, inputs: 70, outputs: 131)
      let x = values(3 * 70, salt: 16).enumerated().map { $0.offset % 3 == 0 ? $0.element : 0 }
      var y = zeros(3 * 131)
      var space = zeros(KernelSet.workspaceCount(rows: 3, inner: 70))
      kernels.denseForward(
        wide, .linear, x: x, kernel: values(70 * 131, salt: 17), bias: nil, y: &y,
        workspace: &space)
      return y
    },
    KernelTrial(kernel: "dense_kernel_gradient") { kernels, lanes in
      guard lanes == 1 else { return [] }
      let wide = DenseShape(lanes: 1, rows: 70, inputs: 131, outputs: 17)
      let dz = values(70 * 17, salt: 18).enumerated().map { $0.offset % 3 == 0 ? $0.element : 0 }
      var dkernel = zeros(131 * 17)
      var space = zeros(KernelSet.workspaceCount(rows: 131, inner: 70))
      kernels.denseKernelGradient(
        wide, x: values(70 * 131, salt: 19), dz: dz, dkernel: &dkernel, workspace: &space)
      return dkernel
    },
    // Rows enough, and columns few enough, that vectors may hold rows, or share them.
    KernelTrial(kernel: "dense_forward") { kernels, lanes in
      guard lanes == 1 else { return [] }
      return [10, 13].flatMap { outputs in
        let narrow = DenseShape(lanes: 1, rows: 40, inputs: 9, outputs: outputs)
        var y = zeros(40 * outputs)
        var space = zeros(KernelSet.workspaceCount(rows: 40, inner: 9))
        kernels.denseForward(
          narrow, .relu, x: values(40 * 9, salt: 20), kernel: values(9 * outputs, salt: 21),
          bias: values(outputs, salt: 22), y: &y, workspace: &space)
        return y
      }
    },
    KernelTrial(kernel: "column_sum") { kernels, lanes in
      var sum = zeros(outputs * lanes)
      kernels.columnSum(
        RowsShape(lanes: lanes, rows: rows, width: outputs),
        x: values(rows * outputs * lanes, salt: 8), sum: &sum)
      return sum
    },
  ]

  private static let activations = [
    KernelTrial(kernel: "activate") { kernels, lanes in
      Activation.allCases.flatMap { activation in
        var results = values(outputs * lanes, salt: 9)
        kernels.activate(activation, count: results.count, values: &results)
        return results
      }
    },
    KernelTrial(kernel: "activation_gradient") { kernels, lanes in
      Activation.allCases.flatMap { activation in
        var gradient = values(outputs * lanes, salt: 10)
        kernels.activationGradient(
          activation, count: gradient.count, y: values(outputs * lanes, salt: 11),
          gradient: &gradient)
        return gradient
      }
    },
  ]

  private static let objectives = [
    KernelTrial(kernel: "squared_error") { kernels, lanes in
      var losses = zeros(rows * lanes)
      var gradient = zeros(rows * outputs * lanes)
      kernels.squaredError(
        RowsShape(lanes: lanes, rows: rows, width: outputs),
        predictions: values(rows * outputs * lanes, salt: 12),
        targets: values(rows * outputs * lanes, salt: 13), losses: &losses, gradient: &gradient,
        scale: rate)
      return losses + gradient
    },
    KernelTrial(kernel: "accumulate") { kernels, lanes in
      var sums = [Double](repeating: 1 / 3, count: lanes)
      kernels.accumulate(
        lanes: lanes, rows: rows, values: values(rows * lanes, salt: 14), sums: &sums)
      // Both halves of each sum, as floats.
      return sums.flatMap { sum in
        [Float(sum), Float(sum - Double(Float(sum)))]
      }
    },
    KernelTrial(kernel: "gather") { kernels, lanes in
      let permutation = (0..<rows * lanes).map { UInt32($0 * 5 % rows) }
      return [0, 2].flatMap { first in
        var gathered = zeros((rows - first) * outputs * lanes)
        kernels.gather(
          RowsShape(lanes: lanes, rows: rows - first, width: outputs),
          source: values(rows * outputs, salt: 15), permutation: permutation, first: first,
          rows: &gathered)
        return gathered
      }
    },
  ]

  /// Two steps, so that the slots are not zeros.
  private static func optimizer(
    _ kernel: String,
    _ step: @escaping @Sendable (KernelSet, OptimizerTensors, MutableTensor, MutableTensor) -> Void
  ) -> KernelTrial {
    KernelTrial(kernel: kernel) { kernels, lanes in
      let count = outputs * lanes
      var weights = values(count, salt: 16)
      var m = zeros(count)
      var v = zeros(count)
      for salt: UInt32 in [17, 18] {
        weights.withUnsafeMutableBufferPointer { buffer in
          guard let start = buffer.baseAddress else { return }
          values(count, salt: salt).withUnsafeBufferPointer { gradient in
            guard let gradient = gradient.baseAddress else { return }
            step(
              kernels, OptimizerTensors(count: count, gradient: gradient, weights: start), &m, &v)
          }
        }
      }
      return weights + m + v
    }
  }

  private static let optimizers = [
    optimizer("sgd") { kernels, tensors, _, _ in kernels.sgd(tensors, rate: rate) },
    optimizer("sgd_momentum") { kernels, tensors, m, _ in
      kernels.sgd(tensors, rate: rate, momentum: 0.9, nesterov: false, m: m)
    },
    optimizer("sgd_nesterov") { kernels, tensors, m, _ in
      kernels.sgd(tensors, rate: rate, momentum: 0.9, nesterov: true, m: m)
    },
    optimizer("adam") { kernels, tensors, m, v in
      kernels.adam(
        tensors, rate: rate, firstShare: 0.1, secondShare: 0.001, epsilon: 1e-7, m: m, v: v)
    },
    optimizer("rmsprop") { kernels, tensors, _, v in
      kernels.rmsprop(tensors, rate: rate, decay: 0.9, share: 0.1, epsilon: 1e-7, v: v)
    },
  ]

  private static let draws = [
    KernelTrial(kernel: "initialize_uniform") { kernels, lanes in
      let seeds = (0..<lanes).map { UInt64($0) &* 0x9E37_79B9_7F4A_7C15 }
      var drawn = zeros(71 * lanes)
      kernels.initializeUniform(
        lanes: lanes, count: 71, seeds: seeds, instance: 0x1234_5678, limit: 0.3, values: &drawn)
      return drawn
    },
    KernelTrial(kernel: "shuffle") { kernels, lanes in
      let seeds = (0..<lanes).map { UInt64($0) &* 0x9E37_79B9_7F4A_7C15 }
      var order = [UInt32](repeating: 0, count: 71 * lanes)
      kernels.shuffle(lanes: lanes, count: 71, seeds: seeds, epoch: 3, permutation: &order)
      return order.map { Float($0) }
    },
  ]
}
