import Kernels
import SweepModel

/// The mean over the steps of a sequence.
///
/// Shapes: x[T, C], y[C]. Steps that are masked do not count.
///
/// Order: steps ascending.
///
/// Source: Keras, layers/pooling/global_average_pooling1d.py; without `keepdims`, channels last.
struct GlobalAveragePooling1DLayer: Layer {
  static let schema = ConfigurationSchema(
    kind: "global_average_pooling1d", summary: "The mean over the steps of a sequence.",
    parameters: [.layerName])

  let outputShape: [Int]
  let variables: [VariableSpecification] = []
  let maskUse = MaskUse.ends
  private let steps: Int
  private let width: Int

  init(_ configuration: Configuration, inputShape: [Int]) throws(ComponentError) {
    guard inputShape.count == 2, !inputShape.contains(0) else {
      throw ComponentError(
        message: "global_average_pooling1d needs samples of two axes (steps, values), but they "
          + "have shape \(inputShape)")
    }
    (steps, width) = (inputShape[0], inputShape[1])
    outputShape = [width]
  }

  func forward(_ pass: LayerPass) {
    let tensors = pass.tensors
    pass.inSamples { first, count in
      pass.kernels.averageSteps(
        shape(pass, rows: count), x: tensors.input + first * steps * width * pass.lanes,
        mask: mask(pass, first: first), y: tensors.output + first * width * pass.lanes)
    }
  }

  func backward(_ pass: LayerPass) {
    let tensors = pass.tensors
    guard let dx = tensors.inputGradient else { return }
    pass.inSamples { first, count in
      pass.kernels.averageStepsGradient(
        shape(pass, rows: count), mask: mask(pass, first: first),
        dy: tensors.outputGradient + first * width * pass.lanes,
        dx: dx + first * steps * width * pass.lanes)
    }
  }

  private func mask(_ pass: LayerPass, first: Int) -> Tensor? {
    pass.mask.map { Tensor($0 + first * steps * pass.lanes) }
  }

  private func shape(_ pass: LayerPass, rows: Int) -> SequenceShape {
    SequenceShape(lanes: pass.lanes, rows: rows, steps: steps, width: width)
  }
}
