import Checkpoints
import Kernels
import Logging
import Scheduling
import SweepModel
import Training

/// What a slot does about models: trains trials alone, from where others stopped, and hands over what they end
/// with.
struct SlotModels: Sendable {
  let sender: ModelSender
  /// Fetches checkpoints.
  let stock: DataStock
  let kernels: KernelSet
  let log: Logger

  /// How a trial ended.
  enum Ending {
    case trained(TrialResult)
    /// It was told to stop; whether the coordinator has a checkpoint.
    case stopped(hasCheckpoint: Bool)
  }

  /// A checkpoint that nobody answers is given up after so long: the trial goes on, and the next one may arrive.
  private static let patience = Duration.seconds(10)

  /// Trains one trial and hands over its model.
  ///
  /// - Parameters:
  ///   - wantsCheckpoint: Asked after every step; true once where a checkpoint is wanted at once.
  ///   - mayContinue: Asked after every step, with how far the training is, and while files are on their way,
  ///     with nil.
  func train(
    _ trial: Worker.Trial, of order: Slot.Order, _ wanted: ModelOrder, with trainer: Trainer,
    wantsCheckpoint: () -> Bool, mayContinue: (TrainingProgress?) -> Bool
  ) -> Ending {
    let record = record(of: trial, of: order, wanted)
    return withoutActuallyEscaping(mayContinue) { mayContinue in
      withoutActuallyEscaping(wantsCheckpoint) { wantsCheckpoint in
        if let checkpoint = wanted.checkpoints.first(where: { $0.index == trial.index }),
          let start = resumed(checkpoint, record, order.plan, mayContinue: mayContinue)
        {
          do {
            return try train(
              trial, of: order, wanted, record, with: trainer, from: start.start,
              wantsCheckpoint: wantsCheckpoint, mayContinue: mayContinue)
          } catch {
            noteUseless("\(error)", record)
          }
        }
        guard mayContinue(nil) else { return .stopped(hasCheckpoint: false) }
        do {
          return try train(
            trial, of: order, wanted, record, with: trainer, from: .fresh,
            wantsCheckpoint: wantsCheckpoint, mayContinue: mayContinue)
        } catch {
          preconditionFailure("nothing that was given to the trainer throws: \(error)")
        }
      }
    }
  }

  private func train(
    _ trial: Worker.Trial, of order: Slot.Order, _ wanted: ModelOrder, _ record: ModelRecord,
    with trainer: Trainer, from start: TrainingStart, wantsCheckpoint: @escaping () -> Bool,
    mayContinue: @escaping (TrainingProgress?) -> Bool
  ) throws -> Ending {
    var model: OutgoingModel?
    var checkpoints: TrialCheckpoints?
    if wanted.keeping.takesCheckpoints {
      checkpoints = TrialCheckpoints(
        seconds: wanted.keeping.checkpointSeconds, isWanted: wantsCheckpoint,
        hand: { hand($0, record, order.assignment.job, mayContinue: mayContinue) })
    }
    let result = try trainer.trainAlone(
      (index: trial.index, seed: trial.seed), keepsHistory: order.assignment.keepsHistory,
      from: start, snapshots: checkpoints?.taker,
      finished: { snapshot, result in
        guard wanted.keeping.saving == .last, case .completed = result.outcome else { return }
        var record = record
        record.result = result
        model = outgoing(snapshot, record)
      },
      progress: { reached in
        if mayContinue(reached) { return .proceed }
        guard let checkpoints else { return .stop }
        checkpoints.isStopping = true
        return checkpoints.hasStopped ? .stop : .proceed
      })
    guard let result else {
      return .stopped(hasCheckpoint: checkpoints?.hasCheckpoint ?? false)
    }
    if let model {
      let outcome = sender.send(
        model, of: (job: order.assignment.job, index: trial.index),
        mayContinue: { mayContinue(nil) })
      if case .refused(let reason) = outcome {
        log.info(
          "the coordinator does not keep a model: \(reason)", metadata: ["seed": "\(trial.seed)"])
      }
    }
    return .trained(result)
  }

  // MARK: Checkpoints

  /// Hands a checkpoint to the coordinator; whether that has it.
  private func hand(
    _ snapshot: borrowing TrainingSnapshot, _ record: ModelRecord, _ job: JobID,
    mayContinue: (TrainingProgress?) -> Bool
  ) -> Bool {
    guard let model = outgoing(snapshot, record) else { return false }
    let outcome = sender.send(
      model, of: (job: job, index: record.index), isCheckpoint: true, patience: Self.patience,
      mayContinue: {
        // Also of a slot that is to stop: this is what it stops with.
        _ = mayContinue(nil)
        return true
      })
    let isKept = outcome == .kept
    let text =
      switch outcome {
      case .kept: "handed over a checkpoint"
      case .refused(let reason): "the coordinator does not take a checkpoint: \(reason)"
      case .abandoned: "the coordinator has not answered a checkpoint"
      }
    log.info(
      "\(text)",
      metadata: [
        "seed": "\(record.seed)", "epoch": "\(snapshot.position.epoch)",
        "step": "\(snapshot.position.steps)",
      ])
    return isKept
  }

  /// Where a trial goes on by a checkpoint; nil where that cannot be had, or is none of this trial.
  private func resumed(
    _ checkpoint: TrialCheckpoint, _ record: ModelRecord, _ plan: TrainingPlan,
    mayContinue: @escaping (TrainingProgress?) -> Bool
  ) -> (start: TrainingStart, held: CachedFile)? {
    let wanted = DataFile(path: "", size: checkpoint.size, digest: checkpoint.file)
    stock.mayWait = { mayContinue(nil) }
    defer {
      stock.mayWait = { true }
      // It is open, and read to its end: nobody wants it again.
      stock.remove(wanted)
    }
    do {
      let (held, path) = try stock.fetched(wanted)
      let file = try ModelFile(path: path)
      guard file.record.result == nil, file.record.index == record.index,
        file.record.variant.variant.digest == record.variant.variant.digest
      else { throw RuntimeError(.environment, "it is of another trial") }
      try file.check(isOf: record)
      let start = try file.start(of: plan)
      let position = file.record.position
      log.info(
        "resumed a trial from a checkpoint",
        metadata: [
          "seed": "\(record.seed)", "epoch": "\(position.epoch)", "step": "\(position.steps)",
        ])
      return (start, held)
    } catch {
      if mayContinue(nil) { noteUseless("\(error)", record) }
      return nil
    }
  }

  private func noteUseless(_ reason: String, _ record: ModelRecord) {
    log.warning(
      "a checkpoint cannot be used, the trial begins anew: \(reason)",
      metadata: ["seed": "\(record.seed)"])
  }

  private func outgoing(
    _ snapshot: borrowing TrainingSnapshot, _ record: ModelRecord
  ) -> OutgoingModel? {
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
        "a model or checkpoint cannot be written, and is not handed over: \(error)",
        metadata: ["seed": "\(record.seed)"])
      return nil
    }
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
