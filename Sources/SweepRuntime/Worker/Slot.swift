import Foundation
import Kernels
import Scheduling
import SweepModel
import Synchronization
import Training

/// A thread that trains one assignment at a time.
final class Slot: Sendable {
  /// Trials to train by a plan.
  struct Order: Sendable {
    let plan: TrainingPlan
    let variant: VariantDigest
    let assignment: Worker.Assignment
    /// The files that the data are read from, as far as they are known.
    let files: [DataFile]
  }

  /// What the thread is to do.
  private enum Task: Sendable {
    case train(Order)
    case release
  }

  /// How an assignment ended.
  enum Ending: Sendable {
    /// All its trials are trained.
    case finished([TrialResult])
    /// It was aborted, when the trials had completed so many epochs; whether the coordinator has a checkpoint.
    case aborted(epochs: Int, hasCheckpoint: Bool = false)
  }

  private let queue = WorkQueue<Task>()
  private let shouldAbort = Atomic(false)
  private let wantsCheckpoint = Atomic(false)

  /// Starts the thread, which hands over models by `models`. `report` is called on it when an assignment ends.
  init(
    number: Int, kernels: KernelSet, progress: ProgressCounter, models: SlotModels,
    report: @escaping @Sendable (Ending) -> Void
  ) {
    startThread(named: "slot \(number)") { [queue, self] in
      // The trainer of the last variant is kept: its arena costs more to make than a small trial.
      var current: (variant: VariantDigest, trainer: Trainer)?
      while let task = queue.takeFirst() {
        guard case .train(let order) = task else {
          current = nil
          continue
        }
        if current?.variant != order.variant {
          current = nil
          current = (order.variant, Trainer(plan: order.plan, kernels: kernels))
        }
        guard let trainer = current?.trainer else { return }
        if let wanted = order.assignment.models {
          report(self.train(order, wanted, with: trainer, progress, models))
        } else {
          report(self.train(order.assignment, with: trainer, progress))
        }
      }
    }
  }

  func add(_ order: Order) {
    shouldAbort.store(false, ordering: .releasing)
    queue.add(.train(order))
  }

  /// Frees what the slot keeps of what it trained last.
  func release() { queue.add(.release) }

  func abort() { shouldAbort.store(true, ordering: .releasing) }

  /// Asks for a checkpoint soon, where the trial has any: the worker is about to leave.
  func requestCheckpoint() { wantsCheckpoint.store(true, ordering: .releasing) }

  func close() { queue.close() }

  private func train(
    _ assignment: Worker.Assignment, with trainer: Trainer, _ progress: ProgressCounter
  ) -> Ending {
    var results: [TrialResult] = []
    var epochs = 0
    var rest = assignment.trials[...]
    while !rest.isEmpty {
      let pack = rest.prefix(trainer.lanes)
      rest = rest.dropFirst(pack.count)
      let trained = trainer.train(
        pack.map { (index: $0.index, seed: $0.seed) }, keepsHistory: assignment.keepsHistory
      ) { [self] reached in
        progress.advance()
        epochs = reached.epoch
        return isAborted ? .stop : .proceed
      }
      guard let trained else { return .aborted(epochs: epochs) }
      results += trained
    }
    return .finished(results)
  }

  /// Trains each trial alone and hands over its model: the result is reported once the coordinator has that.
  ///
  /// Where it cannot have it, for whatever reason, the result is reported without.
  private func train(
    _ order: Order, _ wanted: ModelOrder, with trainer: Trainer, _ progress: ProgressCounter,
    _ models: SlotModels
  ) -> Ending {
    var results: [TrialResult] = []
    var epochs = 0
    for trial in order.assignment.trials {
      let ended = models.train(
        trial, of: order, wanted, with: trainer,
        wantsCheckpoint: { [self] in
          wantsCheckpoint.load(ordering: .relaxed)
            && wantsCheckpoint.exchange(false, ordering: .acquiring)
        },
        mayContinue: { [self] reached in
          progress.advance()
          if let reached { epochs = reached.epoch }
          return !isAborted
        })
      switch ended {
      case .trained(let result): results.append(result)
      case .stopped(let hasCheckpoint):
        return .aborted(epochs: epochs, hasCheckpoint: hasCheckpoint)
      }
    }
    return .finished(results)
  }

  private var isAborted: Bool { shouldAbort.load(ordering: .acquiring) }
}

/// Counts what one slot does, so that a busy trainer can be told from a hung one.
final class ProgressCounter: Sendable {
  private let steps = Atomic<UInt64>(0)

  var count: UInt64 { steps.load(ordering: .relaxed) }

  func advance() { steps.add(1, ordering: .relaxed) }
}
