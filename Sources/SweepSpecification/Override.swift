import SweepModel

/// A dotted key of a variant or of the grid and its value:
/// `training.optimizer.adam.learning_rate: 0.01`.
///
/// It replaces one value of the specification's document, or adds one to a mapping that is there; it
/// never makes the parents of what it sets. The result is read as any document is, and by the same
/// code, so that an override can say nothing that a specification could not.
struct Override {
  /// The keys and indices from the document's root; never empty.
  let components: [String]
  /// Where the dotted key stands.
  let position: SourcePosition
  private let value: SourceNode

  /// The top-level keys that a variant may override.
  static let roots =
    ["data", "model", "training", "metrics"] + ModelSources.Kind.allCases.map(\.rawValue)

  /// Takes the dotted key of `entry` apart.
  ///
  /// - Parameter place: where it stands, for messages.
  /// - Throws: `SpecificationError` where it is malformed or names what all variants share.
  init(_ entry: SourceNode.Entry, in place: String = "a variant") throws(SpecificationError) {
    components = Self.components(entry.key)
    position = entry.keyPosition
    value = entry.value
    let key = entry.key.quoted
    guard !components.contains("") else {
      throw SpecificationError("the dotted key \(key) has an empty part", at: position)
    }
    guard components.count <= Limits.specificationDepth else {
      throw SpecificationError("the dotted key \(key) reaches deeper than any value", at: position)
    }
    guard !entry.key.contains("[") else {
      throw SpecificationError(
        "in the dotted key \(key) write indices between dots, as in `model.0.dense.units`",
        at: position)
    }
    if Self.roots.contains(components[0]) { return }
    if SpecificationReader.topLevelKeys.contains(components[0]) {
      throw SpecificationError(
        "\(key) cannot be overridden: all variants share it", at: position)
    }
    let help = Suggestion.text(for: components[0], among: Self.roots, called: "keys")
    throw SpecificationError("unknown key \(key) in \(place); \(help)", at: position)
  }

  /// The same key with another value.
  init(_ other: Override, value: SourceNode) {
    components = other.components
    position = other.position
    self.value = value
  }

  /// The path in the notation of ``Specification/position(of:variant:)``: `model[0].dense.units`.
  static func path(dottedKey: String) -> String { path(components(dottedKey)[...]) }

  private static func components(_ key: String) -> [String] {
    key.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
  }

  /// Keys and indices in the notation of ``path(dottedKey:)``.
  static func path(_ components: ArraySlice<String>) -> String {
    components.reduce(into: "") { path, component in
      if UInt64(component) != nil {
        path += "[\(component)]"
      } else {
        path += path.isEmpty ? component : ".\(component)"
      }
    }
  }

  /// Checks that no override sets a part of what another sets: their order would matter then.
  ///
  /// - Parameter place: where they all stand, for messages.
  /// - Throws: `SpecificationError` at the inner of two such.
  static func checkDisjoint(_ overrides: [Override], in place: String = "the same variant")
    throws(SpecificationError)
  {
    let whole = Set(overrides.map(\.components))
    for override in overrides {
      for length in 1..<max(1, override.components.count)
      where whole.contains(Array(override.components.prefix(length))) {
        let inner = override.components.joined(separator: ".").quoted
        let outer = override.components.prefix(length).joined(separator: ".").quoted
        throw SpecificationError(
          "\(outer) of \(place) sets \(inner) already; write it there",
          at: override.position)
      }
    }
  }

  /// The document with the override in it; what it does not touch is shared, not copied.
  ///
  /// - Throws: `SpecificationError` where `document` has no such place.
  func applied(to document: SourceNode) throws(SpecificationError) -> SourceNode {
    try set(components[...], in: document)
  }

  private func set(_ rest: ArraySlice<String>, in node: SourceNode) throws(SpecificationError)
    -> SourceNode
  {
    guard let component = rest.first else { return value }
    switch node.content {
    case .list(let nodes):
      guard let index = Int(component), nodes.indices.contains(index), String(index) == component
      else {
        throw missing(rest, "is a list of \(nodes.count) in the base, indexed from 0", nodes: [])
      }
      var changed = nodes
      changed[index] = try set(rest.dropFirst(), in: nodes[index])
      return SourceNode(.list(changed), at: node.position)
    case .mapping(let entries): return try set(rest, in: entries, of: node)
    // `adam` stands for `{adam: {}}`, and nothing for `{}`.
    case .plain(component), .quoted(component):
      let entry = SourceNode.Entry(
        key: component, keyPosition: node.position,
        value: SourceNode(.mapping([]), at: node.position))
      return try set(rest, in: [entry], of: node)
    case .plain where node.isNull: return try set(rest, in: [], of: node)
    case .plain, .quoted: throw missing(rest, "is \(node.found) in the base", nodes: [])
    }
  }

  private func set(
    _ rest: ArraySlice<String>, in entries: [SourceNode.Entry], of node: SourceNode
  ) throws(SpecificationError) -> SourceNode {
    var changed = entries
    let key = rest[rest.startIndex]
    if let index = entries.firstIndex(where: { $0.key == key }) {
      changed[index] = SourceNode.Entry(
        key: key, keyPosition: position,
        value: try set(rest.dropFirst(), in: entries[index].value))
    } else if rest.count == 1 {
      changed.append(SourceNode.Entry(key: key, keyPosition: position, value: value))
    } else {
      let found = entries.isEmpty ? "nothing" : entries.map(\.key).listed
      throw missing(rest, "has only \(found) in the base", nodes: entries.map(\.key))
    }
    return SourceNode(.mapping(changed), at: node.position)
  }

  /// The error that the base has no place for the first of `rest`.
  private func missing(_ rest: ArraySlice<String>, _ what: String, nodes: [String])
    -> SpecificationError
  {
    let parent = Self.path(components[..<rest.startIndex])
    let component = components[rest.startIndex]
    let advice =
      Suggestion.nearest(to: component, among: nodes).map { "did you mean \($0.quoted)?" }
      ?? "to change it, override `\(parent)` as a whole"
    return SpecificationError(
      "no \(component.quoted) to override: `\(parent)` \(what); \(advice)", at: position)
  }
}
