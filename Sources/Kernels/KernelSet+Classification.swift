import CKernels

/// How the targets of a classification stand.
public enum TargetForm: UInt32, Sendable, CaseIterable {
  /// targets[B]: the number of the class, a whole number below the predictions' width.
  case sparse = 0
  /// targets[B,W]: a probability for each class.
  case categorical = 1
}

extension TargetForm {
  var code: ss_target_form { ss_target_form(rawValue) }
}

/// What becomes of a target y: y × share + offset.
public struct LabelSmoothing: Hashable, Sendable {
  /// What is left of the target.
  public var share: Float
  /// What every target gets.
  public var offset: Float

  /// Keras's `label_smoothing`, spread over so many classes: f32(1 − smoothing) and f32(smoothing ÷
  /// classes).
  public init(_ smoothing: Double, classes: Int) {
    share = Float(1 - smoothing)
    offset = Float(smoothing / Double(classes))
  }

  /// The target as it is.
  public static let none = LabelSmoothing(0, classes: 1)
}

/// Classification; docs/numeric-contract.md defines each operation to the bit.
extension KernelSet {
  /// losses[B] = cross-entropy of the targets with the softmax of each row of logits[B,W];
  /// gradient[B,W] = (softmax − target) × scale. Probabilities are smoothed, class numbers are not.
  ///
  /// - Precondition: sparse targets are whole numbers below the width; they are used as indices.
  public func crossEntropy(
    _ shape: RowsShape, _ form: TargetForm, logits: Tensor, targets: Tensor,
    losses: MutableTensor, gradient: MutableTensor, scale: Float,
    smoothing: LabelSmoothing = .none
  ) {
    var shape = shape.cShape
    var constants = ss_entropy(scale: scale, share: smoothing.share, offset: smoothing.offset)
    table.pointee.cross_entropy(&shape, form.code, logits, targets, losses, gradient, &constants)
  }

  /// values[B] = 1 where the first largest prediction of a row is the target's class, else +0.
  public func accuracy(
    _ shape: RowsShape, _ form: TargetForm, predictions: Tensor, targets: Tensor,
    values: MutableTensor
  ) {
    var shape = shape.cShape
    table.pointee.accuracy(&shape, form.code, predictions, targets, values)
  }
}
