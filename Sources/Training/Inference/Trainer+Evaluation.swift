import Kernels
import SweepModel

/// What a model with given values is worth on a plan's samples.
public struct Evaluation: Hashable, Sendable {
  /// The metrics, in the order of the variant's `metricNames`.
  public let metrics: [Double]
  /// The loss of each sample: the mean over its positions that count, without weights or penalties.
  public let sampleLosses: [Float]
}

extension Trainer {
  /// Measures the model whose variables have `values`, in model order, without training it.
  ///
  /// The metrics have the bits that the end of a training with these weights gives.
  public func evaluate(values: [[Float]]) -> Evaluation {
    layOut(lanes: 1)
    return withRun([TrialSeed(0)], keepsHistory: false, start: .values(values)) { run in
      _ = run.begin()
      return run.evaluation()
    }
  }
}

extension PackRun {
  /// Measures the variables as they are on all samples.
  fileprivate func evaluation() -> Evaluation {
    if plan.isRegularized { updatePenalties() }
    for part in plan.parts { _ = evaluate(part) { .proceed } }
    let metrics = plan.parts.flatMap { part in
      plan.metrics.indices.map { metric($0, part, lane: 0, samples: part.samples.count).canonical }
    }
    return Evaluation(metrics: metrics, sampleLosses: sampleLosses())
  }

  private func sampleLosses() -> [Float] {
    let positions = plan.loss.positions
    var losses: [Float] = []
    losses.reserveCapacity(plan.data.sampleCount)
    for first in stride(from: 0, to: plan.data.sampleCount, by: plan.rowCapacity) {
      let rows = min(plan.rowCapacity, plan.data.sampleCount - first)
      let batch = predict(first: first, rows: rows, permutation: nil, mode: .inference)
      plan.loss.evaluate(batch, losses: memory.losses, gradient: memory.predictionGradient)
      for row in 0..<rows {
        var (sum, count) = (0.0, 0.0)
        for place in row * positions..<(row + 1) * positions {
          let share = Double(batch.mask?[place] ?? 1)
          if share > 0 { sum += share * Double(memory.losses[place]) }
          count += share
        }
        losses.append(count > 0 ? Float(sum / count) : 0)
      }
    }
    return losses
  }
}
