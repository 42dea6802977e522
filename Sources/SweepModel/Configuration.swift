/// One configured thing of a specification, such as `dense: {units: 10}`: a kind and its arguments.
///
/// Layers, optimizers, losses, metrics and datasets are all configurations, so that a new kind needs
/// no change here: the module that implements it registers a ``ConfigurationSchema``, which says what
/// arguments there are, and the specification's reader checks what users write against it.
public struct Configuration: Hashable, Sendable {
  /// The name of the kind: Keras's class in snake_case (`dense`, `mean_squared_error`).
  public let kind: String
  /// The arguments by name, every default written out.
  public let arguments: [String: ArgumentValue]

  /// A configuration whose `arguments` are complete.
  public init(kind: String, arguments: [String: ArgumentValue] = [:]) {
    self.kind = kind
    self.arguments = arguments
  }

  /// The value of a whole number.
  ///
  /// - Precondition: the schema of this kind has such an argument (so for the other accessors too).
  public func integer(_ name: String) -> Int {
    guard case .integer(let value)? = arguments[name] else { return missing(name) }
    return Int(value)
  }

  /// The value of a binary64 number.
  public func number(_ name: String) -> Double {
    arguments[name]?.number ?? missing(name)
  }

  /// The value of a switch.
  public func boolean(_ name: String) -> Bool {
    guard case .boolean(let value)? = arguments[name] else { return missing(name) }
    return value
  }

  /// The value of a text.
  public func text(_ name: String) -> String {
    guard case .text(let value)? = arguments[name] else { return missing(name) }
    return value
  }

  /// The value of a text that may be left out.
  public func optionalText(_ name: String) -> String? {
    guard case .text(let value)? = arguments[name] else { return nil }
    return value
  }

  /// The values of a list.
  public func list(_ name: String) -> [ArgumentValue] {
    guard case .list(let values)? = arguments[name] else { return missing(name) }
    return values
  }

  /// The values of a list of whole numbers.
  public func integers(_ name: String) -> [Int] {
    list(name).map { value in
      guard case .integer(let number) = value else { return missing(name) }
      return Int(number)
    }
  }

  /// The values of a list of binary64 numbers.
  public func numbers(_ name: String) -> [Double] {
    list(name).map { $0.number ?? missing(name) }
  }

  /// The values of a list of texts.
  public func texts(_ name: String) -> [String] {
    list(name).map { value in
      guard case .text(let text) = value else { return missing(name) }
      return text
    }
  }

  /// The value of a whole number that may be left out.
  public func optionalInteger(_ name: String) -> Int? {
    arguments[name] == nil ? nil : integer(name)
  }

  /// The value of a binary64 number that may be left out.
  public func optionalNumber(_ name: String) -> Double? {
    arguments[name] == nil ? nil : number(name)
  }

  /// The value of a nested configuration that may be left out, or that may be a number instead.
  public func optionalConfiguration(_ name: String) -> Configuration? {
    guard case .configuration(let value)? = arguments[name] else { return nil }
    return value
  }

  /// The value of a nested configuration.
  public func configuration(_ name: String) -> Configuration {
    guard case .configuration(let value)? = arguments[name] else { return missing(name) }
    return value
  }

  private func missing<Value>(_ name: String) -> Value {
    preconditionFailure(
      "\(kind) has no argument \(name) of that type: check it by its schema first")
  }
}

/// The value of one argument of a configuration.
public enum ArgumentValue: Hashable, Sendable {
  /// A whole number.
  case integer(Int64)
  /// A finite binary64 number.
  case number(Double)
  /// A switch.
  case boolean(Bool)
  /// A text, or one of a set of choices.
  case text(String)
  /// Values of one type.
  case list([ArgumentValue])
  /// A configuration of its own, such as an initializer.
  case configuration(Configuration)

  /// The value as binary64, where it is a number.
  public var number: Double? {
    switch self {
    case .number(let value): value
    // Canonical JSON writes 1.0 as 1.
    case .integer(let value): Double(value)
    case .boolean, .text, .list, .configuration: nil
    }
  }
}
