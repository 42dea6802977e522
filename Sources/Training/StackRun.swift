import Kernels
import SweepModel

/// The training of one pack by a ``StackTrainer``, from first values to measurements.
struct StackRun: ~Copyable {
  private let trainer: StackTrainer
  private let inputs: Tensor
  private let targets: Tensor
  private let keepsHistory: Bool
  private let epochs: Int
  private let metricCount: Int

  private var optimizer: any Optimizer
  /// The histories of earlier calls, where they are kept.
  private var kept: [[Double]] = []
  /// Epochs of this call that are not hashed yet.
  private var waiting = 0
  /// What became of each trial; nil for those that still train.
  private var outcomes: [TrialResult.Outcome?]

  init(
    trainer: StackTrainer, inputs: Tensor, targets: Tensor, trials: Int, keepsHistory: Bool
  ) {
    self.trainer = trainer
    self.inputs = inputs
    self.targets = targets
    self.keepsHistory = keepsHistory
    epochs = trainer.plan.variant.training.epochs
    metricCount = trainer.plan.metrics.count
    optimizer = trainer.plan.optimizer
    outcomes = Array(repeating: nil, count: trials)
    trainer.history.begin(trainer.kernels)
  }

  /// Trains and measures; nil where `progress` said to stop.
  mutating func train(
    progress: (TrainingProgress) -> TrainingDirective
  ) -> [TrialResult.Outcome?]? {
    var epoch = 0
    var live = (UInt32(1) << UInt32(outcomes.count)) - 1
    while epoch < epochs && live != 0 {
      waiting = trainer.trainEpochs(
        from: epoch, by: &optimizer, inputs: inputs, targets: targets, live: live)
      epoch += waiting
      let steps = epoch * trainer.stack.shape.steps
      guard progress(TrainingProgress(epoch: epoch - 1, steps: steps)) == .proceed else {
        return nil
      }
      trainer.history.update(
        trainer.kernels, doubles: trainer.means, rows: waiting, columns: 1 + metricCount)
      let lastMeans = trainer.means + (waiting - 1) * StackTrainer.lanes
      let diverged = outcomes.indices.filter { outcomes[$0] == nil && !lastMeans[$0].isFinite }
      for lane in diverged { live &= ~(UInt32(1) << UInt32(lane)) }
      let ending = epoch == epochs ? outcomes.indices.filter { outcomes[$0] == nil } : diverged
      if !ending.isEmpty {
        // A lane that diverged is measured as it now is. What it computes from here on is ignored;
        // lanes share no value, so the others do not notice.
        finish(ending, epoch: epoch, hasDiverged: { !lastMeans[$0].isFinite })
        guard progress(TrainingProgress(epoch: epoch, steps: steps)) == .proceed else {
          return nil
        }
      }
      if epoch < epochs { keepHistory() }
    }
    // Moved out, so that it has one owner.
    let ended = outcomes
    outcomes = []
    return ended
  }
}

extension StackRun {
  /// Measures these lanes as they now are, after `epoch` epochs.
  private mutating func finish(_ lanes: [Int], epoch: Int, hasDiverged: (Int) -> Bool) {
    trainer.evaluate(inputs: inputs, targets: targets)
    trainer.digestWeights()
    let histories = trainer.endedHistories(isLast: epoch == epochs)
    for lane in lanes {
      let metric = trainer.metrics[lane]
      let measurements = TrialResult.Measurements(
        metrics: Array(repeating: metric.canonical, count: metricCount),
        weightsDigest: WeightsDigest(words: trainer.weights.words(lane: lane)),
        historyDigest: HistoryDigest(words: histories.words(lane: lane)),
        variableFingerprints: trainer.fingerprints(lane: lane), history: history(lane: lane))
      if hasDiverged(lane) {
        outcomes[lane] = .diverged(atEpoch: epoch, measurements)
      } else if metricCount == 0 || metric.isFinite {
        outcomes[lane] = .completed(measurements)
      } else {
        outcomes[lane] = .diverged(atEpoch: epochs, measurements)
      }
    }
  }

  /// The values of a lane's history, where they are kept.
  private func history(lane: Int) -> [Double] {
    guard keepsHistory else { return [] }
    let own = trainer.rows(waiting, columns: 1 + metricCount, lane: lane)
    return kept.isEmpty ? own : kept[lane] + own
  }

  /// Puts this call's means by, before the next one writes over them.
  private mutating func keepHistory() {
    guard keepsHistory else { return }
    if kept.isEmpty { kept = Array(repeating: [], count: outcomes.count) }
    for lane in outcomes.indices where outcomes[lane] == nil {
      kept[lane] += trainer.rows(waiting, columns: 1 + metricCount, lane: lane)
    }
  }
}
