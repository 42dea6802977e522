import Kernels
import SweepModel

/// Stochastic gradient descent, plain or with momentum, which may be Nesterov's.
///
/// Source: Keras, optimizers/sgd.py.
struct GradientDescent: Optimizer {
  static let schema = ConfigurationSchema.optimizer(
    kind: "sgd", summary: "Gradient descent, with momentum where it is not 0.", rate: 0.01,
    parameters: [
      .decay("momentum", default: 0, "The share of the last step that is kept."),
      .optional(
        "nesterov", .boolean, default: .boolean(false), "Whether momentum looks one step ahead."),
    ])

  var rates: StepRates
  private let momentum: Float
  private let nesterov: Bool
  /// Decided before rounding: a momentum that rounds to 0 still keeps its slot.
  private let hasMomentum: Bool

  init(_ configuration: Configuration) throws(ComponentError) {
    rates = try StepRates(configuration)
    momentum = Float(configuration.number("momentum"))
    nesterov = configuration.boolean("nesterov")
    hasMomentum = configuration.number("momentum") > 0
  }

  var slotCount: Int { hasMomentum ? 1 : 0 }

  mutating func step(_ tensors: OptimizerTensors, slots: [MutableTensor], kernels: KernelSet) {
    let rate = Float(rates.next())
    if hasMomentum {
      kernels.sgd(tensors, rate: rate, momentum: momentum, nesterov: nesterov, m: slots[0])
    } else {
      kernels.sgd(tensors, rate: rate)
    }
  }
}

extension GradientDescent: StackOptimizer {
  var stackRule: StackRule? {
    hasMomentum ? .momentum(decay: momentum, nesterov: nesterov) : .sgd
  }

  mutating func nextStackRate() -> Float { Float(rates.next()) }
}
