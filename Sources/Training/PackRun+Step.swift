import Kernels

/// The optimizer's step, and what belongs to it.
extension PackRun {
  /// Changes the weights by their gradients: penalties are added first, then gradients are clipped and
  /// weights decay.
  mutating func takeStep() {
    if plan.isPruned { clearPruned(\.gradient) }
    if plan.isRegularized { addPenaltyGradients() }
    if let clipping = plan.gradientTreatment.clipping { clip(clipping) }
    if let share = plan.gradientTreatment.weightDecay {
      kernels.decayWeights(
        count: memory.optimizer.count, share: share, rate: Float(optimizer.rates.current),
        weights: memory.optimizer.weights)
    }
    optimizer.step(memory.optimizer, slots: memory.slots, kernels: kernels)
    // Moments of before may still move them.
    if plan.isPruned { clearPruned(\.weights) }
    steps += 1
  }

  private func addPenaltyGradients() {
    for variable in memory.trainable {
      guard let regularizer = variable.regularizer else { continue }
      kernels.regularize(
        count: variable.count * lanes, l1: Float(regularizer.l1),
        twiceL2: Float(2 * regularizer.l2), weights: variable.weights, gradient: variable.gradient)
    }
  }

  private func clip(_ clipping: GradientTreatment.Clipping) {
    switch clipping {
    case .value(let limit):
      let gradient = MutableTensor(mutating: memory.optimizer.gradient)
      kernels.clipValues(count: memory.optimizer.count, limit: limit, values: gradient)
    case .norm(let limit):
      for number in memory.trainable.indices {
        scale(number..<number + 1) { norm in norm <= limit ? 1 : limit / norm }
      }
    case .globalNorm(let limit):
      scale(memory.trainable.indices) { norm in
        norm <= limit ? 1 : norm.isFinite ? limit / norm : .nan
      }
    }
  }

  /// Multiplies the gradients of these variables by a factor for each lane, of the norm of all of
  /// them together.
  ///
  /// - Order: the row sum of each variable's squares, in binary64; these in model order.
  private func scale(_ numbers: Range<Int>, factor: (_ norm: Double) -> Double) {
    withUnsafeTemporaryAllocation(of: Double.self, capacity: 2 * lanes) { sums in
      withUnsafeTemporaryAllocation(of: Float.self, capacity: lanes) { factors in
        guard let total = sums.baseAddress, let factors = factors.baseAddress else { return }
        let own = total + lanes
        total.initialize(repeating: 0, count: lanes)
        for variable in memory.trainable[numbers] {
          kernels.sumSquares(
            lanes: lanes, count: variable.count, values: variable.gradient, sums: own)
          for lane in 0..<lanes { total[lane] += own[lane] }
        }
        for lane in 0..<lanes { factors[lane] = Float(factor(total[lane].squareRoot())) }
        for variable in memory.trainable[numbers] {
          kernels.scaleLanes(
            lanes: lanes, count: variable.count, factors: factors, values: variable.gradient)
        }
      }
    }
  }
}

/// Penalties on the size of weights.
extension PackRun {
  /// Computes the lanes' penalties from the weights as they are.
  ///
  /// - Order: variables in model order; of each l1 × the row sum of magnitudes, then l2 × that of
  ///   squares, all in binary64.
  func updatePenalties() {
    memory.penalties.update(repeating: 0, count: lanes)
    withUnsafeTemporaryAllocation(of: Double.self, capacity: lanes) { sums in
      guard let sums = sums.baseAddress else { return }
      for variable in memory.trainable {
        guard let regularizer = variable.regularizer else { continue }
        if regularizer.l1 != 0 {
          kernels.sumMagnitudes(
            lanes: lanes, count: variable.count, values: variable.weights, sums: sums)
          for lane in 0..<lanes { memory.penalties[lane] += regularizer.l1 * sums[lane] }
        }
        if regularizer.l2 != 0 {
          kernels.sumSquares(
            lanes: lanes, count: variable.count, values: variable.weights, sums: sums)
          for lane in 0..<lanes { memory.penalties[lane] += regularizer.l2 * sums[lane] }
        }
      }
    }
  }

  /// Adds the penalties of a batch of `rows` samples to the sum of the training's losses.
  func penalize(rows: Int) {
    updatePenalties()
    let sums = start(of: plan.trainingPart)
    let positions = Double(rows * plan.loss.positions)
    for lane in 0..<lanes { sums[lane] += positions * memory.penalties[lane] }
  }
}
