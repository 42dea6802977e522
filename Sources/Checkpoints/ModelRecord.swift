import SweepModel
import Training

/// What a model's file says of the model beside its tensors: where it came from, how it was trained,
/// what its inputs and outputs stand for, and how far its training has come.
public struct ModelRecord: Hashable, Sendable {
  /// The sweep's name.
  public var sweep: String
  /// The variant, every default written out, under the name that it has in the sweep.
  public var variant: NamedVariant
  /// The trial's place in its sweep.
  public var masterSeed: MasterSeed
  /// The trial's index.
  public var index: TrialIndex
  /// The trial's seed: with the variant it decides every bit.
  public var seed: TrialSeed
  /// The files that the data were read from.
  public var dataFiles: [DataFile]
  /// How raw values become the model's inputs, and what its outputs stand for.
  public var representation: DataRepresentation
  /// What the training gave; nil while it goes on.
  public var result: TrialResult?
  /// How far it has come.
  public var position: TrainingPosition
  /// Who made the file.
  public var maker: Maker

  /// Where a file was made: no part of the trial's identity.
  public struct Maker: Hashable, Sendable {
    /// The software's version.
    public var software: String
    /// The machine's name.
    public var machine: String
    /// The processor, and the kernels that were used.
    public var processor: String
    /// When, in UTC: `2026-11-30T12:00:00Z`.
    public var time: String

    /// A maker with all its parts.
    public init(software: String, machine: String, processor: String, time: String) {
      self.software = software
      self.machine = machine
      self.processor = processor
      self.time = time
    }
  }

  /// A record with all its parts.
  public init(
    sweep: String, variant: NamedVariant, masterSeed: MasterSeed, index: TrialIndex,
    seed: TrialSeed, dataFiles: [DataFile], representation: DataRepresentation,
    result: TrialResult?, position: TrainingPosition, maker: Maker
  ) {
    self.sweep = sweep
    self.variant = variant
    self.masterSeed = masterSeed
    self.index = index
    self.seed = seed
    self.dataFiles = dataFiles
    self.representation = representation
    self.result = result
    self.position = position
    self.maker = maker
  }

  /// Whether the training is over.
  public var isFinished: Bool { result != nil }
}
