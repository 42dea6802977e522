import SweepModel

/// A penalty on the size of a variable's values: l1 · Σ|w| + l2 · Σw².
///
/// Source: Keras, regularizers/regularizers.py.
struct Regularizer: Hashable, Sendable {
  /// The factor of the sum of magnitudes.
  let l1: Double
  /// The factor of the sum of squares.
  let l2: Double

  static let schemas = [
    ConfigurationSchema(
      kind: "l1", summary: "A penalty of l1 × the sum of the values' magnitudes.",
      parameters: [factor("l1", default: 0.01)]),
    ConfigurationSchema(
      kind: "l2", summary: "A penalty of l2 × the sum of the values' squares.",
      parameters: [factor("l2", default: 0.01)]),
    ConfigurationSchema(
      kind: "l1_l2", summary: "Both penalties.",
      parameters: [factor("l1", default: 0), factor("l2", default: 0)]),
  ]

  init(_ configuration: Configuration) {
    l1 = configuration.optionalNumber("l1") ?? 0
    l2 = configuration.optionalNumber("l2") ?? 0
  }

  private static func factor(
    _ name: String, default value: Double
  ) -> ConfigurationSchema.Parameter {
    .optional(name, .number(.nonNegative), default: .number(value), "The factor.")
  }
}

extension Configuration {
  /// The regularizer that a checked argument names; nil where there is none.
  func regularizer(_ argument: String) -> Regularizer? {
    optionalConfiguration(argument).map(Regularizer.init)
  }
}

extension ConfigurationSchema.Parameter {
  /// An argument that takes a regularizer.
  static func regularizer(_ name: String, of what: String) -> Self {
    optional(
      name, .configuration(.regularizer), default: nil, "A penalty on the size of \(what).")
  }

  /// The arguments of a layer that has a kernel and a bias.
  static let kernelRegularizer = regularizer("kernel_regularizer", of: "the kernel's values")
  static let biasRegularizer = regularizer("bias_regularizer", of: "the bias's values")
}
