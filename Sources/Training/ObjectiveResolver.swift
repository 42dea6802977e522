import SweepModel

/// Makes the loss and the metrics of a variant whose configurations are checked.
struct ObjectiveResolver {
  let comparison: Comparison
  var registry = ComponentRegistry.builtIn

  func loss(_ configuration: Configuration) throws(TrainingError) -> any Loss {
    do {
      return try registry.losses.kind(of: configuration) { $0.schema }
        .init(configuration, comparison: comparison)
    } catch {
      throw TrainingError(error, at: "training.loss")
    }
  }

  func metrics(_ configurations: [Configuration]) throws(TrainingError) -> [any Metric] {
    var metrics: [any Metric] = []
    for (position, configuration) in configurations.enumerated() {
      do {
        metrics.append(try metric(configuration))
      } catch {
        throw TrainingError(error, at: "metrics[\(position)]")
      }
    }
    return metrics
  }

  private func metric(_ configuration: Configuration) throws(ComponentError) -> any Metric {
    if AmbiguousAccuracy.schemas.contains(where: { $0.kind == configuration.kind }) {
      throw AmbiguousAccuracy.error(configuration, comparison: comparison)
    }
    return try registry.metrics.kind(of: configuration) { $0.schema }
      .init(configuration, comparison: comparison)
  }
}
