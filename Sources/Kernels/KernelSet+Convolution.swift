import CKernels

/// The sizes of a convolution of two axes: x[B,H,W,C], kernel[KH,KW,C,F], y[B,OH,OW,F].
///
/// Output (i, j) sees the rows from i × stride − padding of its input on, and so across.
public struct ConvolutionShape: Hashable, Sendable {
  /// Trials of the pack.
  public var lanes: Int
  /// Samples of the batch.
  public var rows: Int
  /// Down the input.
  public var down: WindowAxis
  /// Across it.
  public var across: WindowAxis
  /// Values of a position of the input.
  public var channels: Int
  /// Values of a position of the output.
  public var filters: Int

  /// Sizes.
  public init(
    lanes: Int, rows: Int, down: WindowAxis, across: WindowAxis, channels: Int, filters: Int
  ) {
    self.lanes = lanes
    self.rows = rows
    self.down = down
    self.across = across
    self.channels = channels
    self.filters = filters
  }

  /// Floats of workspace that a part of each product needs, at most; the samples do not matter.
  public var workspaceCount: Int {
    var shape = cShape
    return ss_convolution_workspace(&shape)
  }

  var cShape: ss_convolution_shape {
    ss_convolution_shape(
      lanes: lanes, rows: rows, height: down.length, width: across.length, channels: channels,
      kernel_height: down.window, kernel_width: across.window, stride_height: down.stride,
      stride_width: across.stride, padding_top: down.padding, padding_left: across.padding,
      out_height: down.positions, out_width: across.positions, filters: filters)
  }
}

/// One axis that a window passes over.
public struct WindowAxis: Hashable, Sendable {
  /// Places of the axis.
  public var length: Int
  /// Places of the window.
  public var window: Int
  /// From one position of the window to the next.
  public var stride: Int
  /// Places of the first window that are before the first of the axis.
  public var padding: Int
  /// Positions of the window.
  public var positions: Int

  /// An axis; every window has a place on it.
  public init(length: Int, window: Int, stride: Int, padding: Int, positions: Int) {
    self.length = length
    self.window = window
    self.stride = stride
    self.padding = padding
    self.positions = positions
  }
}

/// Convolutions; docs/numeric-contract.md defines each to the bit.
extension KernelSet {
  /// y[B,OH,OW,F] = activation(convolution of x[B,H,W,C] with kernel[KH,KW,C,F] + bias[F]).
  ///
  /// - Parameter workspace: room for ``ConvolutionShape/workspaceCount`` floats; so for the others.
  public func convolutionForward(
    _ shape: ConvolutionShape, part: ProductPart = .whole, _ activation: Activation, x: Tensor,
    kernel: Tensor, bias: Tensor?, y: MutableTensor, workspace: MutableTensor
  ) {
    var shape = shape.cShape
    var part = part.cPart
    table.pointee.convolution_forward(
      &shape, &part, activation.code, x, kernel, bias, y, workspace)
  }

  /// dkernel[KH,KW,C,F] from x[B,H,W,C] and dz[B,OH,OW,F]; and dbias[F], the column sum of dz.
  public func convolutionKernelGradient(
    _ shape: ConvolutionShape, part: ProductPart = .whole, x: Tensor, dz: Tensor,
    dkernel: MutableTensor, dbias: MutableTensor?, workspace: MutableTensor
  ) {
    var shape = shape.cShape
    var part = part.cPart
    table.pointee.convolution_kernel_gradient(&shape, &part, x, dz, dkernel, dbias, workspace)
  }

  /// dx[B,H,W,C] from dz[B,OH,OW,F] and kernel[KH,KW,C,F].
  public func convolutionInputGradient(
    _ shape: ConvolutionShape, part: ProductPart = .whole, dz: Tensor, kernel: Tensor,
    dx: MutableTensor, workspace: MutableTensor
  ) {
    var shape = shape.cShape
    var part = part.cPart
    table.pointee.convolution_input_gradient(&shape, &part, dz, kernel, dx, workspace)
  }
}
