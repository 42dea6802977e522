import Kernels
import SweepModel

/// How the windows of a layer lie on samples of two axes and channels.
///
/// Source: Keras, ops/operation_utils.py, `compute_conv_output_shape`; where there is padding, the
/// smaller half of it comes first, as TensorFlow has it.
struct Windows: Sendable {
  let down: WindowAxis
  let across: WindowAxis
  let channels: Int

  /// Windows of `size` on samples of `shape`: [height, width, channels].
  ///
  /// - Throws: ``ComponentError`` where samples have other axes, or are smaller than a window.
  init(
    _ configuration: Configuration, size argument: String, strides: [Int], shape: [Int]
  ) throws(ComponentError) {
    guard shape.count == 3, !shape.contains(0) else {
      throw ComponentError(
        message: "\(configuration.kind) needs samples of three axes (height, width, channels), "
          + "but they have shape \(shape): put a reshape before it")
    }
    let size = configuration.pair(argument)
    let pads = configuration.text("padding") == "same"
    down = try Self.axis(shape[0], size[0], strides[0], pads, argument, "height")
    across = try Self.axis(shape[1], size[1], strides[1], pads, argument, "width")
    channels = shape[2]
  }

  private static func axis(
    _ length: Int, _ window: Int, _ stride: Int, _ pads: Bool, _ argument: String, _ name: String
  ) throws(ComponentError) -> WindowAxis {
    guard pads else {
      guard window <= length else {
        throw ComponentError(
          argument: argument,
          message: "a window of \(name) \(window) does not fit samples of \(name) \(length): "
            + "make it smaller, or set padding: same")
      }
      return WindowAxis(
        length: length, window: window, stride: stride, padding: 0,
        positions: (length - window) / stride + 1)
    }
    let positions = (length - 1) / stride + 1
    let beyond = max(0, (positions - 1) * stride + window - length)
    return WindowAxis(
      length: length, window: window, stride: stride, padding: beyond / 2, positions: positions)
  }
}

extension Configuration {
  /// The two values of a list of whole numbers; one stands for both.
  func pair(_ argument: String) -> [Int] {
    let values = integers(argument)
    return values.count == 1 ? [values[0], values[0]] : values
  }
}

extension ParameterType {
  /// Lengths of a window down and across, or one for both.
  static let windowLengths = list(.integer(1...Limits.windowLength), count: 1...2)
}

extension ConfigurationSchema.Parameter {
  /// The argument `padding` of a layer with windows.
  static let padding = optional(
    "padding", .choice(["valid", "same"]), default: .text("valid"),
    "valid: windows lie within the samples; same: one for every stride, partly beyond the edges.")
}

extension LayerPass {
  /// Has each thread work on samples of its own.
  func inSamples(_ body: (_ first: Int, _ count: Int) -> Void) {
    team.run { number in
      let start = rows * number / team.count
      let end = rows * (number + 1) / team.count
      if start < end { body(start, end - start) }
    }
  }
}
