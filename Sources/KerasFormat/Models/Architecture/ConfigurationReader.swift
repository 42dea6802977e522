import SweepModel
import Training

/// Turns what Keras says of one layer, loss or the like into SeedSweep's terms, by the table.
struct ConfigurationReader: Sendable {
  let writer: KerasWriter
  /// Whether it reads the layers of a Bidirectional.
  var isInBidirectional = false

  private static let vocabulary = TrainingVocabulary.vocabulary

  /// The configuration that a node names: by a text, or by a class and its arguments.
  func configuration(
    _ node: JSONNode, family: ConfigurationFamily
  ) throws(KerasFileError) -> Configuration {
    let name = try Self.name(of: node)
    let arguments = try Self.arguments(of: node)
    guard let entry = try entry(family, called: name, arguments: arguments, node: node) else {
      throw UnknownNames.error(name, family: family, node: node)
    }
    if let wrapped = entry.wrapped {
      return try configuration(try arguments.required(wrapped), family: family)
    }
    return try configuration(by: entry, arguments: arguments)
  }

  /// The name of a class or function, in all the forms that Keras gives it.
  static func name(of node: JSONNode) throws(KerasFileError) -> String {
    if let text = node.text { return text }
    guard let className = try node["class_name"]?.string() else {
      throw node.error(.malformed, "\(node.shown) stands where a name or a class should")
    }
    // A function is named where a class has its arguments.
    if className == "function", let function = node["config"]?.text { return function }
    if className == "MeanMetricWrapper", let function = node["config"]?["fn"] {
      return try name(of: function)
    }
    // So Keras 2.11 and later call their own optimizers.
    return className.hasPrefix("Custom>") ? String(className.dropFirst(7)) : className
  }

  private static func arguments(of node: JSONNode) throws(KerasFileError) -> JSONNode {
    let none = JSONNode(.object([]), path: node.path, source: node.source)
    guard node.isObject, let configuration = node["config"] else { return none }
    if configuration.text != nil { return none }
    guard configuration.isObject else {
      throw configuration.error(.malformed, "\(configuration.shown) stands where arguments should")
    }
    return configuration
  }

  private func entry(
    _ family: ConfigurationFamily, called name: String, arguments: JSONNode, node: JSONNode
  ) throws(KerasFileError) -> Correspondence? {
    let entries = CorrespondenceTable.entries(family, called: name).filter {
      $0.generation == nil || $0.generation == writer.generation
    }
    for entry in entries where try entry.applies(arguments) { return entry }
    guard let first = entries.first else { return nil }
    throw node.error(
      .unsupported,
      "\(first.className) is not available with these arguments: \(Self.shown(arguments))")
  }

  private static func shown(_ arguments: JSONNode) -> String {
    let members = (try? arguments.members()) ?? []
    return members.prefix(6).map { "\(Quotation.text($0.name)) \($0.node.shown)" }
      .joined(separator: ", ")
  }

  /// The arguments of an entry, every default written out.
  private func configuration(
    by entry: Correspondence, arguments: JSONNode
  ) throws(KerasFileError) -> Configuration {
    guard let schema = Self.vocabulary.schema(entry.family, kind: entry.kind) else {
      preconditionFailure("the table has only kinds of the vocabulary: \(entry.kind)")
    }
    var values = entry.implied
    for parameter in schema.parameters where values[parameter.name] == nil {
      values[parameter.name] = parameter.defaultValue
    }
    for rule in entry.arguments {
      try read(rule, of: entry, schema: schema, from: arguments, into: &values)
    }
    try refuseOthers(entry, arguments)
    for parameter in schema.parameters where parameter.isRequired && values[parameter.name] == nil {
      throw arguments.error(.malformed, "there is no `\(parameter.name)`")
    }
    return Configuration(kind: entry.kind, arguments: values)
  }

  private func read(
    _ rule: ArgumentRule, of entry: Correspondence, schema: ConfigurationSchema,
    from arguments: JSONNode, into values: inout [String: ArgumentValue]
  ) throws(KerasFileError) {
    let present = rule.names.lazy.compactMap { arguments[$0] }.first
    switch rule.reading {
    case .ignored, .trainingOnly: return
    case .only(let neutral):
      guard let present, !neutral.isMet(by: present) else { return }
      throw present.error(
        .unsupported,
        "\(entry.className) has \(rule.name) \(Self.brief(present)), but SeedSweep has only "
          + "\(neutral.description) there")
    case .value(let own):
      guard let present else { return try leaveOut(rule, own, arguments, &values) }
      guard let parameter = schema.parameters.first(where: { $0.name == own }) else {
        preconditionFailure("\(entry.kind) has no argument \(own)")
      }
      values[own] = try value(present, type: parameter.type)
    case .custom(let own, let body):
      guard let present else {
        if let own { try leaveOut(rule, own, arguments, &values) }
        return
      }
      let value = try body(present, arguments, self)
      if let own { values[own] = value }
    }
  }

