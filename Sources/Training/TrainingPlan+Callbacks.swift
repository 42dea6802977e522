import SweepModel

/// What a plan's optimizer and callbacks ask of its training.
extension TrainingPlan {
  /// The optimizer, and what comes before its steps.
  static func optimizer(
    _ configuration: Configuration
  ) throws(TrainingError) -> (any Optimizer, GradientTreatment) {
    do {
      let kind = TrainingVocabulary.optimizers.kind(of: configuration) { $0.schema }
      return (try kind.init(configuration), try GradientTreatment(configuration))
    } catch {
      throw TrainingError(error.below("training.optimizer.\(configuration.kind)"))
    }
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
