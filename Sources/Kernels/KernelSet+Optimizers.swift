import CKernels

/// What an optimizer's step works on: `count` floats of gradient and of weights, all lanes
/// together.
public struct OptimizerTensors {
  /// Floats of each tensor.
  public let count: Int
  /// The gradient.
  public let gradient: Tensor
  /// The weights, which the step changes.
  public let weights: MutableTensor

  /// Tensors of `count` floats.
  public init(count: Int, gradient: Tensor, weights: MutableTensor) {
    self.count = count
    self.gradient = gradient
    self.weights = weights
  }
}

/// One step of each optimizer; docs/numeric-contract.md defines each to the bit.
extension KernelSet {
  /// Gradient descent.
  public func sgd(_ tensors: OptimizerTensors, rate: Float) {
    var step = ss_sgd_step(rate: rate, momentum: 0)
    table.pointee.sgd(tensors.count, &step, tensors.gradient, tensors.weights)
  }

  /// Gradient descent with momentum `m`, Nesterov's or the plain one.
  public func sgd(
    _ tensors: OptimizerTensors, rate: Float, momentum: Float, nesterov: Bool, m: MutableTensor
  ) {
    var step = ss_sgd_step(rate: rate, momentum: momentum)
    let descend = nesterov ? table.pointee.sgd_nesterov : table.pointee.sgd_momentum
    descend(tensors.count, &step, tensors.gradient, tensors.weights, m)
  }

  /// Adam with moments `m` and `v`; `rate` is α, the shares are 1 − β₁ and 1 − β₂.
  public func adam(
    _ tensors: OptimizerTensors, rate: Float, firstShare: Float, secondShare: Float,
    epsilon: Float, m: MutableTensor, v: MutableTensor
  ) {
    var step = ss_adam_step(
      rate: rate, first_share: firstShare, second_share: secondShare, epsilon: epsilon)
    table.pointee.adam(tensors.count, &step, tensors.gradient, tensors.weights, m, v)
  }

  /// RMSprop with mean square `v`; `share` is 1 − ρ.
  public func rmsprop(
    _ tensors: OptimizerTensors, rate: Float, decay: Float, share: Float, epsilon: Float,
    v: MutableTensor
  ) {
    var step = ss_rmsprop_step(
      rate: rate, decay: decay, share: share, epsilon: epsilon, momentum: 0)
    table.pointee.rmsprop(tensors.count, &step, tensors.gradient, tensors.weights, v)
  }
}
