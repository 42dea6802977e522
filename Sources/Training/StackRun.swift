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
    epochs = trainer.epochs
    metricCount = trainer.metricCount
    optimizer = trainer.plan.optimizer
    outcomes = Array(repeating: nil, count: trials)
    trainer.history.begin(trainer.kernels)
  }

  /// Trains and measures; nil where `progress` said to stop.
  mutating func train(
    progress: (TrainingProgress) -> TrainingDirective
  ) -> [TrialResult.Outcome?]? {
    var epoch = 0
    // Lane 0 in the lowest bit.
    var live = (UInt32(1) << UInt32(outcomes.count)) - 1
    while epoch < epochs && live != 0 {
      waiting = trainer.trainEpochs(
        from: epoch, by: &optimizer, inputs: inputs, targets: targets, live: live)
      epoch += waiting
      let steps = epoch * trainer.stack.steps
      guard progress(TrainingProgress(epoch: epoch - 1, steps: steps)) == .proceed else {
        return nil
      }
      trainer.history.update(
        trainer.kernels, doubles: trainer.means, rows: waiting, columns: 1 + metricCount)
      let diverged = divergedLanes(of: live)
      let ending = epoch == epochs ? live : diverged
      live &= ~diverged
      if ending != 0 {
        // A lane that diverged is measured as it now is. What it computes from here on is ignored;
        // lanes share no value, so the others do not notice.
        finish(ending, diverged: diverged, epoch: epoch)
        guard progress(TrainingProgress(epoch: epoch, steps: steps)) == .proceed else {
          return nil
        }
      }
      if epoch < epochs { keepHistory(of: live) }
    }
    // Moved out, so that it has one owner.
    let ended = outcomes
    outcomes = []
    return ended
  }
}

extension StackRun {
  /// Those of the lanes whose last mean loss is not finite.
  private func divergedLanes(of live: UInt32) -> UInt32 {
    let lastMeans = trainer.means + (waiting - 1) * StackTrainer.lanes
    var diverged: UInt32 = 0
    for lane in outcomes.indices where !lastMeans[lane].isFinite { diverged |= 1 << UInt32(lane) }
    return diverged & live
  }

  /// Measures these lanes as they now are, after `epoch` epochs.
  private mutating func finish(_ lanes: UInt32, diverged: UInt32, epoch: Int) {
    trainer.evaluate(inputs: inputs, targets: targets)
    trainer.digestWeights()
    let histories = trainer.endedHistories(isLast: epoch == epochs)
    for lane in outcomes.indices where lanes >> UInt32(lane) & 1 != 0 {
      let metric = trainer.metrics[lane]
      let measurements = TrialResult.Measurements(
        // Unlike `Array(repeating:count:)` it does not look its type up at run time.
        metrics: (0..<metricCount).map { _ in metric.canonical },
        weightsDigest: WeightsDigest(words: trainer.weights.words(lane: lane)),
        historyDigest: HistoryDigest(words: histories.words(lane: lane)),
        variableFingerprints: trainer.fingerprints(lane: lane), history: history(lane: lane))
      if diverged >> UInt32(lane) & 1 != 0 {
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
  private mutating func keepHistory(of live: UInt32) {
    guard keepsHistory else { return }
    if kept.isEmpty { kept = Array(repeating: [], count: outcomes.count) }
    for lane in outcomes.indices where live >> UInt32(lane) & 1 != 0 {
      kept[lane] += trainer.rows(waiting, columns: 1 + metricCount, lane: lane)
    }
  }
}
