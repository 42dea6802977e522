import Kernels
import SweepModel

/// RMSprop: steps scaled by a running mean of the squared gradient.
///
/// Source: T. Tieleman and G. Hinton, lecture 6.5 of "Neural networks for machine learning", 2012;
/// Keras, optimizers/rmsprop.py, which puts ε inside the root.
struct RMSprop: Optimizer {
  static let schema = ConfigurationSchema(
    kind: "rmsprop",
    summary: "RMSprop: steps scaled by a running mean of the squared gradient.",
    parameters: [
      .learningRate(default: 0.001),
      .decay("rho", default: 0.9, "The share of the mean that a step keeps."),
      .epsilon,
    ])

  private let rate: Float
  private let decay: Float
  private let share: Float
  private let epsilon: Float

  init(_ configuration: Configuration) {
    rate = Float(configuration.number("learning_rate"))
    decay = Float(configuration.number("rho"))
    share = Float(1 - configuration.number("rho"))
    epsilon = Float(configuration.number("epsilon"))
  }

  var slotCount: Int { 1 }

  func step(_ tensors: OptimizerTensors, slots: [MutableTensor], kernels: KernelSet) {
    kernels.rmsprop(
      tensors, rate: rate, decay: decay, share: share, epsilon: epsilon, v: slots[0])
  }
}

extension RMSprop: StackOptimizer {
  var stackRule: StackRule { .rmsprop(rate: rate, decay: decay, share: share, epsilon: epsilon) }

  func nextStackRate() -> Float { rate }
}
