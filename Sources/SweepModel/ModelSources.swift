/// What a variant takes from files of models: the weights that training begins with, masks that keep
/// some of them at 0, and the model whose predictions are the targets.
///
/// The paths are part of the variant and of its digest, as they are written, like those of the data. What was
/// read from the files is told by ``startDigest``, and by the data's own digest where the targets come from a
/// model.
public struct ModelSources: Hashable, Sendable {
  /// The kinds that a specification may name, which are also its keys, in their order here.
  public enum Kind: String, CaseIterable, Sendable {
    /// The weights that training begins with.
    case initialWeights = "initial_weights"
    /// The places of weights that stay 0.
    case masks
    /// The model that makes the targets.
    case targets = "targets_from"
  }

  private var configurations: [Kind: Configuration] = [:]
  /// The digest of what training begins with: weights, the optimizer's state, masks. Nil where all of
  /// it comes from the trial's seed.
  public var startDigest: StartDigest?

  /// Nothing from any file.
  public init() {}

  /// The source of that kind.
  public subscript(kind: Kind) -> Configuration? {
    get { configurations[kind] }
    set { configurations[kind] = newValue }
  }

  /// All of them, in their order.
  public var all: [Configuration] { Kind.allCases.compactMap { configurations[$0] } }

  /// Whether training begins with anything that the trial's seed does not give.
  public var hasStart: Bool { self[.initialWeights] != nil || self[.masks] != nil }
}

/// What a ``StartDigest`` hashes: the state that training begins with (docs/numeric-contract.md,
/// "Digests").
public enum StartSubject: Sendable {}
/// Identifies the state that training begins with, whatever file it came from.
public typealias StartDigest = Digest<StartSubject>

extension ModelSources {
  /// The schemas of the sources.
  public static let schemas: [ConfigurationSchema] = Kind.allCases.map { kind in
    switch kind {
    case .initialWeights:
      ConfigurationSchema(
        kind: kind.rawValue, summary: "The weights that training begins with, from a file.",
        parameters: [
          path("A model's file: safetensors, `.keras`, `.weights.h5` or `.h5`."),
          .optional(
            "match", .choice(["order", "name"]), default: .text("order"),
            "`order` fills all variables, the first from the file's first; `name` fills the layers "
              + "that the file has, too, and the seed draws the others."),
          .optional(
            "optimizer_state", .boolean, default: .boolean(false),
            "Whether the optimizer goes on with what it kept, instead of anew."),
        ])
    case .masks:
      ConfigurationSchema(
        kind: kind.rawValue, summary: "Weights that are 0 and stay so, from a file.",
        parameters: [
          path("A safetensors file."),
          .optional(
            "keep", .number(NumberBounds(lower: 0, upper: 1)), default: nil,
            "The share of each kernel's weights that are kept, the largest of the file's model by "
              + "magnitude; without it, the file's tensors are the masks, of zeros and ones."),
        ])
    case .targets:
      ConfigurationSchema(
        kind: kind.rawValue, summary: "Targets that a model predicts, in the place of the data's.",
        parameters: [path("A model's file, as `seedsweep train --save` writes it.")])
    }
  }

  private static func path(_ summary: String) -> ConfigurationSchema.Parameter {
    .required("path", .text, summary)
  }
}

extension ResolvedVariant {
  /// Those of `files` that the data or the sources name.
  public func named(among files: [DataFile]) -> [DataFile] {
    guard !files.isEmpty else { return [] }
    let named = [data] + sources.all
    return files.filter { file in named.contains { !$0.named(among: [file]).isEmpty } }
  }
}
