import SweepModel

/// +0 everywhere.
struct Zeros: NameableInitializer {
  static let schema = ConfigurationSchema(kind: "zeros", summary: "0 everywhere.")

  init(_ configuration: Configuration) {}

  func fill(_ variable: VariableInitialization) {
    variable.values.update(repeating: 0, count: variable.count * variable.lanes)
  }
}

/// 1 everywhere.
struct Ones: NameableInitializer {
  static let schema = ConfigurationSchema(kind: "ones", summary: "1 everywhere.")

  init(_ configuration: Configuration) {}

  func fill(_ variable: VariableInitialization) {
    variable.values.update(repeating: 1, count: variable.count * variable.lanes)
  }
}

/// One value everywhere.
struct Constant: NameableInitializer {
  static let schema = ConfigurationSchema(
    kind: "constant", summary: "One value everywhere.",
    parameters: [.optional("value", .number(.finite), default: .number(0), "The value.")])

  private let value: Float

  init(_ configuration: Configuration) { value = Float(configuration.number("value")) }

  func fill(_ variable: VariableInitialization) {
    variable.values.update(repeating: value, count: variable.count * variable.lanes)
  }
}
