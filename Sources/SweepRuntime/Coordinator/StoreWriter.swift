import Scheduling
import SweepModel
import Synchronization
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
  /// Jobs come while the thread runs.
  private let variants: Mutex<[JobID: VariantKey]>

  /// Starts the thread. `report` is called on it.
  init(
    store: TrialStore, variants: [JobID: VariantKey], report: @escaping @Sendable (Report) -> Void
  ) {
    self.variants = Mutex(variants)
    startThread(named: "store writer") { [self] in
      while let commits = queue.takeAll() {
        do throws(StoreError) {
          for (commit, outcomes) in try Self.write(commits, to: store, self.variants.withLock { $0 }) {
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

  /// Takes note of jobs, before any commit of theirs.
  func learn(_ more: [JobID: VariantKey]) {
    variants.withLock { $0.merge(more) { $1 } }
  }

  func close() { queue.close() }

  private static func write(
    _ commits: [Coordinator.Commit], to store: TrialStore, _ variants: [JobID: VariantKey]
  ) throws(StoreError) -> [(Coordinator.CommitID, [Coordinator.CommitOutcome])] {
    var results: [StoredResult] = []
    for commit in commits {
      guard let variant = variants[commit.job] else {
        preconditionFailure("a commit of a job that the coordinator was not given")
      }
      let worker = commit.worker.map(\.description) ?? "coordinator"
      for result in commit.results {
        results.append(StoredResult(variant: variant, result: result, worker: worker))
      }
    }
    var outcomes = try store.commit(results)[...]
    return commits.map { commit in
      let own = outcomes.prefix(commit.results.count)
      outcomes = outcomes.dropFirst(commit.results.count)
      return (commit.id, own.map(Coordinator.CommitOutcome.init))
    }
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
