import SweepModel

/// Turns SeedSweep's terms into what Keras 3 says of the same, by the table.
struct ConfigurationWriter: Sendable {
  /// The file that is written, for messages.
  let file: String
  /// The path of the layer that is written, for messages; nil outside of layers.
  var layer: String?
  /// Whether it writes the layers of a Bidirectional.
  var isInBidirectional = false
  /// The shape of a batch of the input of the layer of a Bidirectional.
  var inputShape: JSONValue = .null

  /// A class with its arguments, or a function's name.
  func value(
    _ configuration: Configuration, family: ConfigurationFamily
  ) throws(KerasFileError) -> JSONValue {
    let entry = try entry(configuration, family: family)
    if entry.className.first?.isUppercase != true { return .string(entry.className) }
    // A layer in the place of an activation is a layer with a name.
    let start =
      family == .activation
      ? Self.start(name: SnakeCase.name(ofClass: entry.className), isTrained: true) : []
    return object(entry, start + (try arguments(of: entry, configuration)))
  }

  /// What a configuration is written as.
  func entry(
    _ configuration: Configuration, family: ConfigurationFamily
  ) throws(KerasFileError) -> Correspondence {
    guard let entry = CorrespondenceTable.entry(family, writing: configuration) else {
      throw UnknownNames.unwritable(configuration, family: family, layer: layer, file: file)
    }
    return entry
  }

  func object(
    _ entry: Correspondence, _ arguments: [JSONValue.Member], others: [JSONValue.Member] = []
  ) -> JSONValue {
    .object(
      [
        .init("module", .string(entry.module)), .init("class_name", .string(entry.className)),
        .init("config", .object(arguments)), .init("registered_name", .null),
      ] + others)
  }

  /// The arguments of an entry.
  func arguments(
    of entry: Correspondence, _ configuration: Configuration
  ) throws(KerasFileError) -> [JSONValue.Member] {
    var members: [JSONValue.Member] = []
    for rule in entry.arguments {
      switch rule.writing {
      case .nothing: continue
      case .constant(let value): members.append(.init(rule.name, value))
      case .value(let own):
        let value = try configuration.arguments[own].map {
          value throws(KerasFileError) in try json(value, of: entry.family, own)
        }
        members.append(.init(rule.name, value ?? .null))
      case .custom(let body): members.append(.init(rule.name, try body(configuration, self)))
      }
    }
    return members
  }

  private func json(
    _ value: ArgumentValue, of family: ConfigurationFamily, _ name: String
  ) throws(KerasFileError) -> JSONValue {
    switch value {
    case .integer(let number): return .integer(number)
    case .number(let number): return .number(number)
    case .boolean(let flag): return .boolean(flag)
    case .text(let text): return .string(text)
    case .list(let values):
      var list: [JSONValue] = []
      for value in values { list.append(try json(value, of: family, name)) }
      return .array(list)
    case .configuration(let configuration):
      return try self.value(configuration, family: Self.family(ofArgument: name))
    }
  }

  /// The family of an argument that takes a configuration.
  private static func family(ofArgument name: String) -> ConfigurationFamily {
    if name.hasSuffix("initializer") { return .initializer }
    if name.hasSuffix("regularizer") { return .regularizer }
    return name == "learning_rate" ? .schedule : .activation
  }

  /// The members that every layer begins with.
  static func start(name: String, isTrained: Bool) -> [JSONValue.Member] {
    [
      .init("name", .string(name)), .init("trainable", .boolean(isTrained)),
      .init("dtype", policy),
    ]
  }

  private static let policy: JSONValue = [
    "module": "keras", "class_name": "DTypePolicy", "config": ["name": "float32"],
    "registered_name": .null,
  ]

  /// One of the two layers of a Bidirectional.
  func direction(
    _ configuration: Configuration, isForward: Bool
  ) throws(KerasFileError) -> JSONValue {
    let own = configuration.configuration("layer")
    let layer = isForward ? own : own.turned
    let entry = try entry(layer, family: .layer)
    var writer = self
    writer.isInBidirectional = true
    let name = "\(isForward ? "forward" : "backward")_\(own.optionalText("name") ?? own.kind)"
    let arguments = Self.start(name: name, isTrained: true)
    return object(
      entry, arguments + (try writer.arguments(of: entry, layer)),
      others: [.init("build_config", ["input_shape": inputShape])])
  }
}

extension Correspondence {
  /// The module that Keras 3 exports it from.
  fileprivate var module: String {
    switch family {
    case .layer, .activation: "keras.layers"
    case .initializer: "keras.initializers"
    case .regularizer: "keras.regularizers"
    case .loss: "keras.losses"
    case .metric: "keras.metrics"
    case .optimizer: "keras.optimizers"
    case .schedule: "keras.optimizers.schedules"
    case .data, .callback, .source: "keras"
    }
  }
}
