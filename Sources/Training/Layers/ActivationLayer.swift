import Kernels
import SweepModel

/// y = a(x), an activation as a layer of its own.
///
/// Shapes: x[…], y[…].
///
/// Source: Keras, layers/activations/activation.py.
struct ActivationLayer: Layer {
  static let schema = ConfigurationSchema(
    kind: "activation",
    summary: "An activation as a layer of its own.",
    parameters: [
      .required("activation", .configuration(.activation), "What is applied to each value."),
      .layerName,
    ])

  let outputShape: [Int]
  let variables: [VariableSpecification] = []
  let maskUse = MaskUse.passes
  private let activation: LayerActivation
  /// Values of one sample.
  private let width: CheckedCount

  init(_ configuration: Configuration, inputShape: [Int]) throws(ComponentError) {
    outputShape = inputShape
    width = CheckedCount(shape: inputShape)
    activation = try LayerActivation(
      configuration.configuration("activation"), shape: inputShape)
  }

  func forward(_ pass: LayerPass) {
    let (x, y) = (pass.tensors.input, pass.tensors.output)
    if activation.isFused {
      y.update(from: x, count: count(pass))
      pass.kernels.activate(activation.fused, count: count(pass), values: y)
    } else {
      activation.apply(pass, z: x, y: y)
    }
  }

  func backward(_ pass: LayerPass) {
    guard let dx = pass.tensors.inputGradient else { return }
    dx.update(from: pass.tensors.outputGradient, count: count(pass))
    activation.differentiate(
      pass, z: pass.tensors.input, y: Tensor(pass.tensors.output), gradient: dx)
  }

  /// Floats of a batch.
  private func count(_ pass: LayerPass) -> Int { pass.rows * width.value * pass.lanes }
}
