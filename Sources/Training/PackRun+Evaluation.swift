import Kernels

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
    if !plan.lossWeights.isEmpty {
      plan.lossWeights.withUnsafeBufferPointer { weights in
        guard let weights = weights.baseAddress else { return }
        gather(1, of: weights, permutation, first: first, rows: rows, to: memory.sampleWeights)
      }
    }
    for (number, (planned, tensors)) in zip(plan.layers, memory.layers).enumerated() {
      var pass = pass(planned, tensors, rows: rows, mode: mode)
      if isInPlace, number == 0 { pass.tensors.input = inputs + first * inputWidth }
      planned.layer.forward(pass)
    }
    return PredictedBatch(
      kernels: kernels, lanes: lanes, rows: rows, predictions: memory.predictions,
      probabilities: probabilities(rows: rows),
      targets: isInPlace ? targets + first * targetWidth : Tensor(memory.targets),
      mask: plan.maskedPositions == nil ? nil : Tensor(memory.mask),
      workspace: memory.predictionGradient, values: memory.metricValues)
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
      metric.measure(batch, sums: sums(of: number, part))
    }
    // Last, since metrics may write where the gradient goes.
    plan.loss.evaluate(batch, losses: memory.losses, gradient: memory.predictionGradient)
    weigh(batch)
    let rows = batch.rows * plan.loss.positions
    kernels.accumulate(lanes: lanes, rows: rows, values: memory.losses, sums: start(of: part))
    for number in plan.metrics.indices where plan.metricsThatAreTheLoss[number] {
      kernels.accumulate(
        lanes: lanes, rows: rows, values: memory.losses, sums: sums(of: number, part).start)
    }
  }

  /// Makes the losses and their gradient count as much as the weights and the mask say.
  private func weigh(_ batch: PredictedBatch) {
    guard plan.weighs else { return }
    let positions = plan.loss.positions
    kernels.positionWeights(
      RowsShape(lanes: lanes, rows: batch.rows, width: positions), mask: batch.mask,
      sampleWeights: plan.lossWeights.isEmpty ? nil : Tensor(memory.sampleWeights),
      weights: memory.positionWeights)
    let rows = batch.rows * positions
    kernels.weigh(
      RowsShape(lanes: lanes, rows: rows, width: 1), weights: memory.positionWeights,
      values: memory.losses)
    kernels.weigh(
      RowsShape(lanes: lanes, rows: rows, width: predictionWidth / positions),
      weights: memory.positionWeights, values: memory.predictionGradient)
  }

  /// Where the probabilities of a batch stand, made where a metric reads them.
  private func probabilities(rows: Int) -> Tensor {
    guard plan.makesProbabilities, let fused = plan.fused else {
      return Tensor(memory.predictions)
    }
    let width = plan.layers[plan.layers.count - 1].layer.outputShape.last ?? 1
    let count = lanes * rows * predictionWidth
    switch fused {
    case .softmax:
      let shape = RowsShape(lanes: lanes, rows: rows * (predictionWidth / width), width: width)
      kernels.softmax(shape, z: memory.predictions, y: memory.probabilities)
    case .sigmoid:
      memory.probabilities.update(from: memory.predictions, count: count)
      kernels.activate(.sigmoid, count: count, values: memory.probabilities)
    }
    return Tensor(memory.probabilities)
  }

  func start(of part: SamplePart) -> UnsafeMutablePointer<Double> {
    memory.sums + part.number * plan.sums.count * lanes
  }

  private func sums(of metric: Int, _ part: SamplePart) -> MetricSums {
    MetricSums(start: start(of: part) + plan.sums.metrics[metric] * lanes, lanes: lanes)
  }

  func clearSums(_ part: SamplePart) {
    start(of: part).update(repeating: 0, count: plan.sums.count * lanes)
  }

  /// The mean loss of the first `samples` of a part.
  func meanLoss(_ part: SamplePart, lane: Int, samples: Int) -> Double {
    let mean = start(of: part)[lane] / Double(samples * plan.loss.positions)
    // Those of training are in the sum already: each batch had its own.
    let isTraining = part.number == plan.trainingPart.number
    return plan.isRegularized && !isTraining ? mean + memory.penalties[lane] : mean
  }

  /// A metric of the first `samples` of a part.
  func metric(_ number: Int, _ part: SamplePart, lane: Int, samples: Int) -> Double {
    if plan.metricsThatAreTheLoss[number] {
      return sums(of: number, part)[0][lane] / Double(samples * plan.loss.positions)
    }
    return plan.metrics[number].value(sums(of: number, part), lane: lane, samples: samples)
  }
}
