import Checkpoints
import Datasets
import Kernels
import SweepModel
import Training
import TrialStore

/// The models of a sweep's completed trials: those that the coordinator kept, and the others trained again.
struct SweepEnsemble {
  /// The results on record of the trials that have a model, by index.
  let completed: [TrialResult]
  /// The trials that have none: they diverged or failed.
  let leftOut: Int

  private let sweep: Sweep
  private let variant: NamedVariant
  private let kept: KeptModels
  private let files: DataFiles
  /// Made when the first trial is to be trained again.
  private var plan: TrainingPlan?
  private let kernels: KernelSet
  private let registry: ComponentRegistry

  /// Finds the trials.
  ///
  /// - Throws: ``RuntimeError`` where the store has no such sweep or variant.
  init(
    storePath: String, sweep name: String?, variant: String?, trials: UInt64?, files: DataFiles,
    _ registry: ComponentRegistry
  ) throws(RuntimeError) {
    var (found, others) = ([TrialResult](), 0)
    do {
      let store = try TrialStore(path: storePath, access: .readOnly)
      let stored = try store.chosenSweep(name)
      sweep = stored.sweep
      let chosen = try TrialIdentity.variant(variant, of: stored.sweep)
      self.variant = chosen
      guard let key = stored.variants.first(where: { $0.name == chosen.name })?.key else {
        preconditionFailure("it is one of these")
      }
      try store.results(
        key, in: TrialRange(0, min(trials ?? .max, stored.sweep.trials)), withHistory: false
      ) { result in
        if case .completed = result.outcome { found.append(result) } else { others += 1 }
      }
    } catch let error as StoreError {
      throw RuntimeError(error)
    } catch let error as RuntimeError {
      throw error
    } catch {
      throw RuntimeError(.environment, "\(error)")
    }
    completed = found
    leftOut = others
    self.registry = registry
    kernels = try KernelSet.ofThisProcess()
    _ = try kernels.proven()
    self.files = files
    kept = KeptModels(storePath: storePath)
  }

  /// The model of one of the trials: as it was kept, or trained again.
  ///
  /// - Throws: ``RuntimeError`` where it gives other bits here than are recorded, or the data have changed.
  mutating func model(of recorded: TrialResult) throws(RuntimeError) -> LoadedModel {
    let trial = try TrialIdentity(recorded.seed, of: sweep, variant: variant.name)
    guard let file = try kept.model(of: trial, recorded, dataDirectory: files.directory) else {
      return try trained(recorded)
    }
    return try LoadedModel(path: file.path, registry)
  }

  private mutating func currentPlan() throws(RuntimeError) -> TrainingPlan {
    if let plan { return plan }
    let (made, _) = try ModelTraining.plan(variant.variant, files, registry)
    plan = made
    return made
  }

  private mutating func trained(_ recorded: TrialResult) throws(RuntimeError) -> LoadedModel {
    let plan = try currentPlan()
    let kernels = kernels
    var record = ModelRecord(
      sweep: sweep.name, variant: variant, masterSeed: sweep.masterSeed, index: recorded.index,
      seed: recorded.seed, dataFiles: [], representation: plan.data.representation,
      result: recorded, position: .beginning, maker: .thisProcess(kernels))
    let threads = plan.threads(upTo: UsableResources.ofThisProcess.cores.value)
    var predictor: Predictor?
    do {
      let model = try Model(
        variant: variant.variant, inputShape: plan.data.inputShape, registry: registry)
      _ = try Trainer(plan: plan, kernels: kernels, lanes: 1, threads: threads).trainAlone(
        (index: recorded.index, seed: recorded.seed), keepsHistory: false,
        finished: { snapshot, result in
          guard result.agrees(with: recorded) else {
            throw RuntimeError(
              .environment,
              "seed \(recorded.seed) gives other bits here than were recorded: `seedsweep rerun` "
                + "says where they differ")
          }
          record.position = snapshot.position
          var tensors = snapshot.tensors.makeIterator()
          predictor = try Predictor(model: model, kernels: kernels, threads: threads) {
            _, values in
            guard let own = tensors.next()?.values else { return }
            _ = values.update(fromContentsOf: own)
          }
        })
    } catch let error as RuntimeError {
      throw error
    } catch {
      throw RuntimeError(.input, "\(error)")
    }
    guard let predictor else { preconditionFailure("nobody asked the trainer to stop") }
    return LoadedModel(record, predictor: predictor, kernels: kernels, registry: registry)
  }
}
