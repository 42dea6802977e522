import CKernels

/// Activations that no product applies itself, value by value.
public enum Pointwise: UInt32, Sendable, CaseIterable {
  /// x where it is above 0, else x times the slope that is its argument.
  case leakyRelu = 0
  /// x × sigmoid(x).
  case silu = 1
  /// log(1 + exp(x)).
  case softplus = 2
  /// x times the normal distribution function of x, by its approximation with tanh.
  case geluTanh = 3
  /// x times the normal distribution function of x.
  case gelu = 4
  /// x where it is above 0, else (exp(x) − 1) times its argument α.
  case elu = 5
  /// The same with an α and a scale that keep means and variances.
  case selu = 6
  /// clip(x + 3, 0, 6) ÷ 6, which Keras 3 calls hard sigmoid.
  case hardSigmoid = 7
  /// clip(0.2 x + 0.5, 0, 1), which Keras 2 calls hard sigmoid.
  case hardSigmoidKeras2 = 8
}

extension Pointwise {
  var code: ss_pointwise { ss_pointwise(rawValue) }

  /// Whether the derivative is computed from the function's argument and not from its result.
  public var needsArgument: Bool {
    switch self {
    case .leakyRelu, .elu, .selu, .hardSigmoid, .hardSigmoidKeras2: false
    case .silu, .softplus, .gelu, .geluTanh: true
    }
  }
}

/// Activations; docs/numeric-contract.md defines each operation to the bit.
extension KernelSet {
  /// y[count] = function(z[count]); `y` may be `z`.
  ///
  /// - Parameter argument: the function's own, where it has one.
  public func pointwise(
    _ function: Pointwise, argument: Float, count: Int, z: Tensor, y: MutableTensor
  ) {
    table.pointee.pointwise(function.code, argument, count, z, y)
  }

  /// Multiplies gradient[count] by the derivative of `function`.
  ///
  /// - Parameter value: the function's argument where it ``Pointwise/needsArgument``, else its
  ///   result.
  public func pointwiseGradient(
    _ function: Pointwise, argument: Float, count: Int, value: Tensor, gradient: MutableTensor
  ) {
    table.pointee.pointwise_gradient(function.code, argument, count, value, gradient)
  }

  /// y[B,W] = softmax of each row of z[B,W]; `y` may be `z`.
  public func softmax(_ shape: RowsShape, z: Tensor, y: MutableTensor) {
    var shape = shape.cShape
    table.pointee.softmax(&shape, z, y)
  }

  /// Turns the gradient by a softmax's result y[B,W] into that by its argument, in place.
  public func softmaxGradient(_ shape: RowsShape, y: Tensor, gradient: MutableTensor) {
    var shape = shape.cShape
    table.pointee.softmax_gradient(&shape, y, gradient)
  }
}
