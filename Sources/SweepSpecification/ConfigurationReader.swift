import SweepModel

/// Reads configurations (`adam`, `{adam: {learning_rate: 0.01}}`) by their schemas.
struct ConfigurationReader {
  /// The kinds there are.
  let vocabulary: Vocabulary

  /// Reads one configuration of a family.
  ///
  /// - Throws: `SpecificationError` at an unknown kind, or an argument that its schema does not allow.
  func configuration(_ node: SourceNode, _ family: ConfigurationFamily, path: String)
    throws(SpecificationError) -> Configuration
  {
    if let kind = node.text {
      let schema = try schema(family, kind: kind, path: path, at: node.position)
      return try configuration(
        schema, arguments: SourceNode(.mapping([]), at: node.position), path: "\(path).\(kind)",
        at: node.position)
    }
    guard case .mapping(let entries) = node.content, let entry = entries.first else {
      throw node.mismatch(path, "\(family.withArticle), by name or as `{name: {arguments}}`")
    }
    let schema = try schema(family, kind: entry.key, path: path, at: entry.keyPosition)
    guard entries.count == 1 else {
      let advice =
        entry.value.isNull
        ? "indent the arguments of \(entry.key.quoted) further than its name"
        : "write \(entry.key.quoted) alone"
      throw SpecificationError(
        "`\(path)` must be one \(family.singular), but \(entries[1].key.quoted) stands beside it; "
          + advice, at: entries[1].keyPosition)
    }
    return try configuration(
      schema, arguments: entry.value, path: "\(path).\(entry.key)", at: entry.keyPosition)
  }

  /// Reads the dataset, whose kind stands among its arguments: `{kind: sequence, length: 10}`.
  ///
  /// - Throws: As the other.
  func dataset(_ entry: SourceNode.Entry, path: String) throws(SpecificationError) -> Configuration
  {
    let node = entry.value
    if node.text != nil { return try configuration(node, .data, path: path) }
    guard case .mapping(let entries) = node.content else {
      throw node.mismatch(path, "a mapping such as `{kind: NAME}`")
    }
    guard let kindNode = node["kind"]?.value else {
      let help = Suggestion.nearest(to: "kind", among: entries.map(\.key))
        .map { "; did you mean it by \($0.quoted)?" }
      throw SpecificationError(
        "`\(path)` needs the key `kind`, the name of a dataset\(help ?? "")",
        at: entry.keyPosition)
    }
    guard let kind = kindNode.text else { throw kindNode.mismatch("\(path).kind", "a name") }
    let schema = try schema(.data, kind: kind, path: path, at: kindNode.position)
    let arguments = SourceNode(.mapping(entries.filter { $0.key != "kind" }), at: node.position)
    return try configuration(schema, arguments: arguments, path: path, at: entry.keyPosition)
  }

  /// Reads a source, whose kind is its key; a file's path may stand alone.
  ///
  /// - Throws: As the other.
  func source(_ entry: SourceNode.Entry, path: String) throws(SpecificationError) -> Configuration {
    let schema = try schema(.source, kind: entry.key, path: path, at: entry.keyPosition)
    var arguments = entry.value
    if arguments.text != nil {
      let file = SourceNode.Entry(
        key: "path", keyPosition: arguments.position, value: arguments)
      arguments = SourceNode(.mapping([file]), at: arguments.position)
    }
    return try configuration(schema, arguments: arguments, path: path, at: entry.keyPosition)
  }

  private func schema(
    _ family: ConfigurationFamily, kind: String, path: String, at position: SourcePosition
  ) throws(SpecificationError) -> ConfigurationSchema {
    if let schema = vocabulary.schema(family, kind: kind) { return schema }
    let help = Suggestion.text(
      for: kind, among: vocabulary[family], called: family.plural)
    // Where nothing has nearly that name it may be somebody's own.
    let hint =
      family.hasCustomComponents && !help.hasPrefix("did you mean")
      ? "; a custom \(family.singular) needs a program in which it is registered" : ""
    throw SpecificationError(
      "unknown \(family.singular) \(kind.quoted) in `\(path)`; \(help)\(hint)", at: position)
  }

