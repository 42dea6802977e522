import Kernels
import SweepModel

/// Adam: steps scaled by running moments of the gradient.
///
/// Source: D. P. Kingma and J. Ba, "Adam: a method for stochastic optimization", ICLR 2015, the
/// efficient form at the end of section 2; Keras, optimizers/adam.py.
struct Adam: Optimizer {
  static let schema = ConfigurationSchema.optimizer(
    kind: "adam", summary: "Adam: steps scaled by running moments of the gradient.", rate: 0.001,
    parameters: moments)

  /// The arguments of Adam and its kin.
  static let moments: [ConfigurationSchema.Parameter] = [
    .decay("beta_1", default: 0.9, "The share of the first moment that a step keeps."),
    .decay("beta_2", default: 0.999, "The share of the second moment that a step keeps."),
    .epsilon,
  ]

  var rates: StepRates
  private let firstDecay: Double
  private let secondDecay: Double
  private let epsilon: Float
  /// β₁ and β₂ to the number of steps taken, by repeated multiplication: there is no exact `pow`.
  private var firstPower = 1.0
  private var secondPower = 1.0

  init(_ configuration: Configuration) throws(ComponentError) {
    rates = try StepRates(configuration)
    firstDecay = configuration.number("beta_1")
    secondDecay = configuration.number("beta_2")
    epsilon = Float(configuration.number("epsilon"))
  }

  var slotCount: Int { 2 }

  var numbers: [String: Double] {
    get {
      rates.numbers.merging(["beta_1_power": firstPower, "beta_2_power": secondPower]) { $1 }
    }
    set {
      rates.numbers = newValue
      firstPower = newValue["beta_1_power"] ?? firstPower
      secondPower = newValue["beta_2_power"] ?? secondPower
    }
  }

  mutating func step(_ tensors: OptimizerTensors, slots: [MutableTensor], kernels: KernelSet) {
    kernels.adam(
      tensors, rate: nextRate(), firstShare: firstShare, secondShare: secondShare,
      epsilon: epsilon, m: slots[0], v: slots[1])
  }

  mutating func advance(by steps: Int) {
    rates.advance(by: steps)
    for _ in 0..<steps { advancePowers() }
  }

  private var firstShare: Float { Float(1 - firstDecay) }
  private var secondShare: Float { Float(1 - secondDecay) }

  /// α of the next step.
  private mutating func nextRate() -> Float {
    advancePowers()
    return Float(rates.next() * (1 - secondPower).squareRoot() / (1 - firstPower))
  }

  private mutating func advancePowers() {
    firstPower *= firstDecay
    secondPower *= secondDecay
  }
}

extension Adam: StackOptimizer {
  var stackRule: StackRule? {
    .adam(firstShare: firstShare, secondShare: secondShare, epsilon: epsilon)
  }

  mutating func nextStackRate() -> Float { nextRate() }
}
