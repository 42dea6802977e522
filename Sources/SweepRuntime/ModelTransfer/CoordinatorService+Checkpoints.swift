import Randomness
import Scheduling
import SweepModel

/// Where trials go on whose workers have gone.
extension CoordinatorService {
  /// Finds the checkpoints that an earlier life of the coordinator kept of these jobs.
  func findCheckpoints(of jobs: [CoordinatorJob]) {
    for job in jobs where job.models.takesCheckpoints {
      for checkpoint in kept.checkpoints(sweep: job.sweepName, variant: job.variantName) {
        let index = job.masterSeed.index(of: checkpoint.seed)
        guard let subject = machine.modelSubject(job.id, index) else { continue }
        keep(checkpoint, of: subject, from: nil)
      }
    }
  }

  /// Gives a checkpoint from now on to whoever is leased its trial, unless that has its result meanwhile.
  func keep(_ checkpoint: KeptCheckpoint, of subject: ModelSubject, from worker: WorkerID?) {
    guard machine.lacksResult(subject.job, subject.index) else {
      return models.desk.remove(checkpoint, of: subject)
    }
    let earlier = models.checkpoints.insert(
      checkpoint, of: subject.index, job: subject.job, from: worker)
    if let earlier, earlier != checkpoint { data.catalog.remove(earlier) }
    data.catalog.add(
      checkpoint, in: kept.folder(sweep: subject.sweep, variant: subject.variant))
  }

  /// Forgets the checkpoint of a trial, if there is one.
  func dropCheckpoint(of subject: ModelSubject) {
    guard let checkpoint = models.checkpoints.remove(subject.index, of: subject.job) else { return }
    data.catalog.remove(checkpoint)
    models.desk.remove(checkpoint, of: subject)
  }

  /// Forgets the checkpoints of a worker whose results were outvoted, and those of which nobody knows whose they
  /// are.
  func dropCheckpoints(from worker: WorkerID) {
    for (job, index) in models.checkpoints.trials(from: worker) {
      if let subject = machine.modelSubject(job, index) { dropCheckpoint(of: subject) }
    }
  }

  /// A message, in which a lease names where its trials go on.
  func withCheckpoints(_ message: CoordinatorMessage) -> CoordinatorMessage {
    guard case .registered(let stamp, .lease(var grant)) = message,
      grant.models?.keeping.takesCheckpoints == true
    else { return message }
    grant.models?.checkpoints = models.checkpoints.trials(of: grant.job, among: grant.trials)
      .filter { machine.mayResume($0.0, of: grant.id) }
      .map { TrialCheckpoint(index: $0.0, file: $0.1.file, size: $0.1.size) }
    return .registered(stamp, .lease(grant))
  }

  private var kept: KeptModels { KeptModels(storePath: store.path) }
}
