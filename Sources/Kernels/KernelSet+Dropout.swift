import CKernels

/// A dropout of one layer at one step.
public struct DropoutDraw: Hashable, Sendable {
  /// Values whose random word is below it are kept: 0 up to 2³².
  public let threshold: UInt64
  /// What kept values are multiplied by.
  public let factor: Float
  /// Of the layer's path.
  public let instance: UInt32
  /// The optimizer's steps so far.
  public let step: UInt32

  /// A draw of the layer's words at one step.
  ///
  /// - Precondition: the threshold is at most 2³².
  public init(threshold: UInt64, factor: Float, instance: UInt32, step: UInt32) {
    self.threshold = threshold
    self.factor = factor
    self.instance = instance
    self.step = step
  }

  var cDraw: ss_dropout {
    ss_dropout(threshold: threshold, factor: factor, instance: instance, step: step)
  }
}

/// Which values a dropout kept: value e's bit is number e mod 64 of word e ÷ 64.
public typealias DropoutMask = UnsafeMutablePointer<UInt64>

/// Dropout; docs/numeric-contract.md defines it to the bit.
extension KernelSet {
  /// Words of a mask of `values` values, those of all lanes together.
  public static func maskWordCount(values: Int) -> Int { (values + 63) / 64 }

  /// y[B,W] = dropout of x[B,W]; leaves the mask for the gradient.
  ///
  /// - Parameter mask: room for ``maskWordCount(values:)``; bits beyond the last value are
  ///   arbitrary.
  public func dropout(
    _ shape: RowsShape, _ draw: DropoutDraw, seeds: UnsafePointer<UInt64>, x: Tensor,
    y: MutableTensor, mask: DropoutMask
  ) {
    var shape = shape.cShape
    var draw = draw.cDraw
    table.pointee.dropout(&shape, &draw, seeds, x, y, mask)
  }

  /// dx[B,W] = the gradient by its argument of the dropout that left `mask`.
  public func dropoutGradient(
    _ shape: RowsShape, _ draw: DropoutDraw, mask: UnsafePointer<UInt64>, dy: Tensor,
    dx: MutableTensor
  ) {
    var shape = shape.cShape
    var draw = draw.cDraw
    table.pointee.dropout_gradient(&shape, &draw, mask, dy, dx)
  }
}
