extension ResolvedVariant {
  /// The variant as JSON, every default written out.
  public var json: JSONValue {
    var members: [JSONValue.Member] = [
      .init("contract", .integer(Int64(contractVersion))),
      .init("data", data.json),
      .init("data_sha256", .string(dataDigest.hex)),
      .init("model", .array(layers.map(\.json))),
      .init("training", training.json),
      .init("metrics", .array(metrics.map(\.json))),
    ]
    // Left out where all samples are trained on, as it was before there were any parts.
    if let dataParts { members.append(.init("data_parts", dataParts.json)) }
    // Left out where there are none, as it was before there were any.
    if !components.isEmpty { members.append(.init("components", .array(components.map(\.json)))) }
    if !sources.all.isEmpty { members.append(.init("sources", .array(sources.all.map(\.json)))) }
    if let digest = sources.startDigest {
      members.append(.init("start_sha256", .string(digest.hex)))
    }
    return .object(members)
  }

  /// Reads what ``canonicalJSON`` wrote.
  ///
  /// - Throws: ``ResolvedVariantError`` where the text is not such JSON.
  public init(canonicalJSON: some Sequence<UInt8>) throws {
    guard let json = try? JSONValue(parsing: canonicalJSON) else {
      throw ResolvedVariantError(path: "", expected: "JSON")
    }
    let root = Member(value: json, path: "variant")
    // What it does not know would be trained otherwise than it says.
    try root.checkMembers([
      "contract", "data", "data_sha256", "model", "training", "metrics", "data_parts", "components",
      "sources", "start_sha256",
    ])
    contractVersion = try root["contract"].integer()
    data = try root["data"].configuration()
    let digestMember = try root["data_sha256"]
    guard let digest = DataDigest(hex: try digestMember.text()) else {
      throw ResolvedVariantError(path: digestMember.path, expected: "64 hexadecimal digits")
    }
    dataDigest = digest
    layers = try root["model"].list().map { try $0.configuration() }
    let settings = try root["training"]
    try settings.checkMembers([
      "loss", "optimizer", "epochs", "batch_size", "shuffle", "validation_split", "callbacks",
      "class_weight",
    ])
    training = TrainingSettings(
      loss: try settings["loss"].configuration(),
      optimizer: try settings["optimizer"].configuration(),
      epochs: try settings["epochs"].integer(),
      batchSize: try settings["batch_size"].batchSize(),
      shuffle: try settings["shuffle"].boolean(),
      validationSplit: try settings.optional("validation_split")?.number() ?? 0,
      callbacks: try settings.optional("callbacks")?.list().map { try $0.configuration() } ?? [],
      classWeights: try settings.optional("class_weight")?.list().map { try $0.number() } ?? [])
    metrics = try root["metrics"].list().map { try $0.configuration() }
    dataParts = try root.optional("data_parts").map { parts in
      DataParts(
        training: try parts["training"].integer(), validation: try parts["validation"].integer(),
        test: try parts["test"].integer())
    }
    components = try root.optional("components")?.components() ?? []
    sources = try root.optional("sources")?.sources() ?? ModelSources()
    sources.startDigest = try root.optional("start_sha256").map { member in
      guard let digest = StartDigest(hex: try member.text()) else {
        throw member.expected("64 hexadecimal digits")
      }
      return digest
    }
  }
}

/// JSON that is not a resolved variant.
public struct ResolvedVariantError: Error, Hashable, CustomStringConvertible {
  /// Where, such as `variant.training.epochs`.
  public let path: String
  /// What should stand there.
  public let expected: String

  /// For people.
  public var description: String { "\(path.isEmpty ? "the variant" : path): expected \(expected)" }
}

extension Configuration {
  /// The form `{kind: {arguments}}`.
  public var json: JSONValue {
    let members = arguments.sorted { $0.key < $1.key }
      .map { JSONValue.Member($0.key, $0.value.json) }
    return [kind: .object(members)]
  }
}

extension ArgumentValue {
  fileprivate var json: JSONValue {
    switch self {
    case .integer(let value): .integer(value)
    case .number(let value): .number(value)
    case .boolean(let value): .boolean(value)
    case .text(let value): .string(value)
    case .list(let values): .array(values.map(\.json))
    case .configuration(let value): value.json
    }
  }
}

