import Kernels
import SweepModel

/// Nadam: Adam whose first moment looks one step ahead.
///
/// Source: T. Dozat, "Incorporating Nesterov momentum into Adam", ICLR 2016 workshop; Keras,
/// optimizers/nadam.py.
struct Nadam: Optimizer {
  static let schema = ConfigurationSchema.optimizer(
    kind: "nadam", summary: "Adam with Nesterov momentum.", rate: 0.001, parameters: Adam.moments)

  var rates: StepRates
  private let firstDecay: Double
  private let secondDecay: Double
  private let epsilon: Float
  /// 0.96 and β₂ to the number of steps taken, and the product of the steps' momenta.
  private var dampingPower = 1.0
  private var secondPower = 1.0
  private var momentumProduct = 1.0

  init(_ configuration: Configuration) throws(ComponentError) {
    rates = try StepRates(configuration)
    firstDecay = configuration.number("beta_1")
    secondDecay = configuration.number("beta_2")
    epsilon = Float(configuration.number("epsilon"))
  }

  var slotCount: Int { 2 }

  var numbers: [String: Double] {
    get {
      rates.numbers.merging([
        "damping_power": dampingPower, "beta_2_power": secondPower,
        "momentum_product": momentumProduct,
      ]) { $1 }
    }
    set {
      rates.numbers = newValue
      dampingPower = newValue["damping_power"] ?? dampingPower
      secondPower = newValue["beta_2_power"] ?? secondPower
      momentumProduct = newValue["momentum_product"] ?? momentumProduct
    }
  }

  mutating func step(_ tensors: OptimizerTensors, slots: [MutableTensor], kernels: KernelSet) {
    kernels.nadam(tensors, nextStep(), m: slots[0], v: slots[1])
  }

  mutating func advance(by steps: Int) {
    rates.advance(by: steps)
    for _ in 0..<steps { _ = advanceProducts() }
  }

  /// The momentum of the next step.
  private mutating func advanceProducts() -> Double {
    dampingPower *= 0.96
    secondPower *= secondDecay
    let momentum = firstDecay * (1 - 0.5 * dampingPower)
    momentumProduct *= momentum
    return momentum
  }

  /// The constants of the next step.
  private mutating func nextStep() -> NadamStep {
    let rate = rates.next()
    let momentum = advanceProducts()
    let nextMomentum = firstDecay * (1 - 0.5 * (dampingPower * 0.96))
    return NadamStep(
      momentRate: Float(rate * nextMomentum / (1 - momentumProduct * nextMomentum)),
      gradientRate: Float(rate * (1 - momentum) / (1 - momentumProduct)),
      correction: Float(1 / (1 - secondPower)), firstShare: Float(1 - firstDecay),
      secondShare: Float(1 - secondDecay), epsilon: epsilon)
  }
}
