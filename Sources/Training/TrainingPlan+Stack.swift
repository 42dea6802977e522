import Kernels

/// An optimizer that the kernels for whole stacks know.
protocol StackOptimizer: Optimizer {
  /// Its rule, with its constants rounded as in its own steps; nil where the kernels do not know it.
  var stackRule: StackRule? { get }

  /// The rate of the next step; called once for each, and only before any other step.
  mutating func nextStackRate() -> Float
}

extension TrainingPlan {
  /// What is trained, where one call can train it: dense layers on samples of one axis, with mean
  /// squared error as loss and as only metric, in packs.
  ///
  /// docs/decisions/0005-small-networks-train-in-one-call.md
  var stackShape: StackShape? {
    guard packLanes > 1, loss is MeanSquaredError, metrics.allSatisfy({ $0 is MeanSquaredError }),
      // Nothing else is measured, weighed or done between epochs.
      variant.metricNames.count == metrics.count, lossWeights.isEmpty,
      callbacks.isEmpty, gradientTreatment.isNone, !isRegularized, !isPruned,
      startingState?.optimizer == nil, variables.allSatisfy(\.isTrainable),
      let rule = (optimizer as? any StackOptimizer)?.stackRule
    else { return nil }
    let dense = layers.compactMap { $0.layer as? DenseLayer }
    guard dense.count == layers.count,
      dense.allSatisfy({ $0.positions == 1 && $0.activation.isFused })
    else { return nil }
    let shape = StackShape(
      layers: dense.map {
        StackLayer(
          inputs: $0.inputs, outputs: $0.outputs, activation: $0.activation.fused,
          hasBias: $0.usesBias)
      },
      samples: data.sampleCount, batch: batchRows, shuffles: variant.training.shuffle,
      rule: rule)
    return shape.epochWork <= StackShape.longestWork ? shape : nil
  }
}

extension StackShape {
  /// Weights that an epoch passes by, forward, backward and in its steps: about the nanoseconds that
  /// it takes a pack on one core.
  var epochWork: Int {
    let (work, overflows) = (samples + 4 * steps).multipliedReportingOverflow(by: parameterCount)
    return overflows ? Int.max : work
  }

  /// The work of the longest epoch that is trained in one call, so that a trainer can be stopped
  /// and is seen to be alive; a network with longer ones gains little by it.
  static let longestWork = 1 << 22

  /// Epochs of a call: a millisecond of work.
  var epochsPerCall: Int { max(1, 1_000_000 / max(1, epochWork)) }
}
