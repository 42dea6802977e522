import CKernels

/// What follows a normalization, and what is added to variances.
public struct NormalizationAffine {
  /// γ[W], where results are scaled.
  public let gamma: Tensor?
  /// β[W], where results are shifted.
  public let beta: Tensor?
  /// ε.
  public let epsilon: Float

  /// γ, β and ε.
  public init(gamma: Tensor?, beta: Tensor?, epsilon: Float) {
    self.gamma = gamma
    self.beta = beta
    self.epsilon = epsilon
  }

  var cAffine: ss_affine { ss_affine(gamma: gamma, beta: beta, epsilon: epsilon) }
}

/// Normalizations; docs/numeric-contract.md defines each operation to the bit.
extension KernelSet {
  /// mean[W] and variance[W] of the rows of x[B,W] that the mask[B] leaves; counts[lanes] = how many
  /// they are, or 1 where there are none.
  public func batchMoments(
    _ shape: RowsShape, mask: Tensor?, x: Tensor, mean: MutableTensor, variance: MutableTensor,
    counts: MutableTensor
  ) {
    var shape = shape.cShape
    table.pointee.batch_moments(&shape, mask, x, mean, variance, counts)
  }

  /// moving = keep × moving + share × values, `count` floats of all lanes together.
  public func blend(
    count: Int, keep: Float, share: Float, values: Tensor, moving: MutableTensor
  ) {
    table.pointee.blend(count, keep, share, values, moving)
  }

  /// normal[B,W] = (x − mean[W]) × reciprocal[W], y[B,W] = normal × γ + β.
  public func batchNormalize(
    _ shape: RowsShape, _ affine: NormalizationAffine, x: Tensor, mean: Tensor, variance: Tensor,
    reciprocal: MutableTensor, normal: MutableTensor, y: MutableTensor
  ) {
    var shape = shape.cShape
    var affine = affine.cAffine
    table.pointee.batch_normalize(&shape, &affine, x, mean, variance, reciprocal, normal, y)
  }

  /// dγ[W], dβ[W] and, where it is wanted, dx[B,W], from what the forward pass left.
  public func batchNormalizationGradient(
    _ shape: RowsShape, _ affine: NormalizationAffine, mask: Tensor?, counts: Tensor,
    reciprocal: Tensor, normal: Tensor, dy: Tensor, dgamma: MutableTensor, dbeta: MutableTensor,
    dx: MutableTensor?
  ) {
    var shape = shape.cShape
    var affine = affine.cAffine
    table.pointee.batch_normalization_gradient(
      &shape, &affine, mask, counts, reciprocal, normal, dy, dgamma, dbeta, dx)
  }

  /// normal[B,W] = (x − its row's mean) × reciprocal[B], y[B,W] = normal × γ + β.
  public func layerNormalize(
    _ shape: RowsShape, _ affine: NormalizationAffine, x: Tensor, reciprocal: MutableTensor,
    normal: MutableTensor, y: MutableTensor
  ) {
    var shape = shape.cShape
    var affine = affine.cAffine
    table.pointee.layer_normalize(&shape, &affine, x, reciprocal, normal, y)
  }

  /// dγ[W], dβ[W] and, where it is wanted, dx[B,W]; overwrites dy.
  public func layerNormalizationGradient(
    _ shape: RowsShape, _ affine: NormalizationAffine, reciprocal: Tensor, normal: Tensor,
    dy: MutableTensor, dgamma: MutableTensor, dbeta: MutableTensor, dx: MutableTensor?
  ) {
    var shape = shape.cShape
    var affine = affine.cAffine
    table.pointee.layer_normalization_gradient(
      &shape, &affine, reciprocal, normal, dy, dgamma, dbeta, dx)
  }
}
