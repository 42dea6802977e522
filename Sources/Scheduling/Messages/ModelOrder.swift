import SweepModel

/// What a worker does with the models of a lease's trials, and what it writes into their files.
///
/// Such trials are trained alone. The worker sends the result of one once the coordinator has its model, or has
/// refused it.
public struct ModelOrder: Hashable, Sendable {
  /// The sweep's name.
  public var sweep: String
  /// The variant's name.
  public var variant: String
  /// From which the trials' seeds are derived.
  public var masterSeed: MasterSeed
  /// Which models the worker hands over.
  public var keeping: ModelKeeping
  /// Where trials of the lease go on that another worker began.
  public var checkpoints: [TrialCheckpoint]

  /// An order with all its parts.
  public init(
    sweep: String, variant: String, masterSeed: MasterSeed, keeping: ModelKeeping,
    checkpoints: [TrialCheckpoint] = []
  ) {
    self.checkpoints = checkpoints
    self.sweep = sweep
    self.variant = variant
    self.masterSeed = masterSeed
    self.keeping = keeping
  }
}

/// A checkpoint of a trial that the coordinator has.
public struct TrialCheckpoint: Hashable, Sendable {
  /// The trial.
  public let index: TrialIndex
  /// The file, which is fetched like one of data.
  public let file: FileDigest
  /// Bytes of the file.
  public let size: Int

  /// A checkpoint.
  public init(index: TrialIndex, file: FileDigest, size: Int) {
    self.index = index
    self.file = file
    self.size = size
  }
}

/// Which trial's model a file must be.
public struct ModelSubject: Hashable, Sendable {
  /// The job.
  public let job: JobID
  /// The sweep's name.
  public let sweep: String
  /// The variant's name.
  public let variant: String
  /// The variant's digest.
  public let digest: VariantDigest
  /// From which the seed is derived.
  public let masterSeed: MasterSeed
  /// The trial's index.
  public let index: TrialIndex
  /// The trial's seed.
  public let seed: TrialSeed
}
