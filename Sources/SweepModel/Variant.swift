/// One setting of everything that decides a trial, but for the trial's seed.
///
/// A trial is a function of (resolved variant, trial seed) and of nothing else. The variant's
/// ``digest`` is the SHA-256 of its ``canonicalJSON``, in which every default is written out.
public struct ResolvedVariant: Hashable, Sendable {
  /// The dataset.
  public var data: Configuration
  /// The digest of the dataset's contents after loading.
  public var dataDigest: DataDigest
  /// Into what parts the dataset divides its samples; nil where all are for training.
  public var dataParts: DataParts?
  /// The layers of the Sequential model, from input to output.
  public var layers: [Configuration]
  /// How it is trained.
  public var training: TrainingSettings
  /// What is reported of the trained model.
  public var metrics: [Configuration]
  /// The numeric contract's version.
  public var contractVersion: Int
  /// The custom components that it uses, in their order; empty where all that it names is built in.
  public var components: [ComponentIdentity]
  /// What it takes from files of models.
  public var sources: ModelSources

  /// A variant with all its parts.
  public init(
    data: Configuration, dataDigest: DataDigest, dataParts: DataParts? = nil,
    layers: [Configuration], training: TrainingSettings, metrics: [Configuration],
    contractVersion: Int = Versions.contract, components: [ComponentIdentity] = [],
    sources: ModelSources = ModelSources()
  ) {
    self.components = components
    self.sources = sources
    self.data = data
    self.dataDigest = dataDigest
    self.dataParts = dataParts
    self.layers = layers
    self.training = training
    self.metrics = metrics
    self.contractVersion = contractVersion
  }

  /// The names of a trial's metrics, in order: those over the training samples, then, where there are
  /// such samples, the same over the validation samples, and over the test samples.
  public var metricNames: [String] {
    let names = metrics.map(\.kind)
    let hasTest = (dataParts?.test ?? 0) > 0
    return withValidation(names) + (hasTest ? names.map { "test_" + $0 } : [])
  }

  /// Whether samples are set aside for validation, by the dataset or by `validation_split`.
  public var hasValidation: Bool {
    training.validationSplit != 0 || (dataParts?.validation ?? 0) > 0
  }

  /// The columns of the history, in order: the loss, then the metrics; and the same of validation.
  public var historyColumns: [String] { withValidation(["loss"] + metrics.map(\.kind)) }

  private func withValidation(_ names: [String]) -> [String] {
    hasValidation ? names + names.map { "val_" + $0 } : names
  }

  /// The canonical JSON text (RFC 8785), as it is stored, sent and hashed.
  public var canonicalJSON: String { json.canonicalText }

  /// The SHA-256 of the canonical JSON.
  public var digest: VariantDigest { VariantDigest(hashing: canonicalJSON.utf8) }
}

/// How a model is trained.
public struct TrainingSettings: Hashable, Sendable {
  /// The loss that is minimised.
  public var loss: Configuration
  /// The optimizer.
  public var optimizer: Configuration
  /// Passes over the training data.
  public var epochs: Int
  /// Samples of one optimizer step.
  public var batchSize: BatchSize
  /// Whether the samples are shuffled anew in each epoch.
  public var shuffle: Bool
  /// The share of the samples, at their end, that are set aside for validation; 0 for none.
  public var validationSplit: Double
  /// What is done between epochs, such as stopping early.
  public var callbacks: [Configuration]
  /// The weight of each class in the loss of the training samples; empty where all weigh 1.
  public var classWeights: [Double]

  /// All settings.
  public init(
    loss: Configuration, optimizer: Configuration, epochs: Int, batchSize: BatchSize, shuffle: Bool,
    validationSplit: Double = 0, callbacks: [Configuration] = [], classWeights: [Double] = []
  ) {
    self.loss = loss
    self.optimizer = optimizer
    self.epochs = epochs
    self.batchSize = batchSize
    self.shuffle = shuffle
    self.validationSplit = validationSplit
    self.callbacks = callbacks
    self.classWeights = classWeights
  }
}

extension TrainingSettings {
  /// The first of `sampleCount` samples that is set aside for validation; `sampleCount` where none
  /// is.
  ///
  /// Source: Keras, trainers/data_adapters/array_slicing.py, `train_validation_split`.
  public func trainingSampleCount(of sampleCount: Int) -> Int {
    Int((Double(sampleCount) * (1 - validationSplit)).rounded(.down))
  }
}

/// Samples of one optimizer step.
public enum BatchSize: Hashable, Sendable {
  /// All training samples at once.
  case all
  /// This many; the last batch of an epoch may be shorter.
  case samples(Int)
}
