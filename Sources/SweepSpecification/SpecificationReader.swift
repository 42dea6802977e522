import SweepModel

/// Reads specifications, strictly: what it does not know or cannot do is an error, never a guess.
///
/// It knows the structure of a specification; which layers, optimizers and so on there are, it learns
/// from a vocabulary. The format is described in docs/specification.md.
public struct SpecificationReader: Sendable {
  /// Trials of a variant where the specification does not say: enough for an interval of the mean.
  public static let defaultTrials: UInt64 = 30

  static let topLevelKeys = [
    "name", "master_seed", "trials", "keep_history", "audit", "save", "checkpoint_seconds", "data",
    "model", "training", "metrics", "initial_weights", "masks", "targets_from", "variants", "grid",
  ]

  private let vocabulary: Vocabulary

  /// A reader of specifications that use these kinds.
  public init(vocabulary: Vocabulary) { self.vocabulary = vocabulary }

  /// Reads a specification's text.
  ///
  /// - Parameters:
  ///   - bytes: YAML in UTF-8, at most `Limits.specificationBytes` of it.
  ///   - file: The file's name, for messages.
  /// - Throws: `SpecificationError`, the first that is found.
  public func read(_ bytes: [UInt8], file: String) throws(SpecificationError) -> Specification {
    do {
      let root = try SourceNode.parsing(try SourceText(bytes))
      return try specification(root, file: file)
    } catch {
      var located = error
      located.file = file
      throw located
    }
  }

  private func specification(_ root: SourceNode, file: String) throws(SpecificationError)
    -> Specification
  {
    let document = try Self.document(root)
    let name = try document.required("name").value.name(path: "name")
    let masterSeed = try document["master_seed"]?.value.masterSeed(path: "master_seed")
    let trials = try document["trials"]?.value
      .integer(in: 1...Int64(Limits.trials), path: "trials")
    let keepsHistory = try document["keep_history"]?.value.boolean(path: "keep_history")
    let audit = try document["audit"]?.value
      .number(in: NumberBounds(lower: 0, upper: 1), path: "audit")
    let models = try Self.models(document)
    let expansion = try variants(document, root: root)
    return Specification(
      file: file, name: name, masterSeed: masterSeed ?? MasterSeed(0),
      trials: trials.map(UInt64.init) ?? Self.defaultTrials, keepsHistory: keepsHistory ?? true,
      audit: audit ?? 0, models: models, endsWithBest: Self.endsWithBest(document),
      variants: expansion.variants, map: SourceMap(root, grid: expansion.grid))
  }

  private static func document(_ root: SourceNode) throws(SpecificationError) -> Section {
    try Section(root, path: "", at: root.position, keys: topLevelKeys)
  }

  /// The base, then `variants`, then the points of the `grid`, each in the order written.
  ///
  /// A grid that has the base's own setting among its points names it: then there is no `base`.
  private func variants(_ document: Section, root: SourceNode) throws(SpecificationError)
    -> (variants: [Specification.Variant], grid: Grid)
  {
    let reader = SettingReader(vocabulary: vocabulary)
    let base = try reader.read(document, from: root)
    var variants = [Specification.Variant(name: NamedVariant.baseName, setting: base.setting)]
    var names = [base.setting.difference(from: base.setting): NamedVariant.baseName]
    let entries = try entries(of: document["variants"])
    for entry in entries {
      let varied = try Self.applyingOverrides(of: entry, to: root)
      let setting = try reader.read(try Self.document(varied), from: varied, sharing: base).setting
      let twin = names.updateValue(entry.key, forKey: setting.difference(from: base.setting))
      if let twin { throw Self.sameSetting(twin, entry.key, at: entry.keyPosition) }
      variants.append(Specification.Variant(name: entry.key, setting: setting))
    }
    let grid = try Grid(document["grid"], beside: entries)
    for point in grid.points {
      var varied = root
      for override in grid.overrides(of: point) { varied = try override.applied(to: varied) }
      let setting = try reader.read(try Self.document(varied), from: varied, sharing: base).setting
      let twin = names.updateValue(point.name, forKey: setting.difference(from: base.setting))
      if twin == NamedVariant.baseName {
        variants.removeFirst()
      } else if let twin {
        throw Self.sameSetting(twin, point.name, at: grid.position(of: point, unlike: twin))
      }
      variants.append(Specification.Variant(name: point.name, setting: setting))
    }
    return (variants, grid)
  }

  private static func sameSetting(_ first: String, _ second: String, at position: SourcePosition)
    -> SpecificationError
  {
    SpecificationError(
      "the variants \([first, second].listed) are the same setting; "
        + "take one out, or override something else", at: position)
  }

  private func entries(of variants: SourceNode.Entry?) throws(SpecificationError)
    -> [SourceNode.Entry]
  {
    guard let variants, !variants.value.isNull else { return [] }
    guard case .mapping(let entries) = variants.value.content else {
      throw variants.value.mismatch("variants", "a mapping of names to overrides")
    }
    for (index, entry) in entries.enumerated() {
      try SourceNode.checkName(entry.key, what: "the name of a variant", at: entry.keyPosition)
      if entry.key == NamedVariant.baseName {
        throw SpecificationError(
          "the name `base` is taken by the specification's own setting; choose another",
          at: entry.keyPosition)
      }
      // The base is a variant as well.
      guard index + 1 < Limits.variants else {
        throw SpecificationError(
          "more than \(Limits.variants) variants, the limit", at: entry.keyPosition)
      }
    }
    return entries
  }

  private static func applyingOverrides(of variant: SourceNode.Entry, to root: SourceNode)
    throws(SpecificationError) -> SourceNode
  {
    let name = variant.key.quoted
    guard case .mapping(let entries) = variant.value.content, !entries.isEmpty else {
      if variant.value.isNull || variant.value.isEmptyMapping {
        throw SpecificationError("the variant \(name) overrides nothing", at: variant.keyPosition)
      }
      throw SpecificationError(
        "the variant \(name) must be a mapping of dotted keys to values, "
          + "not \(variant.value.found)", at: variant.value.position)
    }
    var overrides: [Override] = []
    for entry in entries { overrides.append(try Override(entry)) }
    try Override.checkDisjoint(overrides)
    var document = root
    for override in overrides { document = try override.applied(to: document) }
    return document
  }
}

extension SourceNode {
  fileprivate var isEmptyMapping: Bool {
    guard case .mapping(let entries) = content else { return false }
    return entries.isEmpty
  }
}
