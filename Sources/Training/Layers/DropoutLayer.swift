import Kernels
import SweepModel

/// In training, 0 for a random part of the values and the others scaled up; else the values
/// themselves.
///
/// Shapes: x[…], y[…]. Each value of a batch has a random word of its own.
///
/// Source: Keras, layers/regularization/dropout.py; without its argument `seed`, since the trial's
/// seed is the only one.
struct DropoutLayer: Layer {
  static let schema = ConfigurationSchema(
    kind: "dropout",
    summary: "In training, 0 for a random part of the values; the others are scaled up.",
    parameters: [
      .required(
        "rate", .number(NumberBounds(lower: 0, upper: 1)), "The part that is 0: all of it with 1."),
      .layerName,
    ])

  let outputShape: [Int]
  let variables: [VariableSpecification] = []
  let maskUse = MaskUse.passes
  /// Values of one sample.
  private let width: CheckedCount
  /// Values whose random word is below it are kept: all with 2³², none with 0.
  private let threshold: UInt64
  private let factor: Float

  init(_ configuration: Configuration, inputShape: [Int]) throws(ComponentError) {
    outputShape = inputShape
    width = CheckedCount(shape: inputShape)
    let kept = 1 - configuration.number("rate")
    threshold = UInt64((kept * 0x1p32).rounded(.down))
    // At rate 1 it is infinite and multiplies nothing.
    factor = Float(1 / kept)
  }

  func memory(rows: Int, lanes: Int) -> LayerMemory {
    let bits = (CheckedCount(rows) * CheckedCount(lanes) * width).rounded(upTo: 64)
    return LayerMemory(retained: CheckedCount(bits.value / 32))
  }

  func forward(_ pass: LayerPass) {
    let tensors = pass.tensors
    let shape = shape(pass)
    switch pass.mode {
    case .training:
      pass.kernels.dropout(
        shape, draw(pass), seeds: pass.seeds, x: tensors.input, y: tensors.output, mask: mask(pass))
    case .inference:
      tensors.output.update(from: tensors.input, count: shape.rows * shape.width * shape.lanes)
    }
  }

  func backward(_ pass: LayerPass) {
    guard let dx = pass.tensors.inputGradient else { return }
    pass.kernels.dropoutGradient(
      shape(pass), draw(pass), mask: mask(pass), dy: pass.tensors.outputGradient, dx: dx)
  }

  private func shape(_ pass: LayerPass) -> RowsShape {
    RowsShape(lanes: pass.lanes, rows: pass.rows, width: width.value)
  }

  private func draw(_ pass: LayerPass) -> DropoutDraw {
    DropoutDraw(
      threshold: threshold, factor: factor, instance: pass.tensors.instance, step: pass.step)
  }

  private func mask(_ pass: LayerPass) -> DropoutMask {
    UnsafeMutableRawPointer(pass.tensors.retained).assumingMemoryBound(to: UInt64.self)
  }
}
