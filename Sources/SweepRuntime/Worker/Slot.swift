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
  }

  private let queue = WorkQueue<Order>()
  private let shouldAbort = Atomic(false)

  /// Starts the thread. `report` is called on it with the results, or nil where it was aborted.
  init(
    number: Int, kernels: KernelSet, progress: ProgressCounter,
    report: @escaping @Sendable ([TrialResult]?) -> Void
  ) {
    startThread(named: "slot \(number)") { [queue, self] in
      // The trainer of the last variant is kept: its arena costs more to make than a small trial.
      var current: (variant: VariantDigest, trainer: Trainer)?
      while let order = queue.takeFirst() {
        if current?.variant != order.variant {
          current = nil
          current = (order.variant, Trainer(plan: order.plan, kernels: kernels))
        }
        guard let trainer = current?.trainer else { return }
        report(self.train(order.assignment, with: trainer, progress))
      }
    }
  }

  func add(_ order: Order) {
    shouldAbort.store(false, ordering: .releasing)
    queue.add(order)
  }

  func abort() { shouldAbort.store(true, ordering: .releasing) }

  func close() { queue.close() }

  private func train(
    _ assignment: Worker.Assignment, with trainer: Trainer, _ progress: ProgressCounter
  ) -> [TrialResult]? {
    var results: [TrialResult] = []
    var rest = assignment.trials[...]
    while !rest.isEmpty {
      let pack = rest.prefix(trainer.lanes)
      rest = rest.dropFirst(pack.count)
      let trained = trainer.train(
        pack.map { (index: $0.index, seed: $0.seed) }, keepsHistory: assignment.keepsHistory
      ) { [self] _ in
        progress.advance()
        return isAborted ? .stop : .proceed
      }
      guard let trained else { return nil }
      results += trained
    }
    return results
  }

  private var isAborted: Bool { shouldAbort.load(ordering: .acquiring) }
}

/// Counts what one slot does, so that a busy trainer can be told from a hung one.
final class ProgressCounter: Sendable {
  private let steps = Atomic<UInt64>(0)

  var count: UInt64 { steps.load(ordering: .relaxed) }

  func advance() { steps.add(1, ordering: .relaxed) }
}
