import SweepModel

/// Half a cosine down from a rate, after a line up to it where there is a warm-up.
///
/// Source: Keras, learning_rate_schedule.py, `CosineDecay`; I. Loshchilov and F. Hutter, "SGDR:
/// stochastic gradient descent with warm restarts", ICLR 2017.
struct CosineDecay: Schedule {
  static let schema = ConfigurationSchema(
    kind: "cosine_decay", summary: "Half a cosine from the rate down to alpha times the rate.",
    parameters: [
      .initialRate, .decaySteps,
      .optional(
        "alpha", .number(.nonNegative), default: .number(0),
        "The rate at the end, as a share of that at the start."),
      .optional(
        "warmup_target", .number(.nonNegative), default: nil,
        "The rate to which a line rises first; without one there is no warm-up."),
      .optional(
        "warmup_steps", .integer(0...1 << 32), default: .integer(0), "Steps of that line."),
    ])

  private let first: Double
  private let steps: Double
  private let alpha: Double
  private let target: Double?
  private let warmupSteps: Double

  init(_ configuration: Configuration) {
    first = configuration.number("initial_learning_rate")
    steps = Double(configuration.integer("decay_steps"))
    alpha = configuration.number("alpha")
    target = configuration.optionalNumber("warmup_target")
    warmupSteps = target == nil ? 0 : Double(configuration.integer("warmup_steps"))
  }

  func rate(step: Double) -> Double {
    if let target, step < warmupSteps {
      return (target - first) * (step / warmupSteps) + first
    }
    let progress = (min(step, steps + warmupSteps) - warmupSteps) / steps
    let cosine = 0.5 * (1 + Binary64.cosineOfPi(progress))
    return (target ?? first) * ((1 - alpha) * cosine + alpha)
  }
}
