import Kernels

/// A part of the samples, with the columns of the sums and the history that are about it.
struct SamplePart {
  let samples: Range<Int>
  /// Of the loss; those of the metrics follow.
  let firstColumn: Int
}

extension TrainingPlan {
  /// Values of an epoch's row: the loss and each metric, for each part.
  var historyColumnCount: Int {
    (1 + metrics.count) * (validationSamples.isEmpty ? 1 : 2)
  }

  var trainingPart: SamplePart { SamplePart(samples: trainingSamples, firstColumn: 0) }

  var validationPart: SamplePart {
    SamplePart(samples: validationSamples, firstColumn: 1 + metrics.count)
  }
}

extension PackRun {
  /// Takes the sums of the loss and the metrics over a part in its original order; whether to go on.
  func evaluate(_ part: SamplePart, progress: () -> TrainingDirective) -> Bool {
    clearSums(part)
    let end = part.samples.upperBound
    for first in stride(from: part.samples.lowerBound, to: end, by: plan.rowCapacity) {
      let rows = min(plan.rowCapacity, end - first)
      measure(predict(first: first, rows: rows, permutation: nil, mode: .inference), part)
      guard progress() == .proceed else { return false }
    }
    return true
  }

  /// Gathers a batch and passes it through the model.
  func predict(
    first: Int, rows: Int, permutation: UnsafePointer<UInt32>?, mode: PassMode
  ) -> PredictedBatch {
    // A trial alone that is only measured takes the samples from where they are.
    let isInPlace = lanes == 1 && mode == .inference
    if !isInPlace {
      gather(inputWidth, of: inputs, permutation, first: first, rows: rows, to: memory.inputs)
      gather(targetWidth, of: targets, permutation, first: first, rows: rows, to: memory.targets)
    }
    for (number, (planned, tensors)) in zip(plan.layers, memory.layers).enumerated() {
      var pass = pass(tensors, rows: rows, mode: mode)
      if isInPlace, number == 0 { pass.tensors.input = inputs + first * inputWidth }
      planned.layer.forward(pass)
    }
    return PredictedBatch(
      kernels: kernels, lanes: lanes, rows: rows, predictions: memory.predictions,
      targets: isInPlace ? targets + first * targetWidth : Tensor(memory.targets),
      workspace: memory.predictionGradient)
  }

  private func gather(
    _ width: Int, of source: Tensor, _ permutation: UnsafePointer<UInt32>?, first: Int, rows: Int,
    to batch: MutableTensor
  ) {
    kernels.gather(
      RowsShape(lanes: lanes, rows: rows, width: width), source: source, permutation: permutation,
      first: first, rows: batch)
  }

  /// Adds the metrics and the loss of a batch to their sums, and leaves the loss's gradient.
  func measure(_ batch: PredictedBatch, _ part: SamplePart) {
    for (number, metric) in plan.metrics.enumerated() where !plan.metricsThatAreTheLoss[number] {
      metric.measure(batch, values: memory.sampleValues)
      addSampleValues(rows: batch.rows, column: part.firstColumn + 1 + number)
    }
    // Last, since metrics may write where the gradient goes.
    plan.loss.evaluate(batch, losses: memory.sampleValues, gradient: memory.predictionGradient)
    addSampleValues(rows: batch.rows, column: part.firstColumn)
    for number in plan.metrics.indices where plan.metricsThatAreTheLoss[number] {
      addSampleValues(rows: batch.rows, column: part.firstColumn + 1 + number)
    }
  }

  private func addSampleValues(rows: Int, column: Int) {
    kernels.accumulate(
      lanes: lanes, rows: rows, values: memory.sampleValues, sums: memory.sums + column * lanes)
  }

  func clearSums(_ part: SamplePart) {
    let sums = memory.sums + part.firstColumn * lanes
    sums.update(repeating: 0, count: (1 + plan.metrics.count) * lanes)
  }

  /// The mean of a column's sum over the samples of its part.
  func mean(column: Int, lane: Int) -> Double {
    let isOfTraining = column < plan.validationPart.firstColumn
    let samples = isOfTraining ? plan.trainingSamples : plan.validationSamples
    return memory.sums[column * lanes + lane] / Double(samples.count)
  }

  /// The means of all metrics over the training samples, then over those that validate.
  func metricMeans(lane: Int) -> [Double] {
    let parts =
      plan.validationSamples.isEmpty
      ? [plan.trainingPart] : [plan.trainingPart, plan.validationPart]
    return parts.flatMap { part in
      plan.metrics.indices.map { mean(column: part.firstColumn + 1 + $0, lane: lane).canonical }
    }
  }
}
