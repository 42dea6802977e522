import SweepModel

/// rate · decayᵖ, p = step ÷ decay_steps.
///
/// Source: Keras, learning_rate_schedule.py, `ExponentialDecay`.
struct ExponentialDecay: Schedule {
  static let schema = ConfigurationSchema(
    kind: "exponential_decay", summary: "initial_learning_rate × decay_rate^(step ÷ decay_steps).",
    parameters: [.initialRate, .decaySteps, .decayRate, .staircase])

  private let progress: DecayProgress
  private let first: Double
  private let decay: Double

  init(_ configuration: Configuration) {
    progress = DecayProgress(configuration)
    first = configuration.number("initial_learning_rate")
    decay = configuration.number("decay_rate")
  }

  func rate(step: Double) -> Double { first * Binary64.power(decay, progress.at(step)) }
}

/// rate ÷ (1 + decay · p), p = step ÷ decay_steps.
///
/// Source: Keras, learning_rate_schedule.py, `InverseTimeDecay`.
struct InverseTimeDecay: Schedule {
  static let schema = ConfigurationSchema(
    kind: "inverse_time_decay",
    summary: "initial_learning_rate ÷ (1 + decay_rate × step ÷ decay_steps).",
    parameters: [.initialRate, .decaySteps, .decayRate, .staircase])

  private let progress: DecayProgress
  private let first: Double
  private let decay: Double

  init(_ configuration: Configuration) {
    progress = DecayProgress(configuration)
    first = configuration.number("initial_learning_rate")
    decay = configuration.number("decay_rate")
  }

  func rate(step: Double) -> Double { first / (1 + decay * progress.at(step)) }
}

/// step ÷ decay_steps, or its whole part.
private struct DecayProgress {
  let steps: Double
  let isStaircase: Bool

  init(_ configuration: Configuration) {
    steps = Double(configuration.integer("decay_steps"))
    isStaircase = configuration.boolean("staircase")
  }

  func at(_ step: Double) -> Double {
    let progress = step / steps
    return isStaircase ? progress.rounded(.down) : progress
  }
}

/// From one rate to another as a power of the steps that are left.
///
/// Source: Keras, learning_rate_schedule.py, `PolynomialDecay`.
struct PolynomialDecay: Schedule {
  static let schema = ConfigurationSchema(
    kind: "polynomial_decay",
    summary: "From initial_learning_rate to end_learning_rate as (1 − step ÷ decay_steps)^power.",
    parameters: [
      .initialRate, .decaySteps,
      .optional(
        "end_learning_rate", .number(.nonNegative), default: .number(0.0001),
        "The rate after decay_steps."),
      .optional("power", .number(.nonNegative), default: .number(1), "The power; 1 is a line."),
      .optional(
        "cycle", .boolean, default: .boolean(false),
        "Whether it begins again beyond decay_steps, each time over more steps."),
    ])

  private let first: Double
  private let last: Double
  private let steps: Double
  private let power: Double
  private let cycles: Bool

  init(_ configuration: Configuration) {
    first = configuration.number("initial_learning_rate")
    last = configuration.number("end_learning_rate")
    steps = Double(configuration.integer("decay_steps"))
    power = configuration.number("power")
    cycles = configuration.boolean("cycle")
  }

  func rate(step: Double) -> Double {
    let progress =
      if cycles {
        step / (steps * (step == 0 ? 1 : (step / steps).rounded(.up)))
      } else {
        min(step, steps) / steps
      }
    return (first - last) * Binary64.power(1 - progress, power) + last
  }
}

/// One rate up to each boundary, another beyond the last.
///
/// Source: Keras, learning_rate_schedule.py, `PiecewiseConstantDecay`.
struct PiecewiseConstantDecay: Schedule {
  /// The most boundaries.
  private static let limit = 1000

  static let schema = ConfigurationSchema(
    kind: "piecewise_constant_decay",
    summary: "Each of values up to and with its boundary, the last one beyond.",
    parameters: [
      .required(
        "boundaries", .list(.integer(0...1 << 32), count: 1...limit),
        "The last step of each value but the last, rising."),
      .required(
        "values", .list(.number(.nonNegative), count: 2...limit + 1),
        "The rates: one more than there are boundaries."),
    ])

  private let boundaries: [Double]
  private let values: [Double]

  init(_ configuration: Configuration) throws(ComponentError) {
    boundaries = configuration.integers("boundaries").map(Double.init)
    values = configuration.numbers("values")
    guard values.count == boundaries.count + 1 else {
      throw ComponentError(
        argument: "values",
        message: "there are \(values.count) values for \(boundaries.count) boundaries: there must "
          + "be one value more than boundaries")
    }
    guard zip(boundaries, boundaries.dropFirst()).allSatisfy({ $0 < $1 }) else {
      throw ComponentError(
        argument: "boundaries", message: "they do not rise: each must be above the one before")
    }
  }

  func rate(step: Double) -> Double {
    values[boundaries.firstIndex { step <= $0 } ?? boundaries.count]
  }
}