  private func configuration(
    _ schema: ConfigurationSchema, arguments node: SourceNode, path: String,
    at position: SourcePosition
  ) throws(SpecificationError) -> Configuration {
    let section = try Section(
      node, path: path, at: position, keys: schema.parameters.map(\.name))
    var arguments: [String: ArgumentValue] = [:]
    for parameter in schema.parameters {
      let value: ArgumentValue?
      if parameter.isRequired {
        let entry = try section.required(parameter.name)
        value = try argument(entry.value, parameter.type, path: section.path(of: parameter.name))
      } else {
        value = try optionalArgument(parameter, in: section)
      }
      arguments[parameter.name] = value
    }
    return Configuration(kind: schema.kind, arguments: arguments)
  }

  private func optionalArgument(
    _ parameter: ConfigurationSchema.Parameter, in section: Section
  ) throws(SpecificationError) -> ArgumentValue? {
    guard let node = section[parameter.name]?.value else { return parameter.defaultValue }
    // Where leaving it out means "none", so may `null`, as Python's None does in Keras.
    if parameter.defaultValue == nil, node.isNull { return nil }
    return try argument(node, parameter.type, path: section.path(of: parameter.name))
  }

  private func argument(_ node: SourceNode, _ type: ParameterType, path: String)
    throws(SpecificationError) -> ArgumentValue
  {
    switch type {
    case .integer(let bounds): .integer(try node.integer(in: bounds, path: path))
    case .number(let bounds): .number(try node.number(in: bounds, path: path))
    case .boolean: .boolean(try node.boolean(path: path))
    case .name: .text(try node.name(path: path))
    case .text: .text(try node.argumentText(path: path))
    case .choice(let words): .text(try node.choice(of: words, path: path))
    case .list(let type, let count):
      .list(try list(node, of: type, count: count, path: path))
    case .numberOr(let bounds, let family):
      if case .plain(let text) = node.content, NumberText(text) != nil {
        .number(try node.number(in: bounds, path: path))
      } else {
        .configuration(try configuration(node, family, path: path))
      }
    case .configuration(let family):
      .configuration(try configuration(node, family, path: path))
    }
  }

  private func list(
    _ node: SourceNode, of type: ParameterType, count: ClosedRange<Int>, path: String
  ) throws(SpecificationError) -> [ArgumentValue] {
    guard case .list(let nodes) = node.content else {
      guard count.contains(1) else {
        throw node.mismatch(path, "a list of \(count.text) values")
      }
      return [try argument(node, type, path: path)]
    }
    guard count.contains(nodes.count) else {
      throw SpecificationError(
        "`\(path)` must have \(count.text) values, not \(nodes.count)", at: node.position)
    }
    var values: [ArgumentValue] = []
    for (index, node) in nodes.enumerated() {
      values.append(try argument(node, type, path: "\(path)[\(index)]"))
    }
    return values
  }
}

extension ClosedRange<Int> {
  fileprivate var text: String {
    lowerBound == upperBound ? "\(lowerBound)" : "\(lowerBound) to \(upperBound)"
  }
}

extension ConfigurationFamily {
  /// One of the family, for messages.
  var singular: String { self == .data ? "dataset" : rawValue }

  /// Several of the family, for messages.
  var plural: String { self == .loss ? "losses" : singular + "s" }

  /// Whether programs can have components of their own in the family.
  fileprivate var hasCustomComponents: Bool {
    switch self {
    case .layer, .loss, .metric, .initializer: true
    case .data, .activation, .optimizer, .regularizer, .schedule, .callback, .source: false
    }
  }

  /// One of the family with its article.
  fileprivate var withArticle: String {
    switch self {
    case .activation, .initializer, .optimizer: "an \(singular)"
    case .data, .layer, .loss, .metric, .regularizer, .schedule, .callback, .source:
      "a \(singular)"
    }
  }
}
