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

/// Says of a file that has arrived whether it is the model that it should be.
enum ArrivedModel {
  /// The digest of the weights in the file at `path`, all of whose digests are right, and which is of that trial.
  ///
  /// What speaks for the weights is the trial's result: see ``KeptModels/file(sweep:variant:seed:weights:)``.
  ///
  /// - Throws: ``ModelRefusal`` where it is another file.
  static func weights(
    path: String, of subject: ModelSubject, representation: RepresentationDigest
  ) throws(ModelRefusal) -> WeightsDigest {
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
        lie:
          "a model of \(record.sweep), variant \(record.variant.name), seed \(record.seed), came for that "
          + "of \(subject.sweep), variant \(subject.variant), seed \(subject.seed)")
    }
    guard case .completed(let measurements)? = record.result?.outcome,
      measurements.weightsDigest == file.weightsDigest
    else {
      throw ModelRefusal(lie: "the model of seed \(subject.seed) is not that of its own result")
    }
    guard record.representation.recordDigest == representation else {
      throw ModelRefusal(
        lie: "the model of seed \(subject.seed) represents its data otherwise than the sweep")
    }
    return file.weightsDigest
  }
}

extension TrialStore {
  /// Remembers how the data of a sweep are represented, where its models are kept.
  func noteRepresentations(of prepared: PreparedSweep, _ key: SweepKey) throws(StoreError) {
    guard prepared.sweep.models.isOn else { return }
    try noteRepresentations(prepared.representations, of: key)
  }
}
