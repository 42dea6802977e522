import SweepModel

/// Uniform in [−L, L), L = √(6 ÷ (incoming + outgoing)).
///
/// Source: X. Glorot and Y. Bengio, "Understanding the difficulty of training deep feedforward
/// neural networks", AISTATS 2010, equation 16; Keras, initializers/random_initializers.py.
struct GlorotUniform: NameableInitializer {
  static let schema = ConfigurationSchema(
    kind: "glorot_uniform",
    summary: "Uniform in ±√(6 ÷ (incoming + outgoing)), by the numbers of connections.")

  init(_ configuration: Configuration) {}

  func fill(_ variable: VariableInitialization) {
    let fans = Fans(shape: variable.shape)
    let limit = (6 / Double(fans.incoming + fans.outgoing)).squareRoot()
    variable.kernels.initializeUniform(
      lanes: variable.lanes, count: variable.count, seeds: variable.seeds,
      instance: variable.instance, limit: Float(limit), values: variable.values)
  }
}
