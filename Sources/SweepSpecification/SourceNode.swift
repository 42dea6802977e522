/// A node of a specification's text: what was written, and where.
///
/// Nodes are shared: by aliases, and by variants, which copy only the path to what they override. So
/// identity (`===`) tells whether a variant left a part as it was.
final class SourceNode: Sendable {
  /// What was written.
  let content: Content
  /// Where it begins; for nothing at all, where its key stands.
  let position: SourcePosition
  /// The number of nodes in it, itself and its keys included, aliases expanded.
  let count: Int
  /// The levels of nodes in it, itself included, aliases expanded.
  let height: Int

  /// What was written.
  enum Content: Sendable {
    /// Text without quotes, which may mean a number or a switch.
    case plain(String)
    /// Text in quotes, or in a block of its own.
    case quoted(String)
    /// A list.
    case list([SourceNode])
    /// Keys and values, in the order written; keys are unique.
    case mapping([Entry])
  }

  /// A key and its value.
  struct Entry: Sendable {
    let key: String
    let keyPosition: SourcePosition
    let value: SourceNode
  }

  init(_ content: Content, at position: SourcePosition) {
    self.content = content
    self.position = position
    switch content {
    case .plain, .quoted: (count, height) = (1, 1)
    case .list(let nodes):
      // Sums saturate: aliases make them grow as powers, and the limit is far below.
      count = nodes.reduce(1) { $0.addingSaturated($1.count) }
      height = 1 + (nodes.lazy.map(\.height).max() ?? 0)
    case .mapping(let entries):
      count = entries.reduce(1) { $0.addingSaturated($1.value.count).addingSaturated(1) }
      height = 1 + (entries.lazy.map(\.value.height).max() ?? 0)
    }
  }

  /// The text, in quotes or not; nil for a list, a mapping and nothing.
  var text: String? {
    switch content {
    case .plain(let text): isNull ? nil : text
    case .quoted(let text): text
    case .list, .mapping: nil
    }
  }

  /// Whether nothing was written, or `null` or `~`, which mean nothing (YAML 1.2, core schema).
  var isNull: Bool {
    guard case .plain(let text) = content else { return false }
    return ["", "~", "null", "Null", "NULL"].contains(text)
  }

  /// What was found here, for messages that expected something else.
  var found: String {
    switch content {
    case .plain(""): "nothing"
    case .plain(let text): text.quoted
    case .quoted(let text): "the quoted text \(text.quoted)"
    case .list: "a list"
    case .mapping: "a mapping"
    }
  }
}

extension Int {
  fileprivate func addingSaturated(_ other: Int) -> Int {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? .max : sum
  }
}
