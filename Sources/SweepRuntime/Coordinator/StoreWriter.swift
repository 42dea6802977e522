import Scheduling
import SweepModel
import TrialStore

/// The one thread that writes results.
///
/// All commits that wait when it is free go into one transaction, so that the price of a commit is
/// shared by as many results as there are. What it is told is done in the order in which it was told.
final class StoreWriter: Sendable {
  /// What became of what the writer was told.
  enum Report: Sendable {
    case committed(Coordinator.CommitID, [Coordinator.CommitOutcome])
    case distrusted(WorkerID, [JobID: IntervalSet], [JobID: Coordinator.OpenDisputes])
    case failed(StoreError)
  }

  private enum Task: Sendable {
    case variants([JobID: VariantKey])
    case introduce(WorkerID, StoredWorker)
    case forget(WorkerID)
    case commit(Coordinator.Commit)
    case distrust(WorkerID)
  }

  private let queue = WorkQueue<Task>()

  /// Starts the thread. `report` is called on it.
  init(
    store: TrialStore, variants: [JobID: VariantKey], report: @escaping @Sendable (Report) -> Void
  ) {
    let queue = queue
    startThread(named: "store writer") {
      var desk = Desk(store: store, variants: variants, report: report)
      while let tasks = queue.takeAll() {
        do throws(StoreError) {
          for task in tasks { try desk.take(task) }
          try desk.write()
        } catch {
          report(.failed(error))
          return
        }
      }
    }
  }

  func add(_ commit: Coordinator.Commit) { queue.add(.commit(commit)) }

  /// Marks a worker as quarantined, once what was added before is written.
  func distrust(_ worker: WorkerID) { queue.add(.distrust(worker)) }

  /// Says who a worker is, before its first results.
  func introduce(_ worker: WorkerID, _ details: StoredWorker) {
    queue.add(.introduce(worker, details))
  }

  /// The worker has left: its results were added before.
  func forget(_ worker: WorkerID) { queue.add(.forget(worker)) }

  /// Says where the results of more jobs belong, before the first of them.
  func add(variants: [JobID: VariantKey]) { queue.add(.variants(variants)) }

  func close() { queue.close() }

  /// What the thread has in hand.
  private struct Desk {
    let store: TrialStore
    var variants: [JobID: VariantKey]
    let report: @Sendable (Report) -> Void
    var workers: [WorkerID: StoredWorker] = [:]
    var waiting: [(Coordinator.CommitID, StoredBatch)] = []

    mutating func take(_ task: Task) throws(StoreError) {
      switch task {
      case .variants(let added): variants.merge(added) { _, new in new }
      case .introduce(let worker, let details): workers[worker] = details
      case .forget(let worker): workers[worker] = nil
      case .commit(let commit):
        guard let variant = variants[commit.job] else {
          preconditionFailure("a commit of a job that the coordinator was not given")
        }
        let worker = commit.worker.map(details) ?? StoredWorker(name: StoredWorker.coordinator)
        let batch = StoredBatch(
          variant: variant, results: commit.results, worker: worker, audits: commit.audits)
        waiting.append((commit.id, batch))
      case .distrust(let worker):
        try write()
        _ = try store.distrust(details(worker))
        // Not of this worker alone: where it had the majority against another that was quarantined before,
        // that one's result may stand again.
        let trials = try store.unsupportedTrials()
        var jobs: [JobID: IntervalSet] = [:]
        var disputes: [JobID: Coordinator.OpenDisputes] = [:]
        // Sweeps that this coordinator does not serve wait for one that does.
        for (job, variant) in variants {
          jobs[job] = trials[variant]
          let disputed = try store.disputed(variant)
          guard !disputed.isEmpty else { continue }
          disputes[job] = Coordinator.OpenDisputes(
            trials: disputed, voters: try store.votingWorkers(variant))
        }
        report(.distrusted(worker, jobs, disputes))
      }
    }

    mutating func write() throws(StoreError) {
      guard !waiting.isEmpty else { return }
      let outcomes = try store.commit(waiting.map(\.1))
      for ((commit, _), outcomes) in zip(waiting, outcomes) {
        report(.committed(commit, outcomes.map(Coordinator.CommitOutcome.init)))
      }
      waiting = []
    }

    private func details(_ worker: WorkerID) -> StoredWorker {
      workers[worker] ?? StoredWorker(name: worker.hex)
    }
  }
}

extension StoredWorker {
  /// What a worker that was welcomed said about itself.
  init(_ hello: WorkerHello, key: PublicKey?) {
    self.init(
      name: hello.worker.hex, uuid: hello.worker.bytes, host: hello.host,
      processor: hello.processor, instructionSet: hello.instructionSet, software: hello.software,
      executable: hello.executable?.bytes, publicKey: key?.bytes)
  }
}

extension Coordinator.CommitOutcome {
  fileprivate init(_ outcome: CommitOutcome) {
    switch outcome {
    case .inserted, .retried: self = .recorded
    // A failure of a trial that has a result says nothing about that result.
    case .confirmed, .ignored: self = .confirmed
    case .violated: self = .violated
    case .settled(let outvoted): self = .settled(outvoted: outvoted.compactMap(WorkerID.init(hex:)))
    }
  }
}
