import Kernels
import SweepModel

/// One rule by which gradients change weights.
///
/// A value: each training starts from a copy of the plan's, so that no trial can go on where
/// another ended. What it keeps per weight (moments) lives in slots that the trainer owns and
/// clears; what it keeps per training (powers of β, steps) is in the value itself.
protocol Optimizer: Sendable {
  /// Its name and arguments as users write them.
  static var schema: ConfigurationSchema { get }

  /// An optimizer before its first step.
  ///
  /// - Throws: ``ComponentError`` where arguments do not go together.
  init(_ configuration: Configuration) throws(ComponentError)

  /// The learning rates of its steps.
  var rates: StepRates { get set }

  /// Slots that it keeps for each weight.
  var slotCount: Int { get }

  /// What every value of every slot starts as.
  var firstSlotValue: Float { get }

  /// What it keeps per training, by name, the rates included: with its slots all that a checkpoint needs
  /// of it. Setting takes the names that getting gives.
  var numbers: [String: Double] { get set }

  /// Makes what it keeps per training what it is after so many more steps.
  mutating func advance(by steps: Int)

  /// Takes one step; every slot is as long as the weights and starts as ``firstSlotValue``.
  mutating func step(_ tensors: OptimizerTensors, slots: [MutableTensor], kernels: KernelSet)
}

extension Optimizer {
  var firstSlotValue: Float { 0 }

  var numbers: [String: Double] {
    get { rates.numbers }
    set { rates.numbers = newValue }
  }

  mutating func advance(by steps: Int) { rates.advance(by: steps) }
}

extension ConfigurationSchema {
  /// The schema of an optimizer: its own arguments, then those that all optimizers take.
  static func optimizer(
    kind: String, summary: String, rate: Double, weightDecay: Double? = nil,
    parameters: [Parameter]
  ) -> ConfigurationSchema {
    let common = GradientTreatment.parameters(weightDecay: weightDecay)
    return ConfigurationSchema(
      kind: kind, summary: summary,
      parameters: [.learningRate(default: rate)] + parameters + common)
  }
}

extension ConfigurationSchema.Parameter {
  /// The argument `learning_rate`.
  fileprivate static func learningRate(default rate: Double) -> Self {
    optional(
      "learning_rate", .numberOr(.nonNegative, .schedule), default: .number(rate),
      "The size of a step: a number or a schedule.")
  }

  /// An argument in [0, 1) that weighs the past.
  static func decay(_ name: String, default value: Double, _ summary: String) -> Self {
    optional(name, .number(.fraction), default: .number(value), summary)
  }

  /// The argument `epsilon`.
  static let epsilon = optional(
    "epsilon", .number(.nonNegative), default: .number(1e-7), "Keeps divisors away from 0.")
}
