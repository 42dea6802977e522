import SweepModel

/// Ends a training whose monitored value no longer improves.
///
/// Source: Keras, callbacks/early_stopping.py.
struct EarlyStopping: Callback {
  static let schema = ConfigurationSchema(
    kind: "early_stopping", summary: "Stops when a value of the history no longer improves.",
    parameters: Monitor.parameters(minimumChange: 0) + [
      .optional(
        "patience", .integer(0...Limits.epochs), default: .integer(0),
        "Epochs without improvement after which it stops."),
      .optional(
        "baseline", .number(NumberBounds(lower: -.infinity)), default: nil,
        "Values that do not beat it are no improvement."),
      .optional(
        "restore_best_weights", .boolean, default: .boolean(false),
        "Whether the trained model has the weights of its best epoch."),
      .optional(
        "start_from_epoch", .integer(0...Limits.epochs), default: .integer(0),
        "Epochs that it does not watch."),
    ])

  private let monitor: Monitor
  private let patience: Int
  private let baseline: Double?
  private let restoresWeights: Bool
  private let firstEpoch: Int

  private var wait = 0
  private var best: Double?
  private var hasWeights = false

  init(_ configuration: Configuration, training: WatchedTraining) throws(ComponentError) {
    monitor = try Monitor(configuration, training: training)
    patience = configuration.integer("patience")
    baseline = configuration.optionalNumber("baseline")
    restoresWeights = configuration.boolean("restore_best_weights")
    firstEpoch = configuration.integer("start_from_epoch")
  }

  var abilities: CallbackAbilities { restoresWeights ? .restoresWeights : [] }

  var numbers: [String: Double] {
    get {
      var numbers = ["wait": Double(wait), "has_weights": hasWeights ? 1 : 0]
      numbers["best"] = best
      return numbers
    }
    set {
      wait = Int(newValue["wait"] ?? 0)
      hasWeights = newValue["has_weights"] == 1
      best = newValue["best"]
    }
  }

  mutating func epochEnded(
    _ epoch: Int, row: HistoryRow, rate: Double
  ) -> CallbackActions {
    guard epoch >= firstEpoch else { return CallbackActions() }
    let value = monitor.value(row)
    // The first weights are kept whatever they are worth.
    var actions = CallbackActions(keepsWeights: restoresWeights && !hasWeights)
    hasWeights = true
    wait += 1
    if best.map({ monitor.improves(value, on: $0) }) ?? true {
      best = value
      actions.keepsWeights = restoresWeights
      if baseline.map({ monitor.improves(value, on: $0) }) ?? true { wait = 0 }
    } else {
      actions.stops = wait >= patience && epoch > 0
    }
    return actions
  }
}

extension ResolvedVariant {
  /// Adds the callback by which a trial ends with the weights of its best epoch, the one with the least
  /// val_loss, or loss where nothing validates; unless a callback restores its own best already.
  ///
  /// Source: Keras, callbacks/model_checkpoint.py, with `save_best_only`.
  public mutating func endWithBest() {
    let kind = EarlyStopping.schema.kind
    guard
      !training.callbacks.contains(where: {
        $0.kind == kind && $0.arguments["restore_best_weights"] == .boolean(true)
      })
    else { return }
    var arguments: [String: ArgumentValue] = [:]
    for parameter in EarlyStopping.schema.parameters {
      arguments[parameter.name] = parameter.defaultValue
    }
    arguments["monitor"] = .text(hasValidation ? "val_loss" : "loss")
    // It never stops: no epoch can be without improvement for so long.
    arguments["patience"] = .integer(Int64(training.epochs))
    arguments["restore_best_weights"] = .boolean(true)
    training.callbacks.append(Configuration(kind: kind, arguments: arguments))
  }
}
