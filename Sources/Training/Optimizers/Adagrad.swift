import Kernels
import SweepModel

/// Adagrad: steps scaled by the sum of all squared gradients.
///
/// Source: J. Duchi, E. Hazan and Y. Singer, "Adaptive subgradient methods for online learning and
/// stochastic optimization", JMLR 12, 2011; Keras, optimizers/adagrad.py.
struct Adagrad: Optimizer {
  static let schema = ConfigurationSchema.optimizer(
    kind: "adagrad", summary: "Adagrad: steps scaled by the sum of all squared gradients.",
    rate: 0.001,
    parameters: [
      .optional(
        "initial_accumulator_value", .number(.nonNegative), default: .number(0.1),
        "What the sums start as."),
      .epsilon,
    ])

  var rates: StepRates
  let firstSlotValue: Float
  private let epsilon: Float

  init(_ configuration: Configuration) throws(ComponentError) {
    rates = try StepRates(configuration)
    firstSlotValue = Float(configuration.number("initial_accumulator_value"))
    epsilon = Float(configuration.number("epsilon"))
  }

  var slotCount: Int { 1 }

  mutating func step(_ tensors: OptimizerTensors, slots: [MutableTensor], kernels: KernelSet) {
    kernels.adagrad(tensors, rate: Float(rates.next()), epsilon: epsilon, v: slots[0])
  }
}
