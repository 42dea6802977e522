import Datasets
import Foundation
import Kernels
import Randomness
import SweepModel
import SweepReport
import Training
import TrialStore

/// One trial trained again, here and alone.
public struct Rerun: Sendable {
  /// The sweep's name.
  public let sweep: String
  /// The variant.
  public let variant: NamedVariant
  /// The names of the model's variables, in model order.
  public let variableNames: [String]
  /// The result that the store has; nil where it has none or there is no store.
  public let recorded: TrialResult?
  /// The result of this run.
  public let result: TrialResult
  /// All results that the store has of it, where workers gave more than one.
  public private(set) var dispute: TrustReport.Dispute?

  /// Trains the trial of `seed` that a store knows, and finds what was recorded of it.
  ///
  /// - Parameter registry: The components that the program has.
  /// - Throws: ``RuntimeError`` where the store, the sweep, the variant or the trial is not there.
  public init(
    _ seed: TrialSeed, storePath: String, sweep name: String?, variant: String?,
    files: DataFiles = DataFiles(), registry: ComponentRegistry = .builtIn
  ) throws(RuntimeError) {
    let store: TrialStore
    do {
      store = try TrialStore(path: storePath, access: .readOnly)
    } catch {
      throw RuntimeError(error)
    }
    let stored = try store.chosenSweep(name)
    let trial = try TrialIdentity(seed, of: stored.sweep, variant: variant)
    guard let position = stored.sweep.variants.firstIndex(of: trial.variant) else {
      preconditionFailure("it is one of these")
    }
    let recorded: TrialResult?
    let dispute: StoredDispute?
    do {
      recorded = try store.result(stored.variants[position].key, index: trial.index)
      dispute = try store.dispute(stored.variants[position].key, index: trial.index)
    } catch {
      throw RuntimeError(error)
    }
    try self.init(trial, recorded: recorded, files, registry)
    self.dispute = dispute.map {
      TrustReport.Dispute($0, variant: stored.variants[position].name)
    }
  }

  /// Trains the trial of `seed` that a specification describes.
  ///
  /// - Throws: ``RuntimeError`` where the variant or the trial is not there.
  public init(
    _ seed: TrialSeed, specification: PreparedSweep, variant: String?,
    files: DataFiles = DataFiles(), registry: ComponentRegistry = .builtIn
  ) throws(RuntimeError) {
    try self.init(
      TrialIdentity(seed, of: specification.sweep, variant: variant), recorded: nil, files, registry
    )
  }

  private init(
    _ trial: TrialIdentity, recorded: TrialResult?, _ files: DataFiles,
    _ registry: ComponentRegistry
  ) throws(RuntimeError) {
    let (sweep, named) = (trial.sweep, trial.variant)
    guard named.variant.contractVersion == Versions.contract else {
      throw RuntimeError(
        .input,
        "\(sweep.name) was made under numeric contract \(named.variant.contractVersion), this is "
          + "\(Versions.contract): re-run it with the version that made it")
    }
    let kernels = try KernelSet.ofThisProcess()
    _ = try kernels.proven()
    let plan: TrainingPlan
    do throws(VariantError) {
      plan = try VariantLoader(files: files, registry: registry).plan(of: named.variant)
    } catch {
      throw RuntimeError(.input, "\(sweep.name): \(error)")
    }
    let keepsHistory =
      named.variant.training.epochs * named.variant.historyColumns.count
      <= Limits.historyValues
    let threads = plan.threads(upTo: UsableResources.ofThisProcess.cores.value)
    let trainer = Trainer(plan: plan, kernels: kernels, lanes: 1, threads: threads)
    guard
      let result = trainer.train(
        [(index: trial.index, seed: trial.seed)], keepsHistory: keepsHistory)?.first
    else { preconditionFailure("nobody asked the trainer to stop") }
    self.sweep = sweep.name
    variant = named
    variableNames = plan.variables.map(\.path)
    self.recorded = recorded
    self.result = result
  }
}

extension TrialStore {
  /// The sweep of that name, or the only one.
  ///
  /// - Throws: ``RuntimeError`` where there is no such sweep, or more than one to choose from.
  public func chosenSweep(_ name: String?) throws(RuntimeError) -> StoredSweep {
    let sweeps: [StoredSweep]
    do { sweeps = try self.sweeps() } catch { throw RuntimeError(error) }
    let names = sweeps.map(\.sweep.name)
    guard let first = sweeps.first else {
      throw RuntimeError(.input, "\(path) holds no sweep yet: `seedsweep run SPEC` makes one")
    }
    guard let name else {
      guard sweeps.count == 1 else {
        throw RuntimeError(.input, "\(path) holds the sweeps \(names.listed): name one of them")
      }
      return first
    }
    guard let sweep = sweeps.first(where: { $0.sweep.name == name }) else {
      throw RuntimeError(.input, "\(path) has no sweep `\(name)`; it has \(names.listed)")
    }
    return sweep
  }
}

extension [String] {
  /// For messages: at most ten of them, with commas.
  var listed: String {
    prefix(10).joined(separator: ", ") + (count > 10 ? " and \(count - 10) more" : "")
  }
}
