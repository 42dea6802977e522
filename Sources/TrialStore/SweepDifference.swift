import SweepModel

/// Says what tells two sweeps of one name apart.
enum SweepDifference {
  /// The first difference, for people: the master seed, the names of the variants, then what is in
  /// them, walked in the order of the canonical JSON. Nil where they are the same sweep; the order of
  /// the variants and the number of trials are no part of a sweep's identity.
  static func first(stored: StoredSweep, specification: Sweep) -> String? {
    let old = stored.sweep
    if old.masterSeed != specification.masterSeed {
      return "its master seed is \(old.masterSeed) in the store and "
        + "\(specification.masterSeed) in the specification"
    }
    let names = Set(old.variants.map(\.name))
    if let added = specification.variants.first(where: { !names.contains($0.name) }) {
      return "the specification has a variant `\(added.name)` that the store has not"
    }
    let newVariants = Dictionary(
      specification.variants.map { ($0.name, $0.variant) }, uniquingKeysWith: { first, _ in first })
    for variant in stored.variants {
      guard let other = newVariants[variant.name] else {
        return "the store has a variant `\(variant.name)` that the specification has not"
      }
      if variant.digest == other.digest { continue }
      if let text = components(variant.variant.components, other.components) {
        return "variant `\(variant.name)` \(text)"
      }
      let difference = difference(variant.variant.canonicalJSON, other.canonicalJSON)
      return "variant `\(variant.name)` \(difference ?? "has another digest")"
    }
    return nil
  }

  /// What custom component the stored variant needs and the other does not.
  private static func components(
    _ stored: [ComponentIdentity], _ specification: [ComponentIdentity]
  ) -> String? {
    guard let missing = MissingComponent(of: stored, among: Set(specification)) else { return nil }
    let present =
      missing.present.map { "version \($0.version) \($0.origin)" } ?? "nothing of the kind"
    return "needs \(missing.needed) in the store and \(present) in the specification"
  }

  private static func difference(_ stored: String, _ specification: String) -> String? {
    guard let stored = try? JSONValue(parsing: stored.utf8),
      let specification = try? JSONValue(parsing: specification.utf8)
    else { return nil }
    return difference(stored, specification, at: "")
  }

  private static func difference(
    _ stored: JSONValue, _ specification: JSONValue, at path: String
  ) -> String? {
    switch (stored, specification) {
    case (.object(let own), .object(let others)):
      // A configuration is an object of one member, named after its kind.
      if own.count == 1, others.count == 1, own[0].name != others[0].name {
        return has(path, own[0].name, others[0].name)
      }
      // Parsing has sorted the members of both by name.
      let names = (own.map(\.name) + others.map(\.name)).sorted {
        $0.utf16.lexicographicallyPrecedes($1.utf16)
      }
      for name in names {
        let memberPath = path.isEmpty ? name : "\(path).\(name)"
        guard let ownMember = stored[name], let otherMember = specification[name] else {
          return has(memberPath, text(stored[name]), text(specification[name]))
        }
        if let found = difference(ownMember, otherMember, at: memberPath) { return found }
      }
      return nil
    case (.array(let own), .array(let others)):
      for (position, pair) in zip(own, others).enumerated() {
        if let found = difference(pair.0, pair.1, at: "\(path)[\(position)]") { return found }
      }
      return own.count == others.count
        ? nil : has(path, "\(own.count) entries", "\(others.count) entries")
    default:
      return stored == specification ? nil : has(path, text(stored), text(specification))
    }
  }

  private static func has(_ path: String, _ stored: String, _ specification: String) -> String {
    "has \(path) \(stored) in the store and \(specification) in the specification"
  }

  /// A value in few words: a digest is the longest that is worth showing.
  private static func text(_ value: JSONValue?) -> String {
    guard let value else { return "nothing" }
    let text = value.canonicalText
    let longest = 2 * Limits.digestBytes + 2
    return text.count <= longest ? text : text.prefix(longest) + "…"
  }
}
