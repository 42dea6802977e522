import Foundation
import SweepModel
internal import Yams

extension SourceNode {
  /// Bytes of stack for the parser, which calls itself for each level. It stops at 1,000 levels,
  /// at most two nodes each; fewer than 1,000 bytes a node were measured.
  private static let stackBytes = 16 << 20

  /// Parses one YAML document.
  ///
  /// The work is done on a thread of its own, whose stack is large enough for any input, because the
  /// caller's may not be.
  ///
  /// - Throws: `SpecificationError` where the text is no YAML, or exceeds a limit.
  static func parsing(_ text: SourceText) throws(SpecificationError) -> SourceNode {
    let finished = DispatchSemaphore(value: 0)
    // The semaphore orders the write before the read.
    nonisolated(unsafe) var result: Result<SourceNode, SpecificationError>?
    let thread = Thread {
      result = Result { () throws(SpecificationError) in try compose(text) }
      finished.signal()
    }
    thread.name = "specification"
    thread.stackSize = stackBytes
    thread.start()
    finished.wait()
    guard let result else { preconditionFailure("the parser's thread ended without a result") }
    return try result.get()
  }

  private static func compose(_ text: SourceText) throws(SpecificationError) -> SourceNode {
    do {
      // The plainest resolver: scalars keep their text, and keys are compared by it.
      let parser = try Parser(yaml: text.yaml, resolver: .basic, encoding: .utf8)
      guard let root = try parser.singleRoot() else {
        throw SpecificationError("the specification is empty", at: .start)
      }
      // Nodes refer weakly to their anchors, which the parser owns.
      return try withExtendedLifetime(parser) {
        var converter = NodeConverter(text: text)
        return try converter.node(root, depth: 1)
      }
    } catch let error as SpecificationError {
      throw error
    } catch let error as YamlError {
      throw SpecificationError(error, in: text)
    } catch {
      preconditionFailure("the YAML parser throws its own errors only, not \(error)")
    }
  }
}

/// Turns the parser's tree into ours, and expands aliases, under the limits of a specification.
private struct NodeConverter {
  private let text: SourceText
  private var anchors: [String: SourceNode] = [:]
  private var count = 0

  init(text: SourceText) { self.text = text }

  /// - Throws: `SpecificationError` at tags, unknown aliases, keys that are no text, and limits.
  mutating func node(_ node: Yams.Node, depth: Int, keyPosition: SourcePosition? = nil)
    throws(SpecificationError) -> SourceNode
  {
    let position = text.position(node.mark)
    try addToCount(1, at: position)
    try checkDepth(depth, at: position)
    try checkTag(of: node, at: position)
    let converted: SourceNode
    switch node {
    case .scalar(let scalar):
      if let name = aliasName(scalar) { return try alias(name, depth: depth, at: position) }
      converted = self.scalar(scalar, at: position, keyPosition: keyPosition)
    case .sequence(let sequence):
      var nodes: [SourceNode] = []
      for element in sequence { nodes.append(try self.node(element, depth: depth + 1)) }
      converted = SourceNode(.list(nodes), at: position)
    case .mapping(let mapping):
      var entries: [SourceNode.Entry] = []
      for (key, value) in mapping { entries.append(try entry(key, value, depth: depth + 1)) }
      converted = SourceNode(.mapping(entries), at: position)
    case .alias:
      preconditionFailure("aliases are disguised from the parser")
    }
    if let anchor = node.anchor { anchors[anchor.rawValue] = converted }
    return converted
  }

  private mutating func entry(_ key: Yams.Node, _ value: Yams.Node, depth: Int)
    throws(SpecificationError) -> SourceNode.Entry
  {
    let position = text.position(key.mark)
    guard case .scalar(let scalar) = key, aliasName(scalar) == nil else {
      throw SpecificationError("a key must be a text, not a list, mapping or alias", at: position)
    }
    try addToCount(1, at: position)
    return SourceNode.Entry(
      key: SourceText.restored(scalar.string), keyPosition: position,
      value: try node(value, depth: depth, keyPosition: position))
  }

  private func scalar(
    _ scalar: Yams.Node.Scalar, at position: SourcePosition, keyPosition: SourcePosition?
  ) -> SourceNode {
    let text = SourceText.restored(scalar.string)
    guard scalar.style == .plain else { return SourceNode(.quoted(text), at: position) }
    // The parser puts nothing behind the key's colon, or even on a later line.
    return SourceNode(.plain(text), at: text.isEmpty ? keyPosition ?? position : position)
  }

  private func aliasName(_ scalar: Yams.Node.Scalar) -> String? {
    guard scalar.style == .plain,
      scalar.string.unicodeScalars.first == SourceText.disguisedAsterisk
    else { return nil }
    return String(SourceText.restored(scalar.string).dropFirst())
  }

  private mutating func alias(_ name: String, depth: Int, at position: SourcePosition)
    throws(SpecificationError) -> SourceNode
  {
    guard let target = anchors[name] else {
      throw SpecificationError(
        "the alias \("*\(name)".quoted) needs an anchor \("&\(name)".quoted) before it",
        at: position)
    }
    // The alias itself is counted; its target replaces it.
    try addToCount(target.count - 1, at: position)
    try checkDepth(depth + target.height - 1, at: position)
    return target
  }

  private mutating func addToCount(_ nodes: Int, at position: SourcePosition)
    throws(SpecificationError)
  {
    let (sum, overflow) = count.addingReportingOverflow(nodes)
    count = sum
    guard !overflow, sum <= Limits.specificationNodes else {
      throw SpecificationError(
        "more than \(Limits.specificationNodes) values (aliases expanded), the limit", at: position)
    }
  }

  private func checkDepth(_ depth: Int, at position: SourcePosition) throws(SpecificationError) {
    guard depth <= Limits.specificationDepth else {
      throw SpecificationError(SpecificationError.tooDeep, at: position)
    }
  }

  private func checkTag(of node: Yams.Node, at position: SourcePosition)
    throws(SpecificationError)
  {
    switch node {
    // The parser gives this tag to quoted text.
    case .scalar(let scalar) where scalar.style != .plain && scalar.tag.rawValue == Self.textTag:
      break
    case .scalar(let scalar): try checkTag(scalar.tag, at: position)
    case .sequence(let sequence): try checkTag(sequence.tag, at: position)
    case .mapping(let mapping): try checkTag(mapping.tag, at: position)
    case .alias: break
    }
  }

  private func checkTag(_ tag: Tag, at position: SourcePosition) throws(SpecificationError) {
    guard tag.rawValue.isEmpty else {
      throw SpecificationError("tags are not allowed; leave the `!…` out", at: position)
    }
  }

  private static let textTag = Tag.Name.str.rawValue
}
