import Checkpoints
import Datasets
import Scheduling
import SweepModel
import SweepSpecification
import Training

/// A sweep that is known to be trainable: its specification was read, its data were loaded, and a plan
/// was compiled for each of its variants.
public struct PreparedSweep: Sendable {
  /// The sweep.
  public let sweep: Sweep
  /// The specification that it came from.
  public let specification: Specification
  /// What of it is probably not meant, each once: by variant, in the order of the rules.
  public let warnings: [SweepWarning]
  /// The most bytes that one of its variants takes in a worker with one slot, beside the process itself.
  public let workerBytes: UInt64
  /// The files that its data were read from, in the order in which they were first read.
  public let dataFiles: [DataFileRecorder.Entry]
  /// Where they are.
  let files: DataFiles
  /// How the data of each variant, by name, are represented.
  let representations: [String: RepresentationDigest]

  /// What the command line may change about a specification.
  public struct Overrides: Hashable, Sendable {
    /// Trials of each variant.
    public var trials: UInt64?
    /// The master seed.
    public var masterSeed: MasterSeed?
    /// The share of trials that are audited.
    public var audit: Double?

    /// Changes to a specification.
    public init(trials: UInt64? = nil, masterSeed: MasterSeed? = nil, audit: Double? = nil) {
      self.trials = trials
      self.masterSeed = masterSeed
      self.audit = audit
    }
  }

  /// Everything built in that a specification may name.
  public static let vocabulary = vocabulary(of: .builtIn)

  /// Everything that a specification may name in a program with these components.
  public static func vocabulary(of registry: ComponentRegistry) -> Vocabulary {
    registry.vocabulary.merging(DatasetVocabulary.vocabulary)
  }

  /// Reads and checks the specification at `path`, whose data are among `files`.
  ///
  /// - Parameter registry: The components that the program has.
  /// - Throws: ``RuntimeError`` with `FILE:LINE:COLUMN: MESSAGE`.
  public init(
    path: String, overrides: Overrides = Overrides(), files: DataFiles = DataFiles(),
    registry: ComponentRegistry = .builtIn
  ) throws(RuntimeError) {
    try self.init(overrides: overrides, files: files, registry) {
      (reader) throws(SpecificationError) in
      try reader.read(path: path)
    }
  }

  /// Reads and checks a specification's text, whose data are among `files`.
  ///
  /// - Parameters:
  ///   - file: The file's name, for messages.
  ///   - files: Where they are confined, no message quotes what they hold.
  ///   - registry: The components that the program has.
  /// - Throws: ``RuntimeError`` with `FILE:LINE:COLUMN: MESSAGE`.
  public init(
    text: [UInt8], file: String, overrides: Overrides = Overrides(), files: DataFiles,
    registry: ComponentRegistry = .builtIn
  ) throws(RuntimeError) {
    try self.init(overrides: overrides, files: files, registry) {
      (reader) throws(SpecificationError) in
      try reader.read(text, file: file)
    }
  }

  private init(
    overrides: Overrides, files: DataFiles, _ registry: ComponentRegistry,
    read: (SpecificationReader) throws(SpecificationError) -> Specification
  ) throws(RuntimeError) {
    do throws(SpecificationError) {
      let specification = try read(SpecificationReader(vocabulary: Self.vocabulary(of: registry)))
      self.specification = specification
      var variants: [NamedVariant] = []
      var warnings: [SweepWarning] = []
      var known: Set<SweepWarning> = []
      var representations: [String: RepresentationDigest] = [:]
      let recorder = files.recorder ?? DataFileRecorder()
      let files = files.recording(by: recorder)
      self.files = files
      let loader = VariantLoader(files: files, registry: registry)
      var last = LastLoaded()
      var workerBytes: UInt64 = 0
      for named in specification.variants {
        let (variant, found, bytes, representation) = try Self.prepare(
          named, of: specification, loader, &last)
        variants.append(variant)
        representations[named.name] = representation
        workerBytes = max(workerBytes, bytes)
        // Variants that share a cause share the place, and are not told of again.
        warnings += found.filter { known.insert($0).inserted }
      }
      self.representations = representations
      self.warnings = warnings
      self.workerBytes = workerBytes
      dataFiles = recorder.entries
      sweep = Sweep(
        name: specification.name, masterSeed: overrides.masterSeed ?? specification.masterSeed,
        trials: overrides.trials ?? specification.trials, variants: variants,
        keepsHistory: specification.keepsHistory,
        audit: overrides.audit ?? specification.audit, models: specification.models)
    } catch {
      throw RuntimeError(.input, error.description)
    }
  }

  private static func prepare(
    _ named: Specification.Variant, of specification: Specification, _ loader: VariantLoader,
    _ last: inout LastLoaded
  ) throws(SpecificationError) -> (
    NamedVariant, [SweepWarning], workerBytes: UInt64, RepresentationDigest
  ) {
    func located(_ path: String, _ message: String) -> SpecificationError {
      specification.error(at: path, variant: named.name, message: message)
    }
    let found: [TrainingWarning]
    let plan: TrainingPlan
    do {
      (plan, found) = try Self.plan(
        of: named.setting, endsWithBest: specification.endsWithBest, loader, &last)
    } catch {
      throw located(
        error.path,
        loader.files.areConfined ? error.messageWithoutContents : error.message)
    }
    let variant = plan.variant
    let memory = VariantMemory(plan)
    let values = variant.training.epochs * variant.historyColumns.count
    if specification.keepsHistory, values > Limits.historyValues {
      throw located(
        "training.epochs",
        "a history of \(values) values for each trial is over the limit of "
          + "\(Limits.historyValues): set keep_history: false")
    }
    let warnings = found.map { warning in
      SweepWarning(
        file: specification.file,
        position: specification.position(of: warning.path, variant: named.name), warning)
    }
    return (
      NamedVariant(name: named.name, variant: variant), warnings,
      workerBytes: memory.dataBytes + memory.slotBytes, plan.data.representation.recordDigest
    )
  }

  /// The plan of a setting, and what of it is probably not meant.
  private static func plan(
    of setting: VariantSetting, endsWithBest: Bool, _ loader: VariantLoader,
    _ last: inout LastLoaded
  ) throws(VariantError) -> (TrainingPlan, [TrainingWarning]) {
    let data = try last.data(.init(setting.data, setting.sources), by: loader)
    let keras = try setting.kerasModel.map { (model) throws(VariantError) in
      try KerasLayers(model, inputShape: data.inputShape, loader.files)
    }
    var variant = setting.resolved(
      dataDigest: data.digest, dataParts: data.parts.areDivided ? data.parts : nil,
      layers: keras?.layers)
    variant.components = loader.registry.components(of: variant)
    if endsWithBest { variant.endWithBest() }
    let start = try last.start(of: variant, inputShape: data.inputShape, by: loader)
    variant.sources.startDigest = start?.state.digest
    do throws(TrainingError) {
      let plan = try TrainingPlan(
        variant: variant, data: data, startingState: start?.state, registry: loader.registry)
      let notes =
        (keras?.notes ?? []).map { ("model.keras", $0) }
        + (start?.notes ?? []).map { ("initial_weights", $0) }
      // What stands in a file is not told to those who may not read it.
      let shown = loader.files.areConfined ? [] : notes
      return (
        plan, shown.map { TrainingWarning(path: $0.0, note: $0.1) } + plan.warnings
      )
    } catch {
      throw VariantError(error)
    }
  }
}
