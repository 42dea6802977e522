import CKernels

/// The operations of layers and losses; docs/numeric-contract.md defines each to the bit.
extension KernelSet {
  /// Floats of workspace that a part of a product needs: `rows` of outputs, chains of `inner` steps.
  ///
  /// - Precondition: the product of the two does not overflow.
  public static func workspaceCount(rows: Int, inner: Int) -> Int {
    let panel = Int(SS_PANEL_ROWS) * Int(SS_PANEL_COLUMNS)
    return Int(SS_CHUNK_FLOATS) + panel + 2 * max(rows, Int(SS_PANEL_ROWS)) * ((inner + 63) / 64)
  }

  /// y[B,O] = activation(x[B,I] · kernel[I,O] + bias[O]).
  ///
  /// - Parameter workspace: room for ``workspaceCount(rows:inner:)`` of B and I floats.
  public func denseForward(
    _ shape: DenseShape, part: ProductPart = .whole, _ activation: Activation, x: Tensor,
    kernel: Tensor, bias: Tensor?, y: MutableTensor, workspace: MutableTensor
  ) {
    var shape = shape.cShape
    var part = part.cPart
    table.pointee.dense_forward(&shape, &part, activation.code, x, kernel, bias, y, workspace)
  }

  /// dkernel[I,O] = xᵀ[I,B] · dz[B,O].
  ///
  /// - Parameter workspace: room for ``workspaceCount(rows:inner:)`` of I and B floats.
  public func denseKernelGradient(
    _ shape: DenseShape, part: ProductPart = .whole, x: Tensor, dz: Tensor,
    dkernel: MutableTensor, workspace: MutableTensor
  ) {
    var shape = shape.cShape
    var part = part.cPart
    table.pointee.dense_kernel_gradient(&shape, &part, x, dz, dkernel, workspace)
  }

  /// dx[B,I] = dz[B,O] · kernelᵀ[O,I].
  ///
  /// - Parameter workspace: room for ``workspaceCount(rows:inner:)`` of B and O floats.
  public func denseInputGradient(
    _ shape: DenseShape, part: ProductPart = .whole, dz: Tensor, kernel: Tensor,
    dx: MutableTensor, workspace: MutableTensor
  ) {
    var shape = shape.cShape
    var part = part.cPart
    table.pointee.dense_input_gradient(&shape, &part, dz, kernel, dx, workspace)
  }

  /// sum[W] = column sum of x[B,W].
  public func columnSum(_ shape: RowsShape, x: Tensor, sum: MutableTensor) {
    var shape = shape.cShape
    table.pointee.column_sum(&shape, x, sum)
  }

  /// values = activation(values), `count` floats of all lanes together.
  public func activate(_ activation: Activation, count: Int, values: MutableTensor) {
    table.pointee.activate(activation.code, count, values)
  }

  /// Turns the gradient by an activation's result `y` into that by its argument, in place.
  public func activationGradient(
    _ activation: Activation, count: Int, y: Tensor, gradient: MutableTensor
  ) {
    table.pointee.activation_gradient(activation.code, count, y, gradient)
  }

  /// losses[B] = mean squared error of each row; gradient[B,W] = (prediction − target) × scale.
  public func squaredError(
    _ shape: RowsShape, predictions: Tensor, targets: Tensor, losses: MutableTensor,
    gradient: MutableTensor?, scale: Float
  ) {
    var shape = shape.cShape
    table.pointee.squared_error(&shape, predictions, targets, losses, gradient, scale)
  }

  /// sums[lanes] += values[B] in binary64, rows ascending.
  public func accumulate(
    lanes: Int, rows: Int, values: Tensor, sums: UnsafeMutablePointer<Double>
  ) {
    table.pointee.accumulate(lanes, rows, values, sums)
  }

  /// rows[B,W] = the source's rows at places first, first + 1 … of each lane's permutation; without
  /// a permutation those rows themselves. All lanes share the source.
  public func gather(
    _ shape: RowsShape, source: Tensor, permutation: UnsafePointer<UInt32>?, first: Int,
    rows: MutableTensor
  ) {
    var shape = shape.cShape
    table.pointee.gather(&shape, source, permutation, first, rows)
  }
}
