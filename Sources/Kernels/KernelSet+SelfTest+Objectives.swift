/// The self-test of losses by value and of what metrics count.
extension KernelTrial {
  static let losses: [ValueLoss] = [
    .absoluteError, .percentageError, .huber(delta: 0.75),
    .binaryEntropy(LabelSmoothing(0.1, classes: 2)),
    .binaryEntropyOfLogits(LabelSmoothing(0.1, classes: 2)), .divergence,
    .classEntropy(LabelSmoothing(0.1, classes: 3)),
  ]

  static let valueLosses = [
    KernelTrial(kernel: "value_loss") { kernels, lanes in
      // Narrow rows, of which several go together, and one that is wider than a buffer.
      [(rows, outputs), (2, 1050)].flatMap { rows, width in
        losses.flatMap { loss in
          var sums = zeros(rows * lanes)
          var gradient = zeros(rows * width * lanes)
          kernels.valueLoss(
            RowsShape(lanes: lanes, rows: rows, width: width), loss,
            predictions: values(rows * width * lanes, salt: 24),
            targets: values(rows * width * lanes, salt: 25).map { abs($0) / 3 }, losses: &sums,
            gradient: &gradient, scale: rate)
          return sums + gradient
        }
      }
    }
  ]

  static let tallies = [
    KernelTrial(kernel: "threshold_hits") { kernels, lanes in
      var hits = zeros(rows * lanes)
      kernels.thresholdHits(
        RowsShape(lanes: lanes, rows: rows, width: outputs), threshold: 0.5,
        predictions: values(rows * outputs * lanes, salt: 26),
        targets: (0..<rows * outputs * lanes).map { Float($0 % 2) }, values: &hits)
      return hits
    },
    KernelTrial(kernel: "top_k_hits") { kernels, lanes in
      TargetForm.allCases.flatMap { form in
        var hits = zeros(rows * lanes)
        kernels.topKHits(
          RowsShape(lanes: lanes, rows: rows, width: outputs), form, k: 15,
          predictions: values(rows * outputs * lanes, salt: 27),
          targets: form == .sparse
            ? (0..<rows * lanes).map { Float($0 * 5 % outputs) }
            : values(rows * outputs * lanes, salt: 28), values: &hits)
        return hits
      }
    },
    KernelTrial(kernel: "tally_rows") { kernels, lanes in
      let choices: [[Float]] = [[], [0.5], [-1, 0, 0.25, 2]]
      return choices.flatMap { thresholds -> [Float] in
        let tally = Tally(
          form: .sparse, columns: 1..<outputs, isMerged: thresholds.count > 1,
          thresholds: thresholds)
        var sums = [Double](repeating: 0, count: tally.sumCount * lanes)
        kernels.tally(
          RowsShape(lanes: lanes, rows: rows, width: outputs), tally,
          predictions: values(rows * outputs * lanes, salt: 29),
          targets: (0..<rows * lanes).map { Float($0 * 5 % outputs) }, mask: nil, sums: &sums)
        return sums.map { Float($0) }
      }
    },
    KernelTrial(kernel: "regression_sums") { kernels, lanes in
      var sums = [Double](repeating: 0, count: (3 * outputs + 1) * lanes)
      kernels.regressionSums(
        RowsShape(lanes: lanes, rows: rows, width: outputs), origin: values(outputs, salt: 30),
        predictions: values(rows * outputs * lanes, salt: 31),
        targets: values(rows * outputs * lanes, salt: 32), mask: nil, sums: &sums)
      // Both halves of each sum, as floats.
      return sums.flatMap { [Float($0), Float($0 - Double(Float($0)))] }
    },
  ]
}
