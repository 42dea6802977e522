import SweepModel

/// A specification, read and checked: what to train, how often, and where each word of it stands.
///
/// It is checked as far as its own text and the schemas go. What takes a model or a dataset to see,
/// such as a shape that does not fit, is found by the modules that have one; they name it by a path,
/// and ``error(at:variant:message:)`` tells the user the line.
public struct Specification: Sendable {
  /// The file's name as it was given.
  public let file: String
  /// The sweep's name.
  public let name: String
  /// From which every trial seed is derived.
  public let masterSeed: MasterSeed
  /// Trials of each variant.
  public let trials: UInt64
  /// Whether results keep the values of their history, or only its digest.
  public let keepsHistory: Bool
  /// The share of the trials, from 0 to 1, that are run again on another worker and compared.
  public let audit: Double
  /// Which models are saved.
  public let models: ModelKeeping
  /// Whether each trial ends with the weights of its best epoch, which are then the trial's own.
  public let endsWithBest: Bool
  /// The variants: first the specification's own setting, `base`, then those under `variants` and
  /// those of the `grid`, in the order written; without `base` where the grid has its setting. Names
  /// are unique, and so are settings.
  public let variants: [Variant]
  private let map: SourceMap

  /// A setting under its name.
  public struct Variant: Hashable, Sendable {
    /// The name, unique in the specification.
    public let name: String
    /// The setting, unique in the specification.
    public let setting: VariantSetting
  }

  init(
    file: String, name: String, masterSeed: MasterSeed, trials: UInt64, keepsHistory: Bool,
    audit: Double, models: ModelKeeping, endsWithBest: Bool, variants: [Variant], map: SourceMap
  ) {
    self.file = file
    self.name = name
    self.masterSeed = masterSeed
    self.trials = trials
    self.keepsHistory = keepsHistory
    self.audit = audit
    self.models = models
    self.endsWithBest = endsWithBest
    self.variants = variants
    self.map = map
  }

  /// Where a value stands, such as `model[1].dense.units` or `variants.slow.training.optimizer`.
  ///
  /// Where the path itself is not written, because it is a default for instance, it is the nearest
  /// path that encloses it. Given a variant's name, the place is in the variant's overrides as long as
  /// these set the path or something that encloses it.
  public func position(of path: String, variant: String = NamedVariant.baseName) -> SourcePosition {
    if variant != NamedVariant.baseName,
      let position = map.position(of: path, overriddenIn: variant)
    {
      return position
    }
    return map.position(of: path)
  }

  /// An error at the place of a path (``position(of:variant:)``); of a variant other than the base,
  /// the message begins with its name.
  public func error(
    at path: String, variant: String = NamedVariant.baseName, message: String
  ) -> SpecificationError {
    let subject = variant == NamedVariant.baseName ? "" : "variant \(variant.quoted): "
    return SpecificationError(
      file: file, at: position(of: path, variant: variant), message: subject + message)
  }
}
