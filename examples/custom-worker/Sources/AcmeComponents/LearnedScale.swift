import SeedSweep

/// Multiplies each value of a sample by a learned scale; in training by noise too, if asked for.
///
///     y = x · scale · (1 + noise · n), n from the standard normal distribution
public struct LearnedScale: CustomLayer {
  public static let name = "acme_scale"
  public static let version = 1
  public static let module = "AcmeComponents"
  public static let summary = "Multiplies each value by a learned scale, in training with noise."
  public static let parameters: [ConfigurationSchema.Parameter] = [
    .optional(
      "noise", .number(.nonNegative), default: .number(0), "The noise's standard deviation."),
    .optional(
      "scale_initializer", .configuration(.initializer), default: .configuration(.ones),
      "First values of the scale."),
  ]

  public let outputShape: [Int]
  public let variables: [CustomVariable]
  private let width: Int
  private let noise: Double

  public init(_ configuration: Configuration, inputShape: [Int]) throws(ComponentError) {
    guard let width = inputShape.last else {
      throw ComponentError(message: "acme_scale needs samples of one axis or more")
    }
    self.width = width
    noise = configuration.number("noise")
    outputShape = inputShape
    variables = [
      CustomVariable(
        "scale", shape: [width], initializer: configuration.configuration("scale_initializer"))
    ]
  }

  public func forward(_ batch: ForwardBatch) {
    let scale = batch.variables[0]
    let isNoisy = batch.isTraining && noise > 0
    for place in batch.input.indices {
      let factor = isNoisy ? self.factor(place, batch.random) : 1
      batch.output[place] = batch.input[place] * factor * scale[place % width]
    }
  }

  public func backward(_ batch: BackwardBatch) {
    let scale = batch.variables[0]
    for place in batch.input.indices {
      // The number of a place is that of the forward pass.
      let factor = noise > 0 ? self.factor(place, batch.random) : 1
      let gradient = batch.outputGradient[place] * factor
      batch.gradients[0][place % width] += gradient * batch.input[place]
      batch.inputGradient[place] = gradient * scale[place % width]
    }
  }

  private func factor(_ place: Int, _ random: TrialRandom) -> Float {
    Float(1 + noise * random.normal(place))
  }
}
