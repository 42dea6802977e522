import Kernels
import SweepModel

/// y = (x − mean) ÷ √(variance + ε) × γ + β, with the mean and the variance of each place of the last
/// axis: of the batch in training, moving averages of them afterwards.
///
/// Shapes: x[…, W], y[…, W], each variable[W]. Every position of the axes before the last is a row;
/// rows that a mask leaves out do not count in the mean and the variance. Where it is frozen, the moving
/// averages are used in training, too, and stay as they are.
///
/// Source: S. Ioffe and C. Szegedy, "Batch normalization", ICML 2015; Keras,
/// layers/normalization/batch_normalization.py.
struct BatchNormalizationLayer: Layer {
  static let schema = ConfigurationSchema(
    kind: "batch_normalization",
    summary: "Normalizes each value of the last axis by its mean and variance over the batch.",
    parameters: ConfigurationSchema.Parameter.normalizationArguments + [
      .optional(
        "momentum", .number(NumberBounds(lower: 0, upper: 1)), default: .number(0.99),
        "What the moving averages keep at a step."),
      .initializer("moving_mean_initializer", default: "zeros", "The first moving mean."),
      .initializer("moving_variance_initializer", default: "ones", "The first moving variance."),
      .layerName,
    ])

  let outputShape: [Int]
  let variables: [VariableSpecification]
  let maskUse = MaskUse.passes
  private let own: NormalizationVariables
  /// What the moving averages keep, and what they take.
  private let keep: Float
  private let share: Float
  /// Rows of a sample.
  private let positions: Int

  init(_ configuration: Configuration, inputShape: [Int]) throws(ComponentError) {
    own = try NormalizationVariables(configuration, inputShape: inputShape)
    let momentum = configuration.number("momentum")
    keep = Float(momentum)
    share = Float(1 - momentum)
    positions = inputShape.dropLast().reduce(1, *)
    outputShape = inputShape
    variables =
      own.specifications
      + ["moving_mean", "moving_variance"].map { name in
        VariableSpecification(
          name: name, shape: [inputShape[inputShape.count - 1]],
          initializer: configuration.initializer("\(name)_initializer"), isTrainable: false)
      }
  }

  func memory(rows: Int, lanes: Int) -> LayerMemory {
    let width = CheckedCount(own.width) * CheckedCount(lanes)
    let rows = CheckedCount(rows) * CheckedCount(positions)
    return LayerMemory(
      retained: rows * width + width * CheckedCount(Kept.widths) + CheckedCount(lanes))
  }

  func forward(_ pass: LayerPass) {
    let tensors = pass.tensors
    let (shape, kept) = (shape(pass), Kept(self, pass))
    let moving = tensors.variables.suffix(2)
    var (mean, variance) = (moving[moving.startIndex], moving[moving.startIndex + 1])
    if pass.mode == .training, !pass.isFrozen {
      pass.kernels.batchMoments(
        shape, mask: pass.mask.map { Tensor($0) }, x: tensors.input, mean: kept.mean,
        variance: kept.variance, counts: kept.counts)
      let count = own.width * pass.lanes
      pass.kernels.blend(
        count: count, keep: keep, share: share, values: kept.mean, moving: mean)
      pass.kernels.blend(
        count: count, keep: keep, share: share, values: kept.variance, moving: variance)
      (mean, variance) = (kept.mean, kept.variance)
    }
    pass.kernels.batchNormalize(
      shape, own.affine(tensors), x: tensors.input, mean: mean, variance: variance,
      reciprocal: kept.reciprocal, normal: kept.normal, y: tensors.output)
  }

  func backward(_ pass: LayerPass) {
    let tensors = pass.tensors
    let kept = Kept(self, pass)
    guard !pass.isFrozen else { return differentiateFrozen(pass, reciprocal: kept.reciprocal) }
    // The mean and the variance are no longer needed.
    let gradients = own.gradients(tensors, others: (kept.mean, kept.variance))
    pass.kernels.batchNormalizationGradient(
      shape(pass), own.affine(tensors), mask: pass.mask.map { Tensor($0) }, counts: kept.counts,
      reciprocal: kept.reciprocal, normal: kept.normal, dy: tensors.outputGradient,
      dgamma: gradients.gamma, dbeta: gradients.beta, dx: tensors.inputGradient)
  }

  /// dx = (dy × γ) × (1 ÷ √(variance + ε)): the moving averages do not depend on x.
  private func differentiateFrozen(_ pass: LayerPass, reciprocal: MutableTensor) {
    guard let dx = pass.tensors.inputGradient else { return }
    let gamma = own.affine(pass.tensors).gamma
    let dy = pass.tensors.outputGradient
    let width = own.width * pass.lanes
    for row in 0..<pass.rows * positions {
      for place in 0..<width {
        let scaled = gamma.map { dy[row * width + place] * $0[place] } ?? dy[row * width + place]
        dx[row * width + place] = scaled * reciprocal[place]
      }
    }
  }

  private func shape(_ pass: LayerPass) -> RowsShape {
    RowsShape(lanes: pass.lanes, rows: pass.rows * positions, width: own.width)
  }

  /// What is kept for the gradient.
  private struct Kept {
    /// Tensors of the width.
    static let widths = 3

    let mean, variance, reciprocal, counts, normal: MutableTensor

    init(_ layer: BatchNormalizationLayer, _ pass: LayerPass) {
      let width = layer.own.width * pass.lanes
      normal = pass.tensors.retained
      mean = normal + pass.rows * layer.positions * width
      variance = mean + width
      reciprocal = variance + width
      counts = reciprocal + width
    }
  }
}
