import Scheduling
import SweepModel
import SweepProtocol

/// Where workers hand over models: who may send, and who has done what it promised.
final class ModelOffice {
  /// Keeps models.
  let desk: ModelDesk
  /// Whose turn it is to send a large one.
  var turns = UploadTurns()
  /// Whether the last model was kept, so that what stands in the way is told once.
  var isKeeping = true
  /// Where trials go on that were begun.
  var checkpoints = CheckpointTable()

  private struct Trial: Hashable {
    let peer: PeerID
    let job: JobID
    let index: TrialIndex
  }

  /// The weights of models whose results have yet to come.
  private var promises: [Trial: WeightsDigest] = [:]
  /// The trials of commits that are under way, with their weights where they were completed.
  private var committing: [Coordinator.CommitID: [(ModelSubject, WeightsDigest?)]] = [:]

  private static let mostPromises = 1 << 16

  /// An office over the desk.
  init(_ desk: ModelDesk) { self.desk = desk }

  /// A worker's model has these weights: its result must, too.
  func notePromise(_ weights: WeightsDigest, of peer: PeerID, _ header: ModelPart.Header) {
    // Those of workers that went away.
    if promises.count >= Self.mostPromises { promises = [:] }
    promises[Trial(peer: peer, job: header.job, index: header.index)] = weights
  }

  /// How a message's results contradict the models that its worker handed over; nil where they do not.
  func brokenPromise(of peer: PeerID, by message: WorkerMessage) -> String? {
    guard !promises.isEmpty, case .registered(_, .results(let batch)) = message else { return nil }
    for result in batch.results {
      let trial = Trial(peer: peer, job: batch.job, index: result.index)
      guard let promised = promises.removeValue(forKey: trial) else { continue }
      guard case .completed(let measurements) = result.outcome,
        measurements.weightsDigest == promised
      else {
        return "the result of seed \(result.seed) has other weights than its model"
      }
    }
    return nil
  }

  /// Remembers which trials of a commit have models.
  func note(_ trials: [(ModelSubject, WeightsDigest?)], of commit: Coordinator.CommitID) {
    committing[commit] = trials
  }

  /// The trials of a commit, which is in the store, that were recorded now.
  func take(
    _ commit: Coordinator.CommitID, _ outcomes: [Coordinator.CommitOutcome]
  ) -> [(subject: ModelSubject, weights: WeightsDigest?)] {
    guard let trials = committing.removeValue(forKey: commit) else { return [] }
    return zip(trials, outcomes).filter { $0.1 == .recorded }
      .map { (subject: $0.0.0, weights: $0.0.1) }
  }
}

extension CoordinatorService {
  /// Takes a part of a model. Only a registered worker is answered: another one registers first, as the answer to
  /// its next heartbeat tells it, and then sends again.
  func take(_ part: ModelPart, from peer: PeerID) throws(RuntimeError) {
    guard access.roles(of: peer).contains(.worker), machine.isRegistered(peer) else { return }
    monitor.metrics.received += 1
    guard let (subject, purpose) = wanted(part, from: peer) else {
      return try refuse(part.header, "the coordinator keeps no model of this trial", to: peer)
    }
    let isSmall = part.offset == 0 && part.content.count == part.size
    let key = UploadTurns.Key(peer: peer, file: part.file)
    // It asks again.
    guard isSmall || models.turns.admit(key, at: clock.now) else { return }
    models.desk.add(part, of: subject, as: purpose, from: peer)
  }

  /// What a part is wanted for; nil where it is not.
  private func wanted(_ part: ModelPart, from peer: PeerID) -> (ModelSubject, ModelDesk.Purpose)? {
    guard part.isCheckpoint else {
      return machine.modelSubject(part.job, part.index, from: peer).map { ($0, .model) }
    }
    guard let use = machine.use(ofCheckpoint: part.job, part.index, from: peer),
      let subject = machine.modelSubject(part.job, part.index)
    else { return nil }
    switch use {
    case .discarded: return (subject, .discarded)
    case .kept:
      let earlier = models.checkpoints.checkpoint(of: part.index, part.job)
      return (subject, .checkpoint(inPlaceOf: earlier))
    }
  }

  /// Takes what became of a part of a model.
  func take(_ report: ModelDesk.Report) throws(RuntimeError) {
    switch report {
    case .kept(let peer, let header, let position, let isNews):
      // The window limits what is sent: it counts against nobody.
      if isNews { access.noteUpload(from: peer) }
      let limit = min(header.size, position + Limits.chunkWindow * Limits.chunkBytes)
      try sendToClient(
        ModelAnswer.kept(header.file, position: position, limit: limit).encoded, to: peer)
    case .done(let peer, let header, let subject, let file, let isNews):
      if isNews { access.noteUpload(from: peer) }
      models.isKeeping = true
      models.turns.end(UploadTurns.Key(peer: peer, file: header.file))
      switch file {
      case .model(let weights): models.notePromise(weights, of: peer, header)
      case .checkpoint(let checkpoint):
        if isNews { keep(checkpoint, of: subject, from: machine.worker(at: peer)) }
      case .nothing: break
      }
      let size = header.size
      try sendToClient(
        ModelAnswer.kept(header.file, position: size, limit: size).encoded, to: peer)
    case .refused(let peer, let header, let refusal):
      models.turns.end(UploadTurns.Key(peer: peer, file: header.file))
      if refusal.isLie {
        log.write("a model is refused: \(refusal.reason)", kind: "model refused")
        return try handle(.peerMisbehaved(peer, refusal.reason))
      }
      if models.isKeeping {
        models.isKeeping = false
        log.write(
          "models are not kept, and results go on without: \(refusal.reason). `seedsweep fetch-model` trains "
            + "those trials again", kind: "models not kept")
      }
      try refuse(header, refusal.reason, to: peer)
    }
  }

  /// Remembers which trials of a commit have models, until they are in the store.
  func noteModels(of commit: Coordinator.Commit) {
    guard machine.keepsModels(of: commit.job) else { return }
    models.note(
      commit.results.compactMap { result in
        machine.modelSubject(commit.job, result.index).map { subject in
          guard case .completed(let measurements) = result.outcome else { return (subject, nil) }
          return (subject, measurements.weightsDigest)
        }
      }, of: commit.id)
  }

  /// The results of a commit are in the store.
  func settleModels(of commit: Coordinator.CommitID, _ outcomes: [Coordinator.CommitOutcome]) {
    for (subject, weights) in models.take(commit, outcomes) {
      models.desk.settle(subject, weights: weights)
      dropCheckpoint(of: subject)
    }
  }

  private func refuse(
    _ header: ModelPart.Header, _ reason: String, to peer: PeerID
  ) throws(RuntimeError) {
    let text = String(reason.prefix(Limits.reasonLength))
    try sendToClient(ModelAnswer.refused(header.file, reason: text).encoded, to: peer)
  }
}
