import SweepModel

/// What is done with gradients and weights before an optimizer's step: clipping, then decay.
///
/// Source: Keras, optimizers/base_optimizer.py, `_clip_gradients` and `_apply_weight_decay`.
struct GradientTreatment: Sendable {
  /// How gradients are kept small.
  enum Clipping: Sendable {
    /// The norm of each variable's.
    case norm(Double)
    /// The norm of all variables' together.
    case globalNorm(Double)
    /// Each value.
    case value(Float)
  }

  let clipping: Clipping?
  /// What share of itself, times the learning rate, every weight loses; nil for none.
  let weightDecay: Float?

  /// Whether gradients and weights go to the optimizer as they are.
  var isNone: Bool { clipping == nil && weightDecay == nil }

  init(_ configuration: Configuration) throws(ComponentError) {
    let decay = configuration.optionalNumber("weight_decay") ?? 0
    weightDecay = decay > 0 ? Float(decay) : nil
    let limits = Self.clippings.map(\.name).filter { configuration.optionalNumber($0) != nil }
    guard limits.count <= 1 else {
      throw ComponentError(
        argument: limits[1],
        message: "gradients are already clipped by \(limits[0]): take one of the two out")
    }
    if let limit = configuration.optionalNumber("clipnorm") {
      clipping = .norm(limit)
    } else if let limit = configuration.optionalNumber("global_clipnorm") {
      clipping = .globalNorm(limit)
    } else {
      clipping = configuration.optionalNumber("clipvalue").map { .value(Float($0)) }
    }
  }

  private static let clippings = [
    (name: "clipnorm", summary: "The largest norm of a variable's gradient."),
    (name: "global_clipnorm", summary: "The largest norm of all gradients together."),
    (name: "clipvalue", summary: "The largest magnitude of a value of a gradient."),
  ]

  /// The arguments that all optimizers take.
  static func parameters(weightDecay: Double?) -> [ConfigurationSchema.Parameter] {
    let decay = ConfigurationSchema.Parameter.optional(
      "weight_decay", .number(.nonNegative), default: weightDecay.map { .number($0) },
      "What every weight loses in a step: this share of it, times the learning rate.")
    return [decay]
      + clippings.map { .optional($0.name, .number(.positive), default: nil, $0.summary) }
  }
}
