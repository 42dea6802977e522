/// The self-test of weights and masks.
extension KernelTrial {
  static let weighing = [
    KernelTrial(kernel: "position_weights") { kernels, lanes in
      let count = rows * 3 * lanes
      let mask = (0..<count).map { Float($0 % 5 == 2 ? 0 : 1) }
      let samples = values(rows * lanes, salt: 21)
      return [(true, true), (true, false), (false, true)].flatMap { hasMask, hasSamples in
        var weights = zeros(count)
        mask.withUnsafeBufferPointer { mask in
          samples.withUnsafeBufferPointer { samples in
            kernels.positionWeights(
              RowsShape(lanes: lanes, rows: rows, width: 3), mask: hasMask ? mask.baseAddress : nil,
              sampleWeights: hasSamples ? samples.baseAddress : nil, weights: &weights)
          }
        }
        return weights
      }
    },
    KernelTrial(kernel: "weigh") { kernels, lanes in
      var weighed = values(rows * outputs * lanes, salt: 22)
      weighed[0] = .nan
      var weights = values(rows * lanes, salt: 23)
      weights[0] = 0
      kernels.weigh(
        RowsShape(lanes: lanes, rows: rows, width: outputs), weights: weights, values: &weighed)
      return weighed
    },
  ]
}
