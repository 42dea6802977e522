import CKernels

/// A loss that is a term for each value; docs/numeric-contract.md defines each to the bit.
///
/// That of a row is the row sum of its terms, divided by the number of values but where noted.
public enum ValueLoss: Hashable, Sendable {
  /// |p − y|.
  case absoluteError
  /// 100 × |p − y| ÷ |y|.
  case percentageError
  /// Half the square of p − y up to `delta`, a line beyond.
  case huber(delta: Double)
  /// The cross-entropy of the probability p with y.
  case binaryEntropy(LabelSmoothing)
  /// The cross-entropy of the sigmoid of p with y.
  case binaryEntropyOfLogits(LabelSmoothing)
  /// y × log(y ÷ p), which is not divided by the number of values.
  case divergence
  /// −y × log(p) of probabilities, which is not divided by the number of values.
  case classEntropy(LabelSmoothing)
}

extension ValueLoss {
  fileprivate func cLoss(width: Int) -> ss_value_loss {
    func loss(_ kind: ss_value_loss_kind, _ first: Float = 0, _ second: Float = 0) -> ss_value_loss
    {
      ss_value_loss(kind: kind, first: first, second: second, divisor: Float(width))
    }
    switch self {
    case .absoluteError: return loss(SS_ABSOLUTE_ERROR)
    case .percentageError: return loss(SS_PERCENTAGE_ERROR)
    case .huber(let delta): return loss(SS_HUBER, Float(delta), Float(0.5 * (delta * delta)))
    case .binaryEntropy(let smoothing):
      return loss(SS_BINARY_ENTROPY, smoothing.share, smoothing.offset)
    case .binaryEntropyOfLogits(let smoothing):
      return loss(SS_BINARY_ENTROPY_OF_LOGITS, smoothing.share, smoothing.offset)
    case .divergence:
      return ss_value_loss(kind: SS_DIVERGENCE, first: 0, second: 0, divisor: 1)
    case .classEntropy(let smoothing):
      return ss_value_loss(
        kind: SS_CLASS_ENTROPY, first: smoothing.share, second: smoothing.offset, divisor: 1)
    }
  }
}

extension KernelSet {
  /// losses[B] = the loss of each row; gradient[B,W] = the derivatives of its terms × scale.
  public func valueLoss(
    _ shape: RowsShape, _ loss: ValueLoss, predictions: Tensor, targets: Tensor,
    losses: MutableTensor, gradient: MutableTensor?, scale: Float
  ) {
    var loss = loss.cLoss(width: shape.width)
    var shape = shape.cShape
    table.pointee.value_loss(&shape, &loss, predictions, targets, losses, gradient, scale)
  }
}
