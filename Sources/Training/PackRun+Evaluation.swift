import Kernels

extension PackRun {
  /// Takes the sums of all metrics over all samples in their original order; whether to go on.
  func evaluate(progress: () -> TrainingDirective) -> Bool {
    clearSums()
    let sampleCount = plan.data.sampleCount
    for first in stride(from: 0, to: sampleCount, by: plan.rowCapacity) {
      let rows = min(plan.rowCapacity, sampleCount - first)
      measure(predict(first: first, rows: rows, permutation: nil, mode: .inference))
      guard progress() == .proceed else { return false }
    }
    return true
  }

  /// Gathers a batch and passes it through the model.
  func predict(
    first: Int, rows: Int, permutation: UnsafePointer<UInt32>?, mode: PassMode
  ) -> PredictedBatch {
    kernels.gather(
      RowsShape(lanes: lanes, rows: rows, width: inputWidth), source: inputs,
      permutation: permutation, first: first, rows: memory.inputs)
    kernels.gather(
      RowsShape(lanes: lanes, rows: rows, width: targetWidth), source: targets,
      permutation: permutation, first: first, rows: memory.targets)
    for (planned, tensors) in zip(plan.layers, memory.layers) {
      planned.layer.forward(pass(tensors, rows: rows, mode: mode))
    }
    return PredictedBatch(
      kernels: kernels, lanes: lanes, rows: rows, predictions: memory.predictions,
      targets: memory.targets)
  }

  /// Adds the metrics of a batch to their sums.
  func measure(_ batch: PredictedBatch) {
    for (number, metric) in plan.metrics.enumerated() {
      metric.measure(batch, values: memory.sampleValues)
      addSampleValues(rows: batch.rows, column: 1 + number)
    }
  }

  /// The loss is column 0, the metrics follow.
  func addSampleValues(rows: Int, column: Int) {
    kernels.accumulate(
      lanes: lanes, rows: rows, values: memory.sampleValues, sums: memory.sums + column * lanes)
  }

  func clearSums() {
    memory.sums.update(repeating: 0, count: (1 + plan.metrics.count) * lanes)
  }

  /// The mean over all samples of a column's sum.
  func mean(column: Int, lane: Int) -> Double {
    memory.sums[column * lanes + lane] / Double(plan.data.sampleCount)
  }
}
