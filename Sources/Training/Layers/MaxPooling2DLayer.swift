import Kernels
import SweepModel

/// The largest value of each window, channel by channel.
///
/// Shapes: x[H, W, C], y[OH, OW, C]. What is beyond the edges belongs to no window.
///
/// Source: Keras, layers/pooling/max_pooling2d.py; channels last.
struct MaxPooling2DLayer: Layer {
  static let schema = ConfigurationSchema(
    kind: "max_pooling2d",
    summary: "The largest value of each window over height and width.",
    parameters: [
      .optional(
        "pool_size", .windowLengths, default: .list([.integer(2), .integer(2)]),
        "Height and width of a window, or one for both."),
      .optional(
        "strides", .windowLengths, default: nil,
        "From one window to the next, down and across; without it, pool_size."),
      .padding,
      .layerName,
    ])

  let outputShape: [Int]
  let variables: [VariableSpecification] = []
  let maskUse = MaskUse.ends
  private let windows: Windows
  /// Values of a sample of its input, and of its output.
  private let inputWidth: CheckedCount
  private let outputWidth: CheckedCount

  init(_ configuration: Configuration, inputShape: [Int]) throws(ComponentError) {
    let strides = configuration.arguments["strides"] == nil ? "pool_size" : "strides"
    windows = try Windows(
      configuration, size: "pool_size", strides: configuration.pair(strides), shape: inputShape)
    outputShape = [windows.down.positions, windows.across.positions, windows.channels]
    inputWidth = CheckedCount(shape: inputShape)
    outputWidth = CheckedCount(shape: outputShape)
  }

  func memory(rows: Int, lanes: Int) -> LayerMemory {
    LayerMemory(retained: CheckedCount(rows) * CheckedCount(lanes) * outputWidth)
  }

  func forward(_ pass: LayerPass) {
    let tensors = pass.tensors
    pass.inSamples { first, count in
      let output = first * outputWidth.value * pass.lanes
      pass.kernels.maxPooling(
        shape(pass, rows: count), x: tensors.input + first * inputWidth.value * pass.lanes,
        y: tensors.output + output, places: places(pass) + output)
    }
  }

  func backward(_ pass: LayerPass) {
    let tensors = pass.tensors
    guard let dx = tensors.inputGradient else { return }
    pass.inSamples { first, count in
      let output = first * outputWidth.value * pass.lanes
      pass.kernels.maxPoolingGradient(
        shape(pass, rows: count), places: places(pass) + output,
        dy: tensors.outputGradient + output, dx: dx + first * inputWidth.value * pass.lanes)
    }
  }

  private func shape(_ pass: LayerPass, rows: Int) -> PoolingShape {
    PoolingShape(
      lanes: pass.lanes, rows: rows, down: windows.down, across: windows.across,
      channels: windows.channels)
  }

  private func places(_ pass: LayerPass) -> PoolingPlaces {
    UnsafeMutableRawPointer(pass.tensors.retained).assumingMemoryBound(to: UInt32.self)
  }
}
