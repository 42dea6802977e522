/// A mapping of known keys.
struct Section {
  /// The path for messages; empty for the specification itself.
  let path: String
  /// Where to report a key that is missing.
  let position: SourcePosition
  private let entries: [SourceNode.Entry]

  /// Checks that `node` is a mapping, or nothing, and has none but `keys`.
  ///
  /// - Throws: `SpecificationError` at what is not so.
  init(_ node: SourceNode, path: String, at position: SourcePosition, keys: [String])
    throws(SpecificationError)
  {
    self.path = path
    self.position = position
    switch node.content {
    case .mapping(let entries): self.entries = entries
    case .plain where node.isNull: entries = []
    case .plain, .quoted, .list:
      let subject = path.isEmpty ? "a specification" : "`\(path)`"
      throw SpecificationError(
        "\(subject) must be a mapping of keys to values, not \(node.found)", at: node.position)
    }
    for entry in entries where !keys.contains(entry.key) {
      let place = path.isEmpty ? "" : " in `\(path)`"
      let help = Suggestion.text(for: entry.key, among: keys, called: "keys")
      throw SpecificationError(
        "unknown key \(entry.key.quoted)\(place); \(help)", at: entry.keyPosition)
    }
  }

  /// The entry of a key that may be left out.
  subscript(key: String) -> SourceNode.Entry? { entries.first { $0.key == key } }

  /// The entry of a key that must be there.
  ///
  /// - Throws: `SpecificationError` at the section where it is not.
  func required(_ key: String) throws(SpecificationError) -> SourceNode.Entry {
    guard let entry = self[key] else {
      let place = path.isEmpty ? "the specification" : "`\(path)`"
      throw SpecificationError("\(place) needs the key `\(key)`", at: position)
    }
    return entry
  }

  /// The path of one of its keys.
  func path(of key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }
}

extension SourceNode {
  /// The entry of that key, where this is a mapping that has it.
  subscript(key: String) -> Entry? {
    guard case .mapping(let entries) = content else { return nil }
    return entries.first { $0.key == key }
  }

  /// The elements of a list that must not be empty.
  ///
  /// - Throws: `SpecificationError` where this is something else.
  func list(path: String, of plural: String, maximum: Int) throws(SpecificationError)
    -> [SourceNode]
  {
    guard case .list(let nodes) = content, !nodes.isEmpty else {
      let found = if case .list = content { "an empty one" } else { self.found }
      throw SpecificationError("`\(path)` must be a list of \(plural), not \(found)", at: position)
    }
    guard nodes.count <= maximum else {
      throw SpecificationError(
        "`\(path)` has \(nodes.count) \(plural); the limit is \(maximum)",
        at: nodes[maximum].position)
    }
    return nodes
  }
}
