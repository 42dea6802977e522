import Kernels
import SweepModel

/// Trains a model alone from given values and shows what is inside: for comparisons with another
/// implementation, which has no such streams of random numbers to draw the first values from.
package final class TrainingProbe {
  private let trainer: Trainer
  private let plan: TrainingPlan

  /// A probe of what a plan trains.
  package init(plan: TrainingPlan, kernels: KernelSet) {
    self.plan = plan
    trainer = Trainer(plan: plan, kernels: kernels, lanes: 1, layerByLayer: true)
  }

  /// What a training left.
  package struct Training {
    /// The values of the variables, in model order.
    package let values: [[Float]]
    /// The gradients of the trainable variables in the last step, in model order.
    package let gradients: [[Float]]
    /// The history, epochs × columns, row-major.
    package let history: [Double]
    /// The metrics of the trained model.
    package let metrics: [Double]
  }

  /// The last layer's values for all samples: the logits where the loss includes its softmax.
  ///
  /// - Parameter values: The values of the variables, in model order.
  package func predictions(values: [[Float]]) -> [Float] {
    trainer.withRun([TrialSeed(0)], keepsHistory: false, start: .values(values)) { run in
      _ = run.begin()
      var predictions: [Float] = []
      for first in stride(from: 0, to: plan.data.sampleCount, by: plan.rowCapacity) {
        let rows = min(plan.rowCapacity, plan.data.sampleCount - first)
        let batch = run.predict(first: first, rows: rows, permutation: nil, mode: .inference)
        predictions += UnsafeBufferPointer(
          start: batch.predictions, count: rows * run.predictionWidth)
      }
      return predictions
    }
  }

  /// Trains from `values`; nil where the trial did not come to measurements.
  package func train(values: [[Float]]) -> Training? {
    let outcome = trainer.withRun([TrialSeed(0)], keepsHistory: true, start: .values(values)) {
      $0.train { _ in .proceed }
    }
    guard case .completed(let measurements)? = outcome?.first else { return nil }
    var gradients: [[Float]] = []
    for (layer, planned) in zip(trainer.memory.layers, plan.layers) {
      let trainable = planned.variables.filter(\.isTrainable)
      for (gradient, variable) in zip(layer.gradients, trainable) {
        gradients.append(Array(UnsafeBufferPointer(start: gradient, count: variable.count)))
      }
    }
    return Training(
      values: trainer.variableValues(lane: 0), gradients: gradients,
      history: measurements.history, metrics: measurements.metrics)
  }
}
