import Scheduling
import SweepModel

/// Which checkpoints a coordinator has, of which trials and from whom.
struct CheckpointTable {
  private struct Entry {
    let checkpoint: KeptCheckpoint
    /// Who sent it; nil for one from an earlier life of the coordinator.
    let worker: WorkerID?
  }

  private var entries: [JobID: [TrialIndex: Entry]] = [:]

  /// Notes a checkpoint; returns the one whose place it takes.
  mutating func insert(
    _ checkpoint: KeptCheckpoint, of index: TrialIndex, job: JobID, from worker: WorkerID?
  ) -> KeptCheckpoint? {
    let entry = Entry(checkpoint: checkpoint, worker: worker)
    return entries[job, default: [:]].updateValue(entry, forKey: index)?.checkpoint
  }

  /// Forgets the checkpoint of a trial; returns it.
  mutating func remove(_ index: TrialIndex, of job: JobID) -> KeptCheckpoint? {
    entries[job]?.removeValue(forKey: index)?.checkpoint
  }

  /// The checkpoint of a trial.
  func checkpoint(of index: TrialIndex, _ job: JobID) -> KeptCheckpoint? {
    entries[job]?[index]?.checkpoint
  }

  /// The trials of a job that have one, among these.
  func trials(of job: JobID, among trials: IntervalSet) -> [(TrialIndex, KeptCheckpoint)] {
    guard let own = entries[job], !own.isEmpty else { return [] }
    return own.filter { trials.contains($0.key) }.sorted { $0.key < $1.key }
      .map { ($0.key, $0.value.checkpoint) }
  }

  /// The trials whose checkpoint a worker sent, or of which nobody knows who did.
  func trials(from worker: WorkerID) -> [(job: JobID, index: TrialIndex)] {
    entries.flatMap { job, own in
      own.filter { $0.value.worker == worker || $0.value.worker == nil }
        .map { (job: job, index: $0.key) }
    }
  }
}
