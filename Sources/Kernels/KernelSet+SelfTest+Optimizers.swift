/// The self-test of the rarer steps, and of what comes before a step.
extension KernelTrial {
  static let rarerOptimizers = [
    rmsprop("rmsprop_centered", isCentered: true, hasMomentum: false),
    rmsprop("rmsprop_momentum", isCentered: false, hasMomentum: true),
    rmsprop("rmsprop_centered_momentum", isCentered: true, hasMomentum: true),
    KernelTrial(kernel: "adagrad") { kernels, lanes in
      steps(lanes) { tensors, v, _, _ in
        kernels.adagrad(tensors, rate: rate, epsilon: 1e-7, v: v)
      }
    },
    KernelTrial(kernel: "nadam") { kernels, lanes in
      let step = NadamStep(
        momentRate: 0.009, gradientRate: 0.002, correction: 1.5, firstShare: 0.1,
        secondShare: 0.001, epsilon: 1e-7)
      return steps(lanes) { tensors, v, m, _ in kernels.nadam(tensors, step, m: m, v: v) }
    },
  ]

  private static func rmsprop(
    _ kernel: String, isCentered: Bool, hasMomentum: Bool
  ) -> KernelTrial {
    KernelTrial(kernel: kernel) { kernels, lanes in
      steps(lanes) { tensors, v, m, mean in
        kernels.rmsprop(
          tensors, rate: rate, decay: 0.9, share: 0.1, epsilon: 1e-7, momentum: 0.8, v: v,
          mean: isCentered ? mean : nil, m: hasMomentum ? m : nil)
      }
    }
  }

  /// Two steps, so that the slots are not zeros: the weights, and the slots after them.
  private static func steps(
    _ lanes: Int,
    _ step: (OptimizerTensors, MutableTensor, MutableTensor, MutableTensor) -> Void
  ) -> [Float] {
    let count = outputs * lanes
    var tensors = values(count, salt: 24) + zeros(3 * count)
    tensors.withUnsafeMutableBufferPointer { tensors in
      guard let start = tensors.baseAddress else { return }
      for salt: UInt32 in [25, 26] {
        let gradient = values(count, salt: salt)
        gradient.withUnsafeBufferPointer { gradient in
          guard let gradient = gradient.baseAddress else { return }
          step(
            OptimizerTensors(count: count, gradient: gradient, weights: start), start + count,
            start + 2 * count, start + 3 * count)
        }
      }
    }
    return tensors
  }

  static let beforeSteps = [
    KernelTrial(kernel: "decay_weights") { kernels, lanes in
      var weights = values(outputs * lanes, salt: 27)
      kernels.decayWeights(count: weights.count, share: 0.3, rate: 0.7, weights: &weights)
      return weights
    },
    KernelTrial(kernel: "clip_values") { kernels, lanes in
      var clipped = values(outputs * lanes, salt: 28)
      clipped[0] = .nan
      kernels.clipValues(count: clipped.count, limit: 0.5, values: &clipped)
      return clipped.map { $0.isNaN ? 7 : $0 }
    },
    KernelTrial(kernel: "scale_lanes") { kernels, lanes in
      var scaled = values(outputs * lanes, salt: 29)
      kernels.scaleLanes(
        lanes: lanes, count: outputs, factors: values(lanes, salt: 30), values: &scaled)
      return scaled
    },
    sums("sum_squares") { $0.sumSquares(lanes: $1, count: $2, values: $3, sums: $4) },
    sums("sum_magnitudes") { $0.sumMagnitudes(lanes: $1, count: $2, values: $3, sums: $4) },
    KernelTrial(kernel: "regularize") { kernels, lanes in
      [(Float(0.1), Float(0)), (0, 0.2), (0.1, 0.2)].flatMap { l1, twiceL2 in
        var gradient = values(outputs * lanes, salt: 31)
        kernels.regularize(
          count: gradient.count, l1: l1, twiceL2: twiceL2,
          weights: values(outputs * lanes, salt: 32), gradient: &gradient)
        return gradient
      }
    },
  ]

  private static func sums(
    _ kernel: String,
    _ sum:
      @escaping @Sendable (
        KernelSet, _ lanes: Int, _ count: Int, Tensor, UnsafeMutablePointer<Double>
      ) -> Void
  ) -> KernelTrial {
    KernelTrial(kernel: kernel) { kernels, lanes in
      var sums = [Double](repeating: 0, count: lanes)
      sum(kernels, lanes, outputs, values(outputs * lanes, salt: 33), &sums)
      // Both halves of each sum, as floats.
      return sums.flatMap { [Float($0), Float($0 - Double(Float($0)))] }
    }
  }
}
