import SweepModel

/// Models travel beside the messages of a registration. The machine says only whose they can be.
extension Coordinator {
  /// The trial whose model a worker may hand over; nil where no model of it is wanted from that worker.
  ///
  /// One whose lease has gone elsewhere meanwhile may still, as long as the trial has no result: its late
  /// result is welcome, too, and would end the trial without a model.
  public func modelSubject(_ job: JobID, _ index: TrialIndex, from peer: PeerID) -> ModelSubject? {
    guard let worker = workerByPeer[peer], let position = jobPositions[job],
      jobs[position].job.models.saving != .none
    else { return nil }
    let isLeased =
      workers[worker]?.leases.contains { id in
        leases[id].map { $0.job == position && $0.remaining.contains(index) } ?? false
      } ?? false
    guard isLeased || !jobs[position].recorded.contains(index) else { return nil }
    return modelSubject(job, index)
  }

  /// The trial of a job whose models are kept; nil for any other.
  public func modelSubject(_ job: JobID, _ index: TrialIndex) -> ModelSubject? {
    guard let job = jobPositions[job].map({ jobs[$0].job }), job.models.isOn,
      index.rawValue < job.trials
    else { return nil }
    return ModelSubject(
      job: job.id, sweep: job.sweepName, variant: job.variantName, digest: job.variant,
      masterSeed: job.masterSeed, index: index, seed: job.masterSeed.trialSeed(at: index))
  }

  /// What a checkpoint that a worker sends is worth.
  public enum CheckpointUse: Hashable, Sendable {
    /// Whoever is given the trial next goes on from it.
    case kept
    /// Nothing, which the worker must not notice: its trial is a check of another's result.
    case discarded
  }

  /// What becomes of a checkpoint of a trial; nil where the worker holds no lease of it.
  public func use(ofCheckpoint job: JobID, _ index: TrialIndex, from peer: PeerID) -> CheckpointUse?
  {
    guard let worker = workerByPeer[peer], let position = jobPositions[job],
      jobs[position].job.models.takesCheckpoints
    else { return nil }
    for id in workers[worker]?.leases ?? [] {
      guard let lease = leases[id], lease.job == position, lease.remaining.contains(index) else {
        continue
      }
      return lease.purpose == .training && !jobs[position].recorded.contains(index)
        ? .kept : .discarded
    }
    return nil
  }

  /// Whether a trial of a lease may go on from a checkpoint: not where it is a check, whose result must be its
  /// worker's alone, nor where workers crash with it again and again.
  public func mayResume(_ index: TrialIndex, of lease: LeaseID) -> Bool {
    guard let lease = leases[lease], lease.purpose == .training else { return false }
    return jobs[lease.job].crashes[index, default: 0] < Self.mostResumedCrashes
  }

  private static let mostResumedCrashes = 3

  /// Whether a trial of a job has no result yet.
  public func lacksResult(_ job: JobID, _ index: TrialIndex) -> Bool {
    jobPositions[job].map { !jobs[$0].recorded.contains(index) } ?? false
  }

  /// The worker that is registered at an address.
  public func worker(at peer: PeerID) -> WorkerID? { workerByPeer[peer] }

  /// Whether models of the job are kept.
  public func keepsModels(of job: JobID) -> Bool {
    jobPositions[job].map { jobs[$0].job.models.isOn } ?? false
  }

  /// A worker sent something that cannot be: it is turned away.
  mutating func turnAway(
    _ peer: PeerID, because text: String, at now: Instant, _ effects: inout [Effect]
  ) {
    guard let worker = workerByPeer[peer] else { return }
    expel(worker, Refusal(.misbehaviour, text), at: now, &effects)
  }
}

extension CoordinatorJob {
  /// What workers are told of models; nil where none are wanted.
  var modelOrder: ModelOrder? {
    guard models.isOn else { return nil }
    return ModelOrder(
      sweep: sweepName, variant: variantName, masterSeed: masterSeed, keeping: models)
  }
}
