import CKernels

/// How much samples and positions count; docs/numeric-contract.md defines each operation to the bit.
extension KernelSet {
  /// weights[B,W] = how much each of W positions of B samples counts in the loss: the sample's weight
  /// × f32(B·W ÷ positions that the mask leaves), +0 for those that it does not leave.
  ///
  /// - Parameters:
  ///   - mask: [B,W], 0 where a position does not count; without one all do.
  ///   - sampleWeights: [B]; without them all are 1.
  public func positionWeights(
    _ shape: RowsShape, mask: Tensor?, sampleWeights: Tensor?, weights: MutableTensor
  ) {
    var shape = shape.cShape
    table.pointee.position_weights(&shape, mask, sampleWeights, weights)
  }

  /// values[B,W] ×= weights[B]; +0 where a weight is 0, whatever stood there.
  public func weigh(_ shape: RowsShape, weights: Tensor, values: MutableTensor) {
    var shape = shape.cShape
    table.pointee.weigh(&shape, weights, values)
  }
}
