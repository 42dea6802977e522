import SweepModel

/// Finds the name that a user probably meant.
package enum Suggestion {
  /// The longest name that is compared, in characters: hostile keys may be far longer.
  private static let comparedLength = 64

  /// A name that a user wrote, which may be hostile, as messages repeat it.
  package static func quoted(_ name: String) -> String { name.quoted }

  /// The end of a message about an unknown name: the nearest valid name, else all valid names.
  static func text(for name: String, among candidates: [String], called plural: String) -> String {
    if let nearest = nearest(to: name, among: candidates) {
      return "did you mean \(nearest.quoted)?"
    }
    return candidates.isEmpty ? "there are no \(plural)" : "valid \(plural): \(candidates.listed)"
  }

  /// The same for the kinds of a family, which may have other names that people know them by.
  static func text(
    for name: String, among schemas: [ConfigurationSchema], called plural: String
  ) -> String {
    let meant = schemas.filter { schema in
      schema.aliases.contains { folded($0) == folded(name) }
    }
    guard meant.isEmpty else { return "did you mean \(meant.map(\.kind).listed(with: "or"))?" }
    return text(for: name, among: schemas.map(\.kind), called: plural)
  }

  /// The candidate nearest to `name`; the earlier of two as near; nil where none is near enough.
  ///
  /// One edit in three characters is near. Case, `_`, `-` and spaces do not count, so that
  /// `MeanSquaredError` finds `mean_squared_error`.
  package static func nearest(to name: String, among candidates: [String]) -> String? {
    let wanted = folded(name)
    guard !wanted.isEmpty, wanted.count <= comparedLength else { return nil }
    var best: (name: String, distance: Int)?
    for candidate in candidates {
      let letters = folded(candidate)
      let distance = distance(wanted, letters)
      let allowed = max(1, max(wanted.count, letters.count) / 3)
      // A one-letter name is one edit away from every other.
      guard distance <= allowed, distance < wanted.count else { continue }
      if distance < best?.distance ?? .max { best = (candidate, distance) }
    }
    return best?.name
  }

  /// The Damerau–Levenshtein distance in its restricted form (optimal string alignment): insertions,
  /// deletions, substitutions, and exchanges of neighbours.
  ///
  /// Source: F. J. Damerau, "A technique for computer detection and correction of spelling errors",
  /// Communications of the ACM 7 (3), 1964.
  static func distance(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
    guard !left.isEmpty, !right.isEmpty else { return max(left.count, right.count) }
    var beforePrevious: [Int] = []
    var previous = Array(0...right.count)
    for row in 1...left.count {
      var current = [row]
      for column in 1...right.count {
        let isSame = left[row - 1] == right[column - 1]
        var cost = min(
          previous[column] + 1, current[column - 1] + 1,
          previous[column - 1] + (isSame ? 0 : 1))
        if row > 1, column > 1, left[row - 1] == right[column - 2],
          left[row - 2] == right[column - 1]
        {
          cost = min(cost, beforePrevious[column - 2] + 1)
        }
        current.append(cost)
      }
      beforePrevious = previous
      previous = current
    }
    return previous[right.count]
  }

  private static func folded(_ name: String) -> [Unicode.Scalar] {
    let scalars = name.unicodeScalars.prefix(comparedLength + 1)
    return String(scalars).lowercased().unicodeScalars.filter { !["_", "-", " "].contains($0) }
  }
}
