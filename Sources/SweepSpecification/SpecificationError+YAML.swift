import SweepModel
internal import Yams

extension SpecificationError {
  /// What is told of a text that is nested too deeply.
  static let tooDeep = "nested more than \(Limits.specificationDepth) levels deep, the limit"

  /// What the YAML parser found wrong in `text`.
  init(_ error: YamlError, in text: SourceText) {
    switch error {
    case .scanner(let context, let problem, let mark, _),
      .parser(let context, let problem, let mark, _):
      self.init(syntax: problem, context: context, at: text.position(mark), in: text)
    case .composer(_, _, let mark, _):
      // Its other reason, an unknown alias, cannot occur: aliases are disguised.
      self.init(
        "a second YAML document begins here; a specification is one", at: text.position(mark))
    case .duplicatedKeysInMapping(let keys, let context):
      let key = SourceText.restored(keys.first ?? "")
      self.init(
        "the key \(key.quoted) is written twice in one mapping; this is the first",
        at: text.position(context.mark))
    case .memory:
      self.init("not enough memory to parse it", at: .start)
    case .no, .reader, .writer, .emitter, .representer, .dataCouldNotBeDecoded:
      preconditionFailure("the YAML parser cannot fail so with checked text: \(error)")
    }
  }

  private init(
    syntax problem: String, context: YamlError.Context?, at position: SourcePosition,
    in text: SourceText
  ) {
    if problem.hasPrefix("Maximum nesting level") {
      self.init(Self.tooDeep, at: position)
    } else if text.scalar(at: position) == SourceText.disguisedColon {
      self.init("a key must be a text, not a list or mapping", at: position)
    } else {
      let circumstance = context.map { "\($0.text), " } ?? ""
      self.init("this is not YAML: \(circumstance)\(problem)", at: position)
    }
  }
}

extension SourceText {
  /// The place of a mark; the start where there is none, which only nodes not parsed lack.
  func position(_ mark: Mark?) -> SourcePosition {
    position(line: mark?.line ?? 1, column: mark?.column ?? 1)
  }

  /// The scalar of the disguised text at a place; nil behind the end of a line.
  fileprivate func scalar(at position: SourcePosition) -> Unicode.Scalar? {
    let lines = yaml.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
    guard position.line <= lines.count else { return nil }
    return lines[position.line - 1].dropFirst(position.column - 1).first
  }
}
