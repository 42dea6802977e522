import SweepModel

/// Lowers the learning rate of a training whose monitored value no longer improves.
///
/// Source: Keras, callbacks/reduce_lr_on_plateau.py; the rate is kept in binary64.
struct ReduceLROnPlateau: Callback {
  static let schema = ConfigurationSchema(
    kind: "reduce_lr_on_plateau",
    summary: "Lowers the learning rate when a value of the history no longer improves.",
    parameters: Monitor.parameters(minimumChange: 1e-4) + [
      .optional(
        "factor", .number(.fraction), default: .number(0.1), "What the rate is multiplied by."),
      .optional(
        "patience", .integer(0...Limits.epochs), default: .integer(10),
        "Epochs without improvement after which it is lowered."),
      .optional(
        "cooldown", .integer(0...Limits.epochs), default: .integer(0),
        "Epochs after that in which nothing is counted."),
      .optional("min_lr", .number(.nonNegative), default: .number(0), "The lowest rate."),
    ])

  private let monitor: Monitor
  private let factor: Double
  private let patience: Int
  private let cooldown: Int
  private let lowestRate: Double

  private var wait = 0
  private var cooling = 0
  private var best: Double?

  init(_ configuration: Configuration, training: WatchedTraining) throws(ComponentError) {
    guard training.hasConstantRate else {
      throw ComponentError(
        message: "the optimizer's learning_rate is a schedule, which nothing else can change: "
          + "make it a number, or take this callback out")
    }
    monitor = try Monitor(configuration, training: training)
    factor = configuration.number("factor")
    patience = configuration.integer("patience")
    cooldown = configuration.integer("cooldown")
    lowestRate = configuration.number("min_lr")
  }

  var abilities: CallbackAbilities { .changesRate }

  var numbers: [String: Double] {
    get {
      var numbers = ["wait": Double(wait), "cooling": Double(cooling)]
      numbers["best"] = best
      return numbers
    }
    set {
      wait = Int(newValue["wait"] ?? 0)
      cooling = Int(newValue["cooling"] ?? 0)
      best = newValue["best"]
    }
  }

  mutating func epochEnded(
    _ epoch: Int, row: HistoryRow, rate: Double
  ) -> CallbackActions {
    let value = monitor.value(row)
    if cooling > 0 {
      cooling -= 1
      wait = 0
    }
    if best.map({ monitor.improves(value, on: $0) }) ?? true {
      best = value
      wait = 0
      return CallbackActions()
    }
    guard cooling == 0 else { return CallbackActions() }
    wait += 1
    guard wait >= patience, rate > lowestRate else { return CallbackActions() }
    cooling = cooldown
    wait = 0
    return CallbackActions(rate: max(rate * factor, lowestRate))
  }
}
