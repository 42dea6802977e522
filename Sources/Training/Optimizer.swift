import Kernels
import SweepModel

/// One rule by which gradients change weights.
///
/// A value: each training starts from a copy of the plan's, so that no trial can go on where
/// another ended. What it keeps per weight (moments) lives in slots that the trainer owns and
/// clears; what it keeps per training (powers of β) is in the value itself.
protocol Optimizer: Sendable {
  /// Its name and arguments as users write them.
  static var schema: ConfigurationSchema { get }

  /// An optimizer before its first step.
  init(_ configuration: Configuration)

  /// Slots that it keeps for each weight.
  var slotCount: Int { get }

  /// Takes one step; every slot is as long as the weights and starts as zeros.
  mutating func step(_ tensors: OptimizerTensors, slots: [MutableTensor], kernels: KernelSet)
}

extension ConfigurationSchema.Parameter {
  /// The argument `learning_rate`.
  static func learningRate(default rate: Double) -> Self {
    optional(
      "learning_rate", .number(.nonNegative), default: .number(rate), "The size of a step.")
  }

  /// An argument in [0, 1) that weighs the past.
  static func decay(_ name: String, default value: Double, _ summary: String) -> Self {
    optional(name, .number(.fraction), default: .number(value), summary)
  }

  /// The argument `epsilon`.
  static let epsilon = optional(
    "epsilon", .number(.nonNegative), default: .number(1e-7), "Keeps divisors away from 0.")
}
