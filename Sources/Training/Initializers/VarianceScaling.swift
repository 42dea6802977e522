import Kernels
import SweepModel

/// The variance that these initializers give to the values of a variable: a scale over the number of
/// its connections.
///
/// Source: Keras, initializers/random_initializers.py, `VarianceScaling`.
private struct VarianceScaling {
  let scale: Double
  /// The number of connections that the scale is divided by.
  let connections: @Sendable (Fans) -> Double

  /// Uniform in ±√(3 × variance).
  func fillUniformly(_ variable: VariableInitialization) {
    let limit = (3 * scale / connections(Fans(shape: variable.shape))).squareRoot()
    variable.kernels.initializeUniform(
      lanes: variable.lanes, count: variable.count, seeds: variable.seeds,
      instance: variable.instance, limit: Float(limit), values: variable.values)
  }

  /// Normal, cut off at two of the standard deviations that give the variance after the cut.
  func fillNormally(_ variable: VariableInitialization) {
    let deviation =
      (scale / connections(Fans(shape: variable.shape))).squareRoot() / Self.truncatedDeviation
    variable.draw { Float(deviation * NormalDistribution.truncatedValue(of: $0)) }
  }

  /// The standard deviation of the normal distribution cut off at ±2.
  private static let truncatedDeviation = 0.87962566103423978

  static let glorot = VarianceScaling(scale: 1) { Double($0.incoming + $0.outgoing) / 2 }
  /// K. He et al., "Delving deep into rectifiers", ICCV 2015.
  static let he = VarianceScaling(scale: 2) { Double($0.incoming) }
  /// Y. LeCun et al., "Efficient backprop", 1998.
  static let lecun = VarianceScaling(scale: 1) { Double($0.incoming) }
}

/// Truncated normal of variance 2 ÷ (incoming + outgoing).
struct GlorotNormal: NameableInitializer {
  static let schema = ConfigurationSchema(
    kind: "glorot_normal",
    summary: "Truncated normal of variance 2 ÷ (incoming + outgoing), by the connections.")

  init(_ configuration: Configuration) {}

  func fill(_ variable: VariableInitialization) { VarianceScaling.glorot.fillNormally(variable) }
}

/// Truncated normal of variance 2 ÷ incoming.
struct HeNormal: NameableInitializer {
  static let schema = ConfigurationSchema(
    kind: "he_normal", summary: "Truncated normal of variance 2 ÷ incoming, by the connections.")

  init(_ configuration: Configuration) {}

  func fill(_ variable: VariableInitialization) { VarianceScaling.he.fillNormally(variable) }
}

/// Uniform in [−L, L), L = √(6 ÷ incoming).
struct HeUniform: NameableInitializer {
  static let schema = ConfigurationSchema(
    kind: "he_uniform", summary: "Uniform in ±√(6 ÷ incoming), by the numbers of connections.")

  init(_ configuration: Configuration) {}

  func fill(_ variable: VariableInitialization) { VarianceScaling.he.fillUniformly(variable) }
}

/// Truncated normal of variance 1 ÷ incoming.
struct LecunNormal: NameableInitializer {
  static let schema = ConfigurationSchema(
    kind: "lecun_normal", summary: "Truncated normal of variance 1 ÷ incoming, by the connections."
  )

  init(_ configuration: Configuration) {}

  func fill(_ variable: VariableInitialization) { VarianceScaling.lecun.fillNormally(variable) }
}

/// Uniform in [−L, L), L = √(3 ÷ incoming).
struct LecunUniform: NameableInitializer {
  static let schema = ConfigurationSchema(
    kind: "lecun_uniform", summary: "Uniform in ±√(3 ÷ incoming), by the numbers of connections.")

  init(_ configuration: Configuration) {}

  func fill(_ variable: VariableInitialization) { VarianceScaling.lecun.fillUniformly(variable) }
}
