import Checkpoints
import Kernels
import Logging
import Scheduling
import SweepModel
import Training

/// What a slot does about models: trains trials alone, and hands over what they end with.
struct SlotModels: Sendable {
  let sender: ModelSender
  let kernels: KernelSet
  let log: Logger

  /// Trains one trial and hands over its model; nil where `mayContinue` said to stop before it was trained.
  ///
  /// - Parameter mayContinue: Asked after every step, with how far the training is, and while the model is on its
  ///   way, with nil.
  func train(
    _ trial: Worker.Trial, of order: Slot.Order, _ wanted: ModelOrder, with trainer: Trainer,
    mayContinue: (TrainingProgress?) -> Bool
  ) -> TrialResult? {
    var model: OutgoingModel?
    let result: TrialResult?
    do {
      result = try trainer.trainAlone(
        (index: trial.index, seed: trial.seed), keepsHistory: order.assignment.keepsHistory,
        finished: { snapshot, result in
          guard wanted.keeping.saving == .last, case .completed = result.outcome else { return }
          model = outgoing(snapshot, result, record(of: trial, of: order, wanted))
        },
        progress: { mayContinue($0) ? .proceed : .stop })
    } catch {
      preconditionFailure("nothing that was given to the trainer throws: \(error)")
    }
    guard let result else { return nil }
    if let model {
      switch sender.send(
        model, of: (job: order.assignment.job, index: trial.index),
        mayContinue: { mayContinue(nil) })
      {
      case .kept, .abandoned: break
      case .refused(let reason): note(reason, trial)
      }
    }
    return result
  }

  private func outgoing(
    _ snapshot: borrowing TrainingSnapshot, _ result: TrialResult, _ record: ModelRecord
  ) -> OutgoingModel? {
    var record = record
    record.result = result
    do throws(RuntimeError) {
      let model = try OutgoingModel(snapshot, record)
      guard model.size <= Limits.keptModelBytes else {
        throw RuntimeError(
          .environment,
          "it has \(model.size) bytes, and a coordinator keeps models of \(Limits.keptModelBytes)")
      }
      return model
    } catch {
      log.warning(
        "a model is not handed over, its result is sent without: \(error)",
        metadata: ["seed": "\(record.seed)"])
      return nil
    }
  }

  private func note(_ reason: String, _ trial: Worker.Trial) {
    log.info(
      "the coordinator does not keep a model: \(reason)", metadata: ["seed": "\(trial.seed)"])
  }

  private func record(
    of trial: Worker.Trial, of order: Slot.Order, _ wanted: ModelOrder
  ) -> ModelRecord {
    ModelRecord(
      sweep: wanted.sweep,
      variant: NamedVariant(name: wanted.variant, variant: order.plan.variant),
      masterSeed: wanted.masterSeed, index: trial.index, seed: trial.seed, dataFiles: order.files,
      representation: order.plan.data.representation, result: nil, position: .beginning,
      maker: .thisProcess(kernels))
  }
}
