import Kernels
import SweepModel

/// y = (x − mean) ÷ √(variance + ε) × γ + β, with the mean and the variance of each row of the last
/// axis.
///
/// Shapes: x[…, W], y[…, W], each variable[W].
///
/// Source: J. L. Ba, J. R. Kiros and G. E. Hinton, "Layer normalization", 2016; Keras,
/// layers/normalization/layer_normalization.py.
struct LayerNormalizationLayer: Layer {
  static let schema = ConfigurationSchema(
    kind: "layer_normalization",
    summary: "Normalizes each row of the last axis by its mean and variance.",
    parameters: ConfigurationSchema.Parameter.normalizationArguments + [.layerName])

  let outputShape: [Int]
  let variables: [VariableSpecification]
  let maskUse = MaskUse.passes
  private let own: NormalizationVariables
  /// Rows of a sample.
  private let positions: Int

  init(_ configuration: Configuration, inputShape: [Int]) throws(ComponentError) {
    own = try NormalizationVariables(configuration, inputShape: inputShape)
    positions = inputShape.dropLast().reduce(1, *)
    outputShape = inputShape
    variables = own.specifications
  }

  func memory(rows: Int, lanes: Int) -> LayerMemory {
    let width = CheckedCount(own.width) * CheckedCount(lanes)
    let rows = CheckedCount(rows) * CheckedCount(positions)
    // The normalized rows, a reciprocal of each, and dγ and dβ where there are no such variables.
    return LayerMemory(retained: rows * (width + CheckedCount(lanes)) + width * 2)
  }

  func forward(_ pass: LayerPass) {
    let tensors = pass.tensors
    let kept = kept(pass)
    pass.kernels.layerNormalize(
      shape(pass), own.affine(tensors), x: tensors.input, reciprocal: kept.reciprocal,
      normal: kept.normal, y: tensors.output)
  }

  func backward(_ pass: LayerPass) {
    let tensors = pass.tensors
    let kept = kept(pass)
    let gradients = own.gradients(tensors, others: (kept.gamma, kept.beta))
    pass.kernels.layerNormalizationGradient(
      shape(pass), own.affine(tensors), reciprocal: kept.reciprocal, normal: kept.normal,
      dy: tensors.outputGradient, dgamma: gradients.gamma, dbeta: gradients.beta,
      dx: tensors.inputGradient)
  }

  private func shape(_ pass: LayerPass) -> RowsShape {
    RowsShape(lanes: pass.lanes, rows: pass.rows * positions, width: own.width)
  }

  private func kept(
    _ pass: LayerPass
  ) -> (normal: MutableTensor, reciprocal: MutableTensor, gamma: MutableTensor, beta: MutableTensor)
  {
    let (rows, width) = (pass.rows * positions, own.width * pass.lanes)
    let normal = pass.tensors.retained
    let reciprocal = normal + rows * width
    let gamma = reciprocal + rows * pass.lanes
    return (normal, reciprocal, gamma, gamma + width)
  }
}
