import CKernels

/// The constants of a step of Nadam.
public struct NadamStep: Sendable {
  /// The factor of the first moment.
  public var momentRate: Float
  /// The factor of the gradient.
  public var gradientRate: Float
  /// The factor of the second moment under the root.
  public var correction: Float
  /// 1 − β₁.
  public var firstShare: Float
  /// 1 − β₂.
  public var secondShare: Float
  /// ε.
  public var epsilon: Float

  /// Constants that are rounded already.
  public init(
    momentRate: Float, gradientRate: Float, correction: Float, firstShare: Float,
    secondShare: Float, epsilon: Float
  ) {
    self.momentRate = momentRate
    self.gradientRate = gradientRate
    self.correction = correction
    self.firstShare = firstShare
    self.secondShare = secondShare
    self.epsilon = epsilon
  }
}

/// Steps that few trainings take; docs/numeric-contract.md defines each to the bit.
extension KernelSet {
  /// Nadam with moments `m` and `v`.
  public func nadam(
    _ tensors: OptimizerTensors, _ step: NadamStep, m: MutableTensor, v: MutableTensor
  ) {
    var step = ss_nadam_step(
      moment_rate: step.momentRate, gradient_rate: step.gradientRate, correction: step.correction,
      first_share: step.firstShare, second_share: step.secondShare, epsilon: step.epsilon)
    table.pointee.nadam(tensors.count, &step, tensors.gradient, tensors.weights, m, v)
  }

  /// Adagrad with sum of squares `v`.
  public func adagrad(_ tensors: OptimizerTensors, rate: Float, epsilon: Float, v: MutableTensor) {
    var step = ss_rmsprop_step(rate: rate, decay: 0, share: 0, epsilon: epsilon, momentum: 0)
    table.pointee.adagrad(tensors.count, &step, tensors.gradient, tensors.weights, v)
  }

  /// RMSprop with mean square `v` and the mean of the gradient, momentum `m`, or both; `share` is
  /// 1 − ρ.
  ///
  /// - Precondition: one of `mean` and `m` is given.
  public func rmsprop(
    _ tensors: OptimizerTensors, rate: Float, decay: Float, share: Float, epsilon: Float,
    momentum: Float, v: MutableTensor, mean: MutableTensor?, m: MutableTensor?
  ) {
    var step = ss_rmsprop_step(
      rate: rate, decay: decay, share: share, epsilon: epsilon, momentum: momentum)
    let (count, g, w) = (tensors.count, tensors.gradient, tensors.weights)
    switch (mean, m) {
    case (let mean?, let m?):
      table.pointee.rmsprop_centered_momentum(count, &step, g, w, v, mean, m)
    case (let mean?, nil): table.pointee.rmsprop_centered(count, &step, g, w, v, mean)
    case (nil, let m?): table.pointee.rmsprop_momentum(count, &step, g, w, v, m)
    case (nil, nil): preconditionFailure("the plain RMSprop has a kernel of its own")
    }
  }
}

/// What comes before a step.
extension KernelSet {
  /// weights −= weights × share × rate.
  public func decayWeights(count: Int, share: Float, rate: Float, weights: MutableTensor) {
    table.pointee.decay_weights(count, share, rate, weights)
  }

  /// Brings values into −limit … limit; a NaN stays.
  public func clipValues(count: Int, limit: Float, values: MutableTensor) {
    table.pointee.clip_values(count, limit, values)
  }

  /// values[count] ×= the lanes' factors.
  public func scaleLanes(lanes: Int, count: Int, factors: Tensor, values: MutableTensor) {
    table.pointee.scale_lanes(lanes, count, factors, values)
  }

  /// sums[lanes] = the row sums of values², in binary64.
  public func sumSquares(
    lanes: Int, count: Int, values: Tensor, sums: UnsafeMutablePointer<Double>
  ) {
    table.pointee.sum_squares(lanes, count, values, sums)
  }

  /// sums[lanes] = the row sums of |values|, in binary64.
  public func sumMagnitudes(
    lanes: Int, count: Int, values: Tensor, sums: UnsafeMutablePointer<Double>
  ) {
    table.pointee.sum_magnitudes(lanes, count, values, sums)
  }

  /// gradient += that of the penalty l1 × |w| + l2 × w²; a term whose factor is 0 is left out.
  public func regularize(
    count: Int, l1: Float, twiceL2: Float, weights: Tensor, gradient: MutableTensor
  ) {
    table.pointee.regularize(count, l1, twiceL2, weights, gradient)
  }
}
