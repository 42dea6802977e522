import Kernels
import Randomness
import SweepModel

extension VariableInitialization {
  /// Gives every value that which `value` makes of its random word: of the stream init, step 0,
  /// element e the row-major place.
  func draw(_ value: (UInt32) -> Float) {
    for lane in 0..<lanes {
      drawWords(lane: lane) { values[$0 * lanes + lane] = value($1) }
    }
  }

  /// Calls `take` with the words of one lane, in order.
  func drawWords(lane: Int, _ take: (_ element: Int, _ word: UInt32) -> Void) {
    let seed = TrialSeed(seeds[lane])
    for first in stride(from: 0, to: count, by: 4) {
      let words = RandomStream.initialization.block(
        seed: seed, instance: instance, step: 0, number: UInt32(first / 4))
      for place in 0..<min(4, count - first) { take(first + place, words[place]) }
    }
  }
}

/// Uniform in [minval, maxval).
///
/// Source: Keras, initializers/random_initializers.py.
struct RandomUniform: NameableInitializer {
  static let schema = ConfigurationSchema(
    kind: "random_uniform", summary: "Uniform between minval and maxval.",
    parameters: [
      .optional("minval", .number(.finite), default: .number(-0.05), "The least value."),
      .optional("maxval", .number(.finite), default: .number(0.05), "What values are below."),
    ])

  private let lowest: Float
  private let range: Float

  init(_ configuration: Configuration) {
    let (low, high) = (configuration.number("minval"), configuration.number("maxval"))
    lowest = Float(low)
    range = Float(high - low)
  }

  func fill(_ variable: VariableInitialization) {
    variable.draw { lowest + RandomStream.uniform($0) * range }
  }
}

/// Normal, with a mean and a standard deviation.
///
/// Source: Keras, initializers/random_initializers.py.
struct RandomNormal: NameableInitializer {
  static let schema = ConfigurationSchema(
    kind: "random_normal", summary: "Normal, with a mean and a standard deviation.",
    parameters: [.mean, .standardDeviation])

  private let mean: Double
  private let deviation: Double

  init(_ configuration: Configuration) {
    mean = configuration.number("mean")
    deviation = configuration.number("stddev")
  }

  func fill(_ variable: VariableInitialization) {
    variable.draw { Float(mean + deviation * NormalDistribution.value(of: $0)) }
  }
}

/// Normal, without what lies more than two standard deviations from the mean.
///
/// Source: Keras, initializers/random_initializers.py; which draws again where we take the inverse
/// of the distribution function, so that every value has one word.
struct TruncatedNormal: NameableInitializer {
  static let schema = ConfigurationSchema(
    kind: "truncated_normal",
    summary: "Normal, without what lies more than two standard deviations from the mean.",
    parameters: [.mean, .standardDeviation])

  private let mean: Double
  private let deviation: Double

  init(_ configuration: Configuration) {
    mean = configuration.number("mean")
    deviation = configuration.number("stddev")
  }

  func fill(_ variable: VariableInitialization) {
    variable.draw { Float(mean + deviation * NormalDistribution.truncatedValue(of: $0)) }
  }
}

extension NumberBounds {
  /// Any finite number.
  static let finite = NumberBounds(lower: -.infinity)
}

extension ConfigurationSchema.Parameter {
  fileprivate static let mean = optional("mean", .number(.finite), default: .number(0), "The mean.")
  fileprivate static let standardDeviation = optional(
    "stddev", .number(.nonNegative), default: .number(0.05), "The standard deviation.")
}
