import Kernels
import SweepModel

/// RMSprop: steps scaled by a running mean of the squared gradient.
///
/// Source: T. Tieleman and G. Hinton, lecture 6.5 of "Neural networks for machine learning", 2012;
/// Keras, optimizers/rmsprop.py, which puts ε inside the root.
struct RMSprop: Optimizer {
  static let schema = ConfigurationSchema.optimizer(
    kind: "rmsprop", summary: "RMSprop: steps scaled by a running mean of the squared gradient.",
    rate: 0.001,
    parameters: [
      .decay("rho", default: 0.9, "The share of the mean that a step keeps."),
      .epsilon,
      // Without defaults, so that variants are what they were before there were these two.
      .optional(
        "momentum", .number(.fraction), default: nil,
        "The share of the last step that is kept; without it none."),
      .optional(
        "centered", .boolean, default: nil,
        "Whether the squared mean is taken off the mean square; without it `false`."),
    ])

  var rates: StepRates
  private let decay: Float
  private let share: Float
  private let epsilon: Float
  private let momentum: Float
  private let hasMomentum: Bool
  private let isCentered: Bool

  init(_ configuration: Configuration) throws(ComponentError) {
    rates = try StepRates(configuration)
    decay = Float(configuration.number("rho"))
    share = Float(1 - configuration.number("rho"))
    epsilon = Float(configuration.number("epsilon"))
    let momentum = configuration.optionalNumber("momentum") ?? 0
    self.momentum = Float(momentum)
    hasMomentum = momentum > 0
    isCentered = configuration.arguments["centered"] == .boolean(true)
  }

  /// Whether it is the plain one.
  private var isPlain: Bool { !hasMomentum && !isCentered }

  var slotCount: Int { 1 + (isCentered ? 1 : 0) + (hasMomentum ? 1 : 0) }

  mutating func step(_ tensors: OptimizerTensors, slots: [MutableTensor], kernels: KernelSet) {
    let rate = Float(rates.next())
    if isPlain {
      kernels.rmsprop(
        tensors, rate: rate, decay: decay, share: share, epsilon: epsilon, v: slots[0])
    } else {
      kernels.rmsprop(
        tensors, rate: rate, decay: decay, share: share, epsilon: epsilon, momentum: momentum,
        v: slots[0], mean: isCentered ? slots[1] : nil,
        m: hasMomentum ? slots[slots.count - 1] : nil)
    }
  }
}

extension RMSprop: StackOptimizer {
  var stackRule: StackRule? {
    isPlain ? .rmsprop(decay: decay, share: share, epsilon: epsilon) : nil
  }

  mutating func nextStackRate() -> Float { Float(rates.next()) }
}
