/// A sweep: one specification, resolved, to be run over many trials.
///
/// Its identity is its name, its master seed and its variants. The number of trials is not part of
/// it: seed i does not depend on how many trials there are, so a sweep can be made longer later.
public struct Sweep: Hashable, Sendable {
  /// The name, by which a store tells its sweeps apart.
  public var name: String
  /// From which every trial seed is derived.
  public var masterSeed: MasterSeed
  /// Trials of each variant.
  public var trials: UInt64
  /// The variants, in the order of the specification. All use the same trial seeds.
  public var variants: [NamedVariant]
  /// Whether results keep the values of their history, or only its digest.
  public var keepsHistory: Bool
  /// The share of the results, from 0 to 1, that are to be run again on another worker and compared.
  public var audit: Double
  /// Which models are saved.
  public var models: ModelKeeping

  /// A sweep with all its parts.
  public init(
    name: String, masterSeed: MasterSeed, trials: UInt64, variants: [NamedVariant],
    keepsHistory: Bool = true, audit: Double = 0, models: ModelKeeping = ModelKeeping()
  ) {
    self.name = name
    self.masterSeed = masterSeed
    self.trials = trials
    self.variants = variants
    self.keepsHistory = keepsHistory
    self.audit = audit
    self.models = models
  }

  /// The trials of one variant, as a range.
  public var range: TrialRange { TrialRange(0, trials) }
}

/// A variant under the name that the specification gives it.
public struct NamedVariant: Hashable, Sendable {
  /// The name of the specification's own setting, to which `variants:` adds others.
  public static let baseName = "base"

  /// The name, unique in the sweep.
  public let name: String
  /// The setting.
  public let variant: ResolvedVariant

  /// A named variant.
  public init(name: String, variant: ResolvedVariant) {
    self.name = name
    self.variant = variant
  }
}
