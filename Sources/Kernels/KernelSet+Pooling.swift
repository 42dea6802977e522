import CKernels

/// The sizes of a pooling of two axes: x[B,H,W,C], y[B,OH,OW,C].
public struct PoolingShape: Hashable, Sendable {
  /// Trials of the pack.
  public var lanes: Int
  /// Samples of the batch.
  public var rows: Int
  /// Down the input.
  public var down: WindowAxis
  /// Across it.
  public var across: WindowAxis
  /// Values of a position.
  public var channels: Int

  /// Sizes.
  public init(lanes: Int, rows: Int, down: WindowAxis, across: WindowAxis, channels: Int) {
    self.lanes = lanes
    self.rows = rows
    self.down = down
    self.across = across
    self.channels = channels
  }

  var cShape: ss_pooling_shape {
    ss_pooling_shape(
      lanes: lanes, rows: rows, height: down.length, width: across.length, channels: channels,
      pool_height: down.window, pool_width: across.window, stride_height: down.stride,
      stride_width: across.stride, padding_top: down.padding, padding_left: across.padding,
      out_height: down.positions, out_width: across.positions)
  }
}

/// The sizes of a batch of sequences: x[B,T,C].
public struct SequenceShape: Hashable, Sendable {
  /// Trials of the pack.
  public var lanes: Int
  /// Samples of the batch.
  public var rows: Int
  /// Steps of a sample.
  public var steps: Int
  /// Values of a step.
  public var width: Int

  /// Sizes.
  public init(lanes: Int, rows: Int, steps: Int, width: Int) {
    self.lanes = lanes
    self.rows = rows
    self.steps = steps
    self.width = width
  }

  var cShape: ss_sequence_shape {
    ss_sequence_shape(lanes: lanes, rows: rows, steps: steps, width: width)
  }
}

/// Where in its window, row-major, each output of a max pooling stood.
public typealias PoolingPlaces = UnsafeMutablePointer<UInt32>

/// Poolings; docs/numeric-contract.md defines each to the bit.
extension KernelSet {
  /// y[B,OH,OW,C] = the largest value of each window of x[B,H,W,C]; leaves its place for the gradient.
  public func maxPooling(
    _ shape: PoolingShape, x: Tensor, y: MutableTensor, places: PoolingPlaces
  ) {
    var shape = shape.cShape
    table.pointee.max_pooling(&shape, x, y, places)
  }

  /// dx[B,H,W,C] = the gradient of the pooling that left `places`.
  public func maxPoolingGradient(
    _ shape: PoolingShape, places: UnsafePointer<UInt32>, dy: Tensor, dx: MutableTensor
  ) {
    var shape = shape.cShape
    table.pointee.max_pooling_gradient(&shape, places, dy, dx)
  }

  /// y[B,C] = the mean over T of x[B,T,C]; where there is a mask[B,T], over the steps where it is not
  /// 0, and +0 where none is left.
  public func averageSteps(
    _ shape: SequenceShape, x: Tensor, mask: Tensor? = nil, y: MutableTensor
  ) {
    var shape = shape.cShape
    table.pointee.average_steps(&shape, x, mask, y)
  }

  /// dx[B,T,C] = its gradient.
  public func averageStepsGradient(
    _ shape: SequenceShape, mask: Tensor? = nil, dy: Tensor, dx: MutableTensor
  ) {
    var shape = shape.cShape
    table.pointee.average_steps_gradient(&shape, mask, dy, dx)
  }
}
