import SweepModel

/// Models travel beside the messages of a registration. The machine says only whose they can be.
extension Coordinator {
  /// The trial whose model a worker may hand over; nil where no model of it is wanted from that worker.
  ///
  /// One whose lease has gone elsewhere meanwhile may still, as long as the trial has no result: its late
  /// result is welcome, too, and would end the trial without a model.
  public func modelSubject(_ job: JobID, _ index: TrialIndex, from peer: PeerID) -> ModelSubject? {
    guard let worker = workerByPeer[peer], let position = jobPositions[job] else { return nil }
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
      sweep: job.sweepName, variant: job.variantName, digest: job.variant,
      masterSeed: job.masterSeed, index: index, seed: job.masterSeed.trialSeed(at: index))
  }

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