extension TrainingSettings {
  /// What is not used is left out, as it was before there was any: digests do not change.
  fileprivate var json: JSONValue {
    var members: [JSONValue.Member] = [
      .init("loss", loss.json),
      .init("optimizer", optimizer.json),
      .init("epochs", .integer(Int64(epochs))),
      .init("batch_size", batchSize.json),
      .init("shuffle", .boolean(shuffle)),
    ]
    if validationSplit != 0 { members.append(.init("validation_split", .number(validationSplit))) }
    if !callbacks.isEmpty { members.append(.init("callbacks", .array(callbacks.map(\.json)))) }
    if !classWeights.isEmpty {
      members.append(.init("class_weight", .array(classWeights.map { .number($0) })))
    }
    return .object(members)
  }
}

extension DataParts {
  fileprivate var json: JSONValue {
    [
      "training": .integer(Int64(training)), "validation": .integer(Int64(validation)),
      "test": .integer(Int64(test)),
    ]
  }
}

extension BatchSize {
  fileprivate var json: JSONValue {
    switch self {
    case .all: "all"
    case .samples(let count): .integer(Int64(count))
    }
  }
}

/// A value and where it stands, for messages.
private struct Member {
  let value: JSONValue
  let path: String

  subscript(name: String) -> Member {
    get throws {
      guard let member = value[name] else { throw expected("a member \(name)") }
      return Member(value: member, path: "\(path).\(name)")
    }
  }

  func optional(_ name: String) throws -> Member? {
    value[name] == nil ? nil : try self[name]
  }

  /// Checks that it has no other members than these.
  func checkMembers(_ names: Set<String>) throws {
    guard case .object(let members) = value else { throw expected("an object") }
    if let unknown = members.first(where: { !names.contains($0.name) }) {
      throw expected("no member \(Quotation.text(unknown.name)), which this version does not know")
    }
  }

  func expected(_ what: String) -> ResolvedVariantError {
    ResolvedVariantError(path: path, expected: what)
  }

  func integer() throws -> Int {
    guard case .integer(let number) = value else { throw expected("a whole number") }
    return Int(number)
  }

  func number() throws -> Double {
    switch value {
    case .number(let number): number
    case .integer(let number): Double(number)
    default: throw expected("a number")
    }
  }

  func boolean() throws -> Bool {
    guard case .boolean(let flag) = value else { throw expected("true or false") }
    return flag
  }

  func text() throws -> String {
    guard case .string(let text) = value else { throw expected("a text") }
    return text
  }

  func list() throws -> [Member] {
    guard case .array(let values) = value else { throw expected("a list") }
    return values.enumerated().map { Member(value: $1, path: "\(path)[\($0)]") }
  }

  /// Custom components, each once and in their order, so that there is one way to write them.
  func components() throws -> [ComponentIdentity] {
    let components = try list().map { member in
      guard let identity = ComponentIdentity(json: member.value) else {
        throw member.expected("a component's family, name, version and module")
      }
      return identity
    }
    guard (1...Limits.components).contains(components.count),
      zip(components, components.dropFirst()).allSatisfy(<)
    else {
      throw expected("1 to \(Limits.components) components in their order, each once")
    }
    return components
  }

  /// Sources, each once and in their order.
  func sources() throws -> ModelSources {
    let configurations = try list().map { try $0.configuration() }
    var sources = ModelSources()
    for configuration in configurations {
      guard let kind = ModelSources.Kind(rawValue: configuration.kind) else {
        throw expected("initial_weights, masks or targets_from, not `\(configuration.kind)`")
      }
      sources[kind] = configuration
    }
    guard !configurations.isEmpty, sources.all == configurations else {
      throw expected("sources in their order, each once")
    }
    return sources
  }

  func batchSize() throws -> BatchSize {
    switch value {
    case .string("all"): .all
    case .integer(let count): .samples(Int(count))
    default: throw expected("a whole number or all")
    }
  }

  func configuration() throws -> Configuration {
    guard case .object(let members) = value, members.count == 1,
      case .object(let arguments) = members[0].value
    else { throw expected("one kind with its arguments") }
    let values = try arguments.map { argument in
      let member = Member(value: argument.value, path: "\(path).\(argument.name)")
      return (argument.name, try member.argument())
    }
    return Configuration(
      kind: members[0].name, arguments: Dictionary(values, uniquingKeysWith: { $1 }))
  }

  func argument() throws -> ArgumentValue {
    switch value {
    case .integer(let number): .integer(number)
    case .number(let number): .number(number)
    case .boolean(let flag): .boolean(flag)
    case .string(let text): .text(text)
    case .array: .list(try list().map { try $0.argument() })
    case .object: .configuration(try configuration())
    case .null: throw expected("an argument")
    }
  }
}
