/// The self-test of normalizations.
extension KernelTrial {
  static let normalizations = [
    KernelTrial(kernel: "batch_moments") { kernels, lanes in
      let mask = (0..<rows * lanes).map { Float($0 % 5 == 2 ? 0 : 1) }
      return [true, false].flatMap { isMasked in
        var (mean, variance) = (zeros(outputs * lanes), zeros(outputs * lanes))
        var counts = zeros(lanes)
        mask.withUnsafeBufferPointer { mask in
          kernels.batchMoments(
            shape(lanes), mask: isMasked ? mask.baseAddress : nil, x: x(lanes), mean: &mean,
            variance: &variance, counts: &counts)
        }
        return mean + variance + counts
      }
    },
    KernelTrial(kernel: "blend") { kernels, lanes in
      var moving = values(outputs * lanes, salt: 42)
      kernels.blend(
        count: moving.count, keep: 0.99, share: 0.01, values: values(outputs * lanes, salt: 43),
        moving: &moving)
      return moving
    },
    normalization("batch_normalize") { kernels, lanes, affine in
      var (reciprocal, normal, y) = (zeros(outputs * lanes), x(lanes), x(lanes))
      kernels.batchNormalize(
        shape(lanes), affine, x: x(lanes), mean: values(outputs * lanes, salt: 44),
        variance: values(outputs * lanes, salt: 45).map { $0 * $0 }, reciprocal: &reciprocal,
        normal: &normal, y: &y)
      return reciprocal + normal + y
    },
    normalization("batch_normalization_gradient") { kernels, lanes, affine in
      var (dgamma, dbeta) = (zeros(outputs * lanes), zeros(outputs * lanes))
      var dx = x(lanes)
      let mask = (0..<rows * lanes).map { Float($0 % 5 == 2 ? 0 : 1) }
      mask.withUnsafeBufferPointer { mask in
        kernels.batchNormalizationGradient(
          shape(lanes), affine, mask: mask.baseAddress, counts: (0..<lanes).map { Float($0 + 3) },
          reciprocal: values(outputs * lanes, salt: 46), normal: x(lanes),
          dy: values(rows * outputs * lanes, salt: 47), dgamma: &dgamma, dbeta: &dbeta, dx: &dx)
      }
      return dgamma + dbeta + dx
    },
    normalization("layer_normalize") { kernels, lanes, affine in
      var (reciprocal, normal, y) = (zeros(rows * lanes), x(lanes), x(lanes))
      kernels.layerNormalize(
        shape(lanes), affine, x: x(lanes), reciprocal: &reciprocal, normal: &normal, y: &y)
      return reciprocal + normal + y
    },
    normalization("layer_normalization_gradient") { kernels, lanes, affine in
      var (dgamma, dbeta) = (zeros(outputs * lanes), zeros(outputs * lanes))
      var (dy, dx) = (values(rows * outputs * lanes, salt: 48), x(lanes))
      kernels.layerNormalizationGradient(
        shape(lanes), affine, reciprocal: values(rows * lanes, salt: 49), normal: x(lanes),
        dy: &dy, dgamma: &dgamma, dbeta: &dbeta, dx: &dx)
      return dgamma + dbeta + dx
    },
  ]

  private static func shape(_ lanes: Int) -> RowsShape {
    RowsShape(lanes: lanes, rows: rows, width: outputs)
  }

  private static func x(_ lanes: Int) -> [Float] { values(rows * outputs * lanes, salt: 41) }

  /// With γ and β, either and neither.
  private static func normalization(
    _ kernel: String,
    _ run: @escaping @Sendable (KernelSet, _ lanes: Int, NormalizationAffine) -> [Float]
  ) -> KernelTrial {
    KernelTrial(kernel: kernel) { kernels, lanes in
      let (gamma, beta) = (values(outputs * lanes, salt: 50), values(outputs * lanes, salt: 51))
      return gamma.withUnsafeBufferPointer { gamma in
        beta.withUnsafeBufferPointer { beta in
          [(true, true), (true, false), (false, true), (false, false)].flatMap { scales, centers in
            run(
              kernels, lanes,
              NormalizationAffine(
                gamma: scales ? gamma.baseAddress : nil, beta: centers ? beta.baseAddress : nil,
                epsilon: 0.001))
          }
        }
      }
    }
  }
}
