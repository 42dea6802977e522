import Checkpoints
import Scheduling
import SweepModel
import TrialStore

/// Why a file that a worker handed over is not kept.
struct ModelRefusal: Error, Hashable {
  let reason: String
  /// Whether no honest worker sends such a file.
  let isLie: Bool

  /// The disk, the store or a limit stands in the way.
  init(_ error: RuntimeError) {
    reason = error.message
    isLie = false
  }

  init(lie reason: String) {
    self.reason = reason
    isLie = true
  }
}

/// A file that has arrived, which is to be the model of a trial, or a checkpoint of it.
struct ArrivedModel {
  let path: String
  let subject: ModelSubject
  let representation: RepresentationDigest

  /// The digest of its weights, where all digests are right, and it is the model of that trial.
  ///
  /// What speaks for the weights is the trial's result: see ``KeptModels/file(sweep:variant:seed:weights:)``.
  ///
  /// - Throws: ``ModelRefusal`` where it is another file.
  func weights() throws(ModelRefusal) -> WeightsDigest {
    let file = try checked()
    guard case .completed(let measurements)? = file.record.result?.outcome,
      measurements.weightsDigest == file.weightsDigest
    else {
      throw ModelRefusal(lie: "the model of seed \(subject.seed) is not that of its own result")
    }
    return file.weightsDigest
  }

  /// Checks that it is a checkpoint of that trial. Whether its numbers are right nobody can tell without training
  /// the trial.
  ///
  /// - Throws: ``ModelRefusal`` where it is another file.
  func checkCheckpoint() throws(ModelRefusal) {
    guard try checked().record.result == nil else {
      throw ModelRefusal(lie: "what came as a checkpoint of seed \(subject.seed) has a result")
    }
  }

  /// The file, where it is intact and of that trial.
  private func checked() throws(ModelRefusal) -> ModelFile {
    let file: ModelFile
    do throws(CheckpointError) {
      file = try ModelFile(path: path)
      try file.verify()
    } catch {
      if error.isEnvironment { throw ModelRefusal(RuntimeError(error)) }
      throw ModelRefusal(lie: "the model of seed \(subject.seed) is damaged: \(error.message)")
    }
    let record = file.record
    guard record.sweep == subject.sweep, record.variant.name == subject.variant,
      record.variant.variant.digest == subject.digest, record.masterSeed == subject.masterSeed,
      record.index == subject.index, record.seed == subject.seed
    else {
      throw ModelRefusal(
        lie: "a model of \(record.sweep), variant \(record.variant.name), seed \(record.seed), "
          + "came for that of \(subject.sweep), variant \(subject.variant), seed \(subject.seed)")
    }
    guard record.representation.recordDigest == representation else {
      throw ModelRefusal(
        lie: "the model of seed \(subject.seed) represents its data otherwise than the sweep")
    }
    return file
  }
}

extension TrialStore {
  /// Remembers how the data of a sweep are represented, where its models are kept.
  func noteRepresentations(of prepared: PreparedSweep, _ key: SweepKey) throws(StoreError) {
    guard prepared.sweep.models.isOn else { return }
    try noteRepresentations(prepared.representations, of: key)
  }
}
