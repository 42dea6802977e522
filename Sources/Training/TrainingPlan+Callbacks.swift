import SweepModel

/// What a plan's optimizer and callbacks ask of its training.
extension TrainingPlan {
  /// The optimizer, as it begins, and what comes before its steps.
  static func optimizer(
    _ configuration: Configuration, _ start: StartingState.OptimizerStart?,
    trained: [PlannedVariable]
  ) throws(TrainingError) -> (any Optimizer, GradientTreatment) {
    var optimizer: any Optimizer
    let treatment: GradientTreatment
    do {
      let kind = TrainingVocabulary.optimizers.kind(of: configuration) { $0.schema }
      optimizer = try kind.init(configuration)
      treatment = try GradientTreatment(configuration)
    } catch {
      throw TrainingError(error.below("training.optimizer.\(configuration.kind)"))
    }
    guard let start else { return (optimizer, treatment) }
    let counts = trained.filter(\.isTrainable).map(\.count)
    guard start.slots.count == optimizer.slotCount,
      start.slots.allSatisfy({ $0.map(\.count) == counts })
    else {
      throw TrainingError(
        path: "initial_weights.optimizer_state",
        message: "the state is of another optimizer or of other variables than those that are "
          + "trained by \(configuration.kind): leave optimizer_state out to begin anew")
    }
    optimizer.advance(by: start.steps)
    return (optimizer, treatment)
  }

  /// The callbacks, in the order in which they act.
  static func callbacks(
    _ configurations: [Configuration], _ training: WatchedTraining
  ) throws(TrainingError) -> [any Callback] {
    var callbacks: [any Callback] = []
    for (position, configuration) in configurations.enumerated() {
      do {
        let kind = TrainingVocabulary.callbacks.kind(of: configuration) { $0.schema }
        callbacks.append(try kind.init(configuration, training: training))
      } catch {
        throw TrainingError(
          error.below("training.callbacks[\(position)].\(configuration.kind)"))
      }
    }
    return callbacks
  }

  /// Whether trials cannot share a pack: each comes to have a learning rate of its own, or a component
  /// knows no lanes.
  var trainsAlone: Bool { abilities.contains(.changesRate) || hasCustomComputations }

  /// Whether a custom layer, loss or metric takes part; initializers know nothing of lanes either, but
  /// are given the lanes one by one.
  private var hasCustomComputations: Bool {
    variant.components.contains { $0.family != .initializer }
  }
}

extension TrainingError {
  /// An error whose argument is the whole path.
  fileprivate init(_ error: ComponentError) {
    self.init(error, at: error.argument ?? "")
  }
}