  private func leaveOut(
    _ rule: ArgumentRule, _ own: String, _ arguments: JSONNode,
    _ values: inout [String: ArgumentValue]
  ) throws(KerasFileError) {
    guard !rule.isRequired else {
      throw arguments.error(
        .unsupported, "there is no `\(rule.name)`, and Keras's default is not available here")
    }
    if let absent = rule.absent { values[own] = absent }
  }

  /// What of a layer's configuration, or of the layers within it, makes training here another than in
  /// Keras, though predictions are the same.
  func trainingDifferences(_ node: JSONNode) throws(KerasFileError) -> [String] {
    guard node.isObject, let arguments = node["config"], arguments.isObject else { return [] }
    let name = try Self.name(of: node)
    var differences: [String] = []
    for rule in CorrespondenceTable.entries(.layer, called: name).first?.arguments ?? [] {
      guard case .trainingOnly(let neutral) = rule.reading,
        let present = rule.names.lazy.compactMap({ arguments[$0] }).first,
        !neutral.isMet(by: present)
      else { continue }
      differences.append("\(rule.name) \(Self.brief(present))")
    }
    if let inner = arguments["layer"] { differences += try trainingDifferences(inner) }
    return differences
  }

  /// Arguments that no rule knows must say nothing.
  private func refuseOthers(
    _ entry: Correspondence, _ arguments: JSONNode
  ) throws(KerasFileError) {
    let known = Set(entry.arguments.flatMap(\.names)).union(Self.everyLayer)
    for (name, node) in try arguments.members() where node.value != .null && !known.contains(name) {
      throw node.error(
        .unsupported,
        "\(entry.className) has an argument \(Quotation.text(name)) that SeedSweep does not know")
    }
  }

  /// What every layer of Keras may say: ``ArchitectureReader`` reads it, or it has no effect.
  private static let everyLayer: Set = [
    "name", "trainable", "dtype", "batch_input_shape", "batch_shape", "input_shape", "input_dtype",
    "autocast", "weights",
  ]

  private static func brief(_ node: JSONNode) -> String {
    let text = node.value.text
    return text.utf8.count <= 60 ? text : node.shown
  }
}

extension ConfigurationReader {
  /// A value as the schema of its argument says.
  private func value(
    _ node: JSONNode, type: ParameterType
  ) throws(KerasFileError) -> ArgumentValue {
    switch type {
    case .integer(let bounds): return .integer(try node.integer(in: bounds))
    case .number(let bounds):
      let number = try node.number()
      guard bounds.allow(number) else {
        throw node.error(.unsupported, "\(number) is not \(bounds), which SeedSweep needs")
      }
      return .number(number)
    case .boolean: return .boolean(try node.boolean())
    case .name, .text:
      let text = try node.string()
      guard Vocabulary.isText(text) else {
        throw node.error(.malformed, "\(node.shown) is no plain text")
      }
      return .text(text)
    case .choice(let words):
      let text = try node.string()
      guard words.contains(text) else {
        throw node.error(
          .unsupported, "\(node.shown) is not one of \(words.joined(separator: ", "))")
      }
      return .text(text)
    case .list(let type, let count):
      let nodes = node.isList ? try node.list() : [node]
      guard count.contains(nodes.count) else {
        throw node.error(
          .unsupported,
          "there are \(nodes.count) values, not \(count.lowerBound) to \(count.upperBound)")
      }
      var values: [ArgumentValue] = []
      for node in nodes { values.append(try value(node, type: type)) }
      return .list(values)
    case .configuration(let family):
      return .configuration(try configuration(node, family: family))
    case .numberOr(let bounds, let family):
      return node.isObject
        ? .configuration(try configuration(node, family: family))
        : try value(node, type: .number(bounds))
    }
  }

  /// A layer of a Bidirectional, without the prefix of its name.
  func direction(_ node: JSONNode, prefix: String) throws(KerasFileError) -> Configuration {
    guard !isInBidirectional else {
      throw node.error(.unsupported, "a Bidirectional stands in a Bidirectional")
    }
    var reader = self
    reader.isInBidirectional = true
    let layer = try reader.configuration(node, family: .layer)
    guard ["lstm", "gru"].contains(layer.kind) else {
      throw node.error(
        .unsupported, "SeedSweep has Bidirectional of LSTM and GRU, not of \(layer.kind)")
    }
    var name = node["config"]?["name"]?.text ?? layer.kind
    if name.hasPrefix(prefix) { name.removeFirst(prefix.count) }
    return layer.with("name", LayerNaming.innerName(name, kind: layer.kind).map { .text($0) })
  }
}
