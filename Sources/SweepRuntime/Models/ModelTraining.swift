import Checkpoints
import Datasets
import Foundation
import Kernels
import Randomness
import SweepModel
import Training
import TrialStore

/// The training of one trial whose model is kept in a file, from which it can also go on.
public struct ModelTraining: Sendable {
  /// What was trained.
  public let record: ModelRecord
  /// The model's file; nil where none was wanted.
  public let path: String?
  /// The result; nil where the training was stopped, and can go on from the file.
  public let result: TrialResult?
  /// Whether nothing was trained: the coordinator had kept the model.
  public let wasKept: Bool

  /// How a model is trained and kept.
  public struct Options: Sendable {
    /// The trial's seed.
    public var seed: TrialSeed
    /// The variant's name; nil for the only one.
    public var variant: String?
    /// The file to keep the model in; nil for none.
    public var savePath: String?
    /// A model to go on from; nil to begin afresh, or to go on from what is in `savePath`.
    public var startPath: String?
    /// Seconds from one checkpoint to the next.
    public var checkpointSeconds: Double

    /// Options.
    public init(
      seed: TrialSeed, variant: String?, savePath: String?, startPath: String?,
      checkpointSeconds: Double
    ) {
      self.seed = seed
      self.variant = variant
      self.savePath = savePath
      self.startPath = startPath
      self.checkpointSeconds = checkpointSeconds
    }
  }

  /// Trains the trial of a specification, or the rest of it.
  ///
  /// - Parameter mayContinue: Asked after every step; false stops the training, after a checkpoint.
  /// - Throws: ``RuntimeError`` where there is no such trial, its data are others than those that it
  ///   began with, or a file cannot be used.
  public init(
    _ options: Options, of prepared: PreparedSweep, files: DataFiles = DataFiles(),
    registry: ComponentRegistry = .builtIn, mayContinue: () -> Bool
  ) throws(RuntimeError) {
    let trial = try TrialIdentity(options.seed, of: prepared.sweep, variant: options.variant)
    try self.init(options, trial, recorded: nil, files, registry, mayContinue)
  }

  /// Trains the trial of a model's file again, by the specification in it.
  ///
  /// - Throws: ``RuntimeError`` where it is no such file, or the data have changed.
  public init(
    _ options: Options, modelPath: String, files: DataFiles = DataFiles(),
    registry: ComponentRegistry = .builtIn, mayContinue: () -> Bool
  ) throws(RuntimeError) {
    let record: ModelRecord
    do throws(CheckpointError) { record = try ModelFile(path: modelPath).record } catch {
      throw RuntimeError(error)
    }
    let sweep = Sweep(
      name: record.sweep, masterSeed: record.masterSeed, trials: record.index.rawValue + 1,
      variants: [record.variant])
    let trial = try TrialIdentity(options.seed, of: sweep, variant: options.variant)
    try self.init(
      options, trial, recorded: options.seed == record.seed ? record.result : nil, files, registry,
      mayContinue)
  }

  /// Takes the model that was kept of a trial that a store knows, or else trains the trial, to the bits that are
  /// recorded of it.
  ///
  /// - Throws: ``RuntimeError`` where it is not there, has no bits on record, or gives others here; then
  ///   nothing is kept.
  public init(
    _ options: Options, storePath: String, sweep name: String?, files: DataFiles = DataFiles(),
    registry: ComponentRegistry = .builtIn, mayContinue: () -> Bool
  ) throws(RuntimeError) {
    let trial: TrialIdentity
    let recorded: TrialResult
    do {
      let store = try TrialStore(path: storePath, access: .readOnly)
      let stored = try store.chosenSweep(name)
      trial = try TrialIdentity(options.seed, of: stored.sweep, variant: options.variant)
      let key = stored.variants.first { $0.name == trial.variant.name }?.key
      let result = try key.flatMap { try store.result($0, index: trial.index) }
      recorded = try Self.withBits(result, of: trial)
    } catch let error as StoreError {
      throw RuntimeError(error)
    } catch let error as RuntimeError {
      throw error
    } catch {
      throw RuntimeError(.environment, "\(error)")
    }
    if let path = options.savePath, case .completed = recorded.outcome,
      let kept = try KeptModels(storePath: storePath).model(
        of: trial, recorded, dataDirectory: files.directory)
    {
      self.init(kept: kept.record, recorded, path: try kept.copy(to: path))
      return
    }
    try self.init(options, trial, recorded: recorded, files, registry, mayContinue)
  }

  /// The result, which must be one that a model can be compared with.
  private static func withBits(
    _ result: TrialResult?, of trial: TrialIdentity
  ) throws(RuntimeError) -> TrialResult {
    if let result, result.measurements != nil { return result }
    let problem: String
    switch result?.outcome {
    case nil, .completed?, .diverged?: problem = "has no result in this store"
    case .failed(let reason)?: problem = "failed, so that no bits are on record: \(reason)"
    }
    throw RuntimeError(
      .input,
      "seed \(trial.seed) of \(trial.sweep.name) \(problem); `seedsweep train \(trial.seed) --spec SPEC` "
        + "trains it without a record to compare with")
  }

  private init(kept record: ModelRecord, _ result: TrialResult, path: String) {
    self.record = record
    self.result = result
    self.path = path
    wasKept = true
  }

