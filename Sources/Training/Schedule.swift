import SweepModel

/// A learning rate that changes with the optimizer's steps.
///
/// Source: Keras, optimizers/schedules/learning_rate_schedule.py; here in binary64.
protocol Schedule: Sendable {
  /// Its name and arguments as users write them.
  static var schema: ConfigurationSchema { get }

  /// A schedule as configured.
  ///
  /// - Throws: ``ComponentError`` where arguments do not go together.
  init(_ configuration: Configuration) throws(ComponentError)

  /// The rate of a step, counted from 0 over the whole training.
  func rate(step: Double) -> Double
}

/// The learning rates of a training's steps, one after the other.
struct StepRates: Sendable {
  private let schedule: (any Schedule)?
  private var constant: Double
  private var steps = 0.0

  /// The rates that the argument `learning_rate` describes.
  init(_ configuration: Configuration) throws(ComponentError) {
    guard let own = configuration.optionalConfiguration("learning_rate") else {
      schedule = nil
      constant = configuration.number("learning_rate")
      return
    }
    constant = 0
    do {
      schedule = try TrainingVocabulary.schedules.kind(of: own) { $0.schema }.init(own)
    } catch {
      throw error.below("learning_rate.\(own.kind)")
    }
  }

  /// Whether all steps have the same rate.
  var isConstant: Bool { schedule == nil }

  /// The rate of the next step.
  var current: Double { schedule?.rate(step: steps) ?? constant }

  /// Takes the rate of the next step.
  mutating func next() -> Double {
    guard schedule != nil else { return constant }
    defer { steps += 1 }
    return current
  }

  /// Takes the rates of the next steps.
  mutating func advance(by count: Int) { if !isConstant { steps += Double(count) } }

  /// What changes in it: the steps taken, or the rate where a callback can reduce it.
  var numbers: [String: Double] {
    get { isConstant ? ["learning_rate": constant] : ["steps": steps] }
    set {
      if isConstant {
        constant = newValue["learning_rate"] ?? constant
      } else {
        steps = newValue["steps"] ?? steps
      }
    }
  }

  /// Makes `rate` that of all steps from now on.
  mutating func reduce(to rate: Double) {
    precondition(isConstant, "a schedule knows its own rates")
    constant = rate
  }
}

extension ComponentError {
  /// The same error of an argument of the argument at `path`.
  func below(_ path: String) -> ComponentError {
    ComponentError(argument: argument.map { "\(path).\($0)" } ?? path, message: message)
  }
}

extension ConfigurationSchema.Parameter {
  /// The argument `initial_learning_rate` of a schedule.
  static let initialRate = required(
    "initial_learning_rate", .number(.nonNegative), "The rate of step 0.")

  /// The argument `decay_steps` of a schedule.
  static let decaySteps = required("decay_steps", .integer(1...1 << 32), "Steps of a decay.")

  /// The argument `decay_rate` of a schedule.
  static let decayRate = required("decay_rate", .number(.nonNegative), "The size of a decay.")

  /// The argument `staircase` of a schedule.
  static let staircase = optional(
    "staircase", .boolean, default: .boolean(false),
    "Whether the rate changes only after decay_steps.")
}
