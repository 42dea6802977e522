import SweepModel

/// How the variants of a grid are called: `learning_rate-0.1--units-16`.
///
/// Names have letters, digits, `_`, `-` and `.` only, as they stand in files, tables and commands, so
/// that `=` and `,` are not to be had. They are made of what was written, not of positions: a value that
/// is added changes no other name.
enum GridNames {
  /// For each key its last parts: the last one, and as many before it as tell it from the other keys
  /// and make it begin with a name: `units`, but `model.0.dense.units` beside `model.1.dense.units`.
  static func keys(_ keys: [[String]]) -> [String] {
    keys.indices.map { position in
      let key = keys[position]
      for length in 1..<max(1, key.count) {
        let suffix = key.suffix(length)
        let isShared = keys.indices.contains {
          $0 != position && keys[$0].suffix(length) == suffix
        }
        let isIndex = suffix.first.map { UInt64($0) != nil } ?? true
        if !isShared, !isIndex { return text(suffix) }
      }
      return text(key[...])
    }
  }

  /// The keys by the first letters of their words: `lr` for `learning_rate`, and `m.0.d.u`.
  static func initials(of keys: [String]) -> [String] {
    keys.map { key in
      key.split(separator: ".").map { part in
        UInt64(part) == nil
          ? part.split(separator: "_").map { String($0.prefix(1)) }.joined() : String(part)
      }.joined(separator: ".")
    }
  }

  /// What stands for each of the values of one key: a text as it was written, a kind by its name, and
  /// anything else by its position in the list, from 1: `value2`. Kinds that stand there more than once
  /// are numbered: `sgd1`, `sgd3`.
  static func labels(of values: [SourceNode]) -> [String] {
    let labels = values.map(label)
    let uses = Dictionary(labels.compactMap { $0 }.map { ($0, 1) }, uniquingKeysWith: +)
    return labels.enumerated().map { position, label in
      guard let label else { return "value\(position + 1)" }
      return uses[label] == 1 ? label : "\(label)\(position + 1)"
    }
  }

  private static func label(_ value: SourceNode) -> String? {
    let text: String
    switch value.content {
    case .plain(let written), .quoted(let written): text = written
    case .mapping(let entries) where entries.count == 1: text = entries[0].key
    case .mapping, .list: return nil
    }
    // `1e+3` means `1e3`.
    let label = text.replacing("+", with: "")
    let isLegal = label.utf8.allSatisfy { Unicode.Scalar($0).isAllowedInNames }
    return isLegal && !label.isEmpty && label.utf8.count <= Limits.nameLength ? label : nil
  }

  /// A key is any text until it has been applied; what is no name is refused there.
  private static func text(_ components: ArraySlice<String>) -> String {
    String(
      String.UnicodeScalarView(
        components.joined(separator: ".").unicodeScalars.map { $0.isAllowedInNames ? $0 : "_" }))
  }
}