  private init(
    _ options: Options, _ trial: TrialIdentity, recorded: TrialResult?, _ files: DataFiles,
    _ registry: ComponentRegistry, _ mayContinue: () -> Bool
  ) throws(RuntimeError) {
    let kernels = try KernelSet.ofThisProcess()
    _ = try kernels.proven()
    wasKept = false
    let (plan, dataFiles) = try Self.plan(trial.variant.variant, files, registry)
    var record = ModelRecord(
      sweep: trial.sweep.name, variant: trial.variant, masterSeed: trial.sweep.masterSeed,
      index: trial.index, seed: trial.seed, dataFiles: dataFiles,
      representation: plan.data.representation, result: nil, position: .beginning,
      maker: .thisProcess(kernels))
    let path = options.savePath.map { Self.file($0, record) }
    self.path = path
    let earlier = try Self.earlier(options, path, record)
    if let earlier, let path, earlier.path == path, let result = earlier.record.result,
      earlier.record.variant.variant.digest == record.variant.variant.digest
    {
      do throws(CheckpointError) { try earlier.verify() } catch { throw RuntimeError(error) }
      self.record = earlier.record
      self.result = result
      return
    }
    // A training is not lost for want of a place for its model.
    if let path { try WritablePlace.check(path) }
    let start: TrainingStart
    do throws(CheckpointError) {
      start = try earlier?.start(of: plan) ?? .fresh
    } catch {
      throw RuntimeError(error)
    }
    let trainer = Trainer(
      plan: plan, kernels: kernels, lanes: 1,
      threads: plan.threads(upTo: UsableResources.ofThisProcess.cores.value))
    do {
      result = try withoutActuallyEscaping(mayContinue) { mayContinue in
        let keeper = path.map {
          CheckpointKeeper(
            path: $0, record: record, seconds: options.checkpointSeconds, mayContinue: mayContinue)
        }
        return try trainer.trainAlone(
          (index: trial.index, seed: trial.seed), keepsHistory: true, from: start,
          snapshots: keeper?.taker,
          finished: { snapshot, result in
            if let recorded, !recorded.agrees(with: result) {
              throw RuntimeError(
                .environment,
                "the trial gives other bits here than were recorded: `seedsweep rerun` says where "
                  + "they differ; no model was written")
            }
            record.result = result
            record.position = snapshot.position
            if let path { try ModelFile.write(snapshot, record, to: path) }
          },
          progress: { _ in
            keeper.map { $0.hasStopped } ?? !mayContinue() ? .stop : .proceed
          })
      }
    } catch let error as CheckpointError {
      throw RuntimeError(error)
    } catch let error as RuntimeError {
      throw error
    } catch {
      throw RuntimeError(.environment, "\(error)")
    }
    self.record = record
  }

  /// The plan of a variant, and the files that its data were read from.
  static func plan(
    _ variant: ResolvedVariant, _ files: DataFiles, _ registry: ComponentRegistry
  ) throws(RuntimeError) -> (TrainingPlan, [DataFile]) {
    let recorder = DataFileRecorder()
    do throws(VariantError) {
      let loader = VariantLoader(files: files.recording(by: recorder), registry: registry)
      return (try loader.plan(of: variant), recorder.entries.map(\.file))
    } catch {
      throw RuntimeError(.input, error.description)
    }
  }

  /// The model's file: within a directory one of the trial's own name.
  static func file(_ path: String, _ record: ModelRecord) -> String {
    var isDirectory: ObjCBool = false
    guard
      path.hasSuffix("/")
        || FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory)
          && isDirectory.boolValue
    else { return path }
    let directory = path.hasSuffix("/") ? String(path.dropLast()) : path
    return "\(directory)/\(record.sweep)-\(record.variant.name)-\(record.seed).safetensors"
  }

  /// The model to go on from.
  private static func earlier(
    _ options: Options, _ path: String?, _ record: ModelRecord
  ) throws(RuntimeError) -> ModelFile? {
    do throws(CheckpointError) {
      var own: ModelFile?
      // Also where the training goes on from another file: what is there is about to be replaced.
      if let path, FileManager.default.fileExists(atPath: path) {
        let file = try ModelFile(path: path)
        try file.check(isOf: record)
        own = file
      }
      guard let start = options.startPath else { return own }
      let file = try ModelFile(path: start)
      try file.check(isOf: record)
      return file
    } catch {
      throw RuntimeError(
        error.isEnvironment ? .environment : .input,
        "\(error)" + (error.file == path ? "; nothing was changed: save to another file" : ""))
    }
  }
}

extension TrainingPosition {
  /// Before the first step.
  static let beginning = TrainingPosition(
    epoch: 0, samples: 0, steps: 0, optimizer: [:], callbacks: [], history: [], sums: [])
}

extension RuntimeError {
  /// A model's file could not be used.
  init(_ error: CheckpointError) {
    self.init(error.isEnvironment ? .environment : .input, error.description)
  }
}

extension ModelRecord.Maker {
  /// This process, now.
  static func thisProcess(_ kernels: KernelSet) -> Self {
    Self(
      software: Versions.software, machine: SystemCall.hostName,
      processor: "\(Processor.modelName), \(kernels)",
      time: Date.now.formatted(.iso8601))
  }
}
