import Scheduling
import SweepModel
import TrialStore

/// The one thread that writes results.
///
/// All commits that wait when it is free go into one transaction, so that the price of a commit is
/// shared by as many results as there are.
final class StoreWriter: Sendable {
  /// What became of commits.
  enum Report: Sendable {
    case committed(Coordinator.CommitID, [Coordinator.CommitOutcome])
    case failed(StoreError)
  }

  private let queue = WorkQueue<Coordinator.Commit>()

  /// Starts the thread. `report` is called on it.
  init(
    store: TrialStore, variants: [JobID: VariantKey], report: @escaping @Sendable (Report) -> Void
  ) {
    let queue = queue
    startThread(named: "store writer") {
      while let commits = queue.takeAll() {
        do throws(StoreError) {
          for (commit, outcomes) in try Self.write(commits, to: store, variants) {
            report(.committed(commit, outcomes))
          }
        } catch {
          report(.failed(error))
          return
        }
      }
    }
  }

  func add(_ commit: Coordinator.Commit) { queue.add(commit) }

  func close() { queue.close() }

  private static func write(
    _ commits: [Coordinator.Commit], to store: TrialStore, _ variants: [JobID: VariantKey]
  ) throws(StoreError) -> [(Coordinator.CommitID, [Coordinator.CommitOutcome])] {
    let batches = commits.map { commit in
      guard let variant = variants[commit.job] else {
        preconditionFailure("a commit of a job that the coordinator was not given")
      }
      return StoredBatch(
        variant: variant, results: commit.results,
        worker: StoredWorker(name: commit.worker.map(\.description) ?? "coordinator"))
    }
    let outcomes = try store.commit(batches)
    return zip(commits, outcomes).map { ($0.id, $1.map(Coordinator.CommitOutcome.init)) }
  }
}

extension Coordinator.CommitOutcome {
  fileprivate init(_ outcome: CommitOutcome) {
    switch outcome {
    case .inserted, .retried: self = .recorded
    // A failure of a trial that has a result says nothing about that result.
    case .confirmed, .ignored: self = .confirmed
    case .violated: self = .violated
    }
  }
}
