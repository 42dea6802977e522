/// The self-test of what classifiers add.
extension KernelTrial {
  static let classification = [
    KernelTrial(kernel: "cross_entropy") { kernels, lanes in
      TargetForm.allCases.flatMap { form in
        var losses = zeros(rows * lanes)
        var gradient = zeros(rows * outputs * lanes)
        kernels.crossEntropy(
          RowsShape(lanes: lanes, rows: rows, width: outputs), form,
          logits: values(rows * outputs * lanes, salt: 16), targets: targets(form, lanes: lanes),
          losses: &losses, gradient: &gradient, scale: rate)
        return losses + gradient
      }
    },
    KernelTrial(kernel: "accuracy") { kernels, lanes in
      TargetForm.allCases.flatMap { form in
        // Targets that the predictions often meet.
        let predictions = values(rows * outputs * lanes, salt: 17)
        var hits = zeros(rows * lanes)
        kernels.accuracy(
          RowsShape(lanes: lanes, rows: rows, width: form == .sparse ? 2 : outputs), form,
          predictions: predictions,
          targets: form == .sparse
            ? (0..<rows * lanes).map { Float($0 % 2) } : predictions.map { $0 * 0.5 },
          values: &hits)
        return hits
      }
    },
    KernelTrial(kernel: "dropout") { kernels, lanes in dropout(kernels, lanes).kept },
    KernelTrial(kernel: "dropout_gradient") { kernels, lanes in
      let count = rows * outputs * lanes
      var gradient = zeros(count)
      kernels.dropoutGradient(
        RowsShape(lanes: lanes, rows: rows, width: outputs), draw,
        mask: dropout(kernels, lanes).mask, dy: values(count, salt: 19), dx: &gradient)
      return gradient
    },
  ]

  private static let draw = DropoutDraw(
    threshold: 0x9999_9999, factor: 5 / 3, instance: 0x1234_5678, step: 3)

  private static func dropout(
    _ kernels: KernelSet, _ lanes: Int
  ) -> (kept: [Float], mask: [UInt64]) {
    let seeds = (0..<lanes).map { UInt64($0) &* 0x9E37_79B9_7F4A_7C15 }
    let count = rows * outputs * lanes
    var mask = [UInt64](repeating: 0, count: KernelSet.maskWordCount(values: count))
    var kept = zeros(count)
    kernels.dropout(
      RowsShape(lanes: lanes, rows: rows, width: outputs), draw, seeds: seeds,
      x: values(count, salt: 18), y: &kept, mask: &mask)
    return (kept, mask)
  }

  /// Targets: classes, or values as they come.
  private static func targets(_ form: TargetForm, lanes: Int) -> [Float] {
    switch form {
    case .sparse: (0..<rows * lanes).map { Float($0 * 5 % outputs) }
    case .categorical: values(rows * outputs * lanes, salt: 20)
    }
  }
}
