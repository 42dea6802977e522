import Kernels
import SweepModel

/// What a layer applies to its result z: y = a(z), over samples of one shape.
///
/// Some activations are applied by a product itself (``fused``), the others afterwards. A layer
/// writes z to ``argument(_:)``, calls ``apply(_:)`` at the end of its forward pass and
/// ``differentiate(_:)`` at the beginning of its backward pass, and asks for ``retained(rows:lanes:)``:
///
///     denseForward(…, activation.fused, …, y: activation.argument(pass), …)
///     activation.apply(pass)
///
///     activation.differentiate(pass)  // outputGradient is now the gradient by z
struct LayerActivation: Sendable {
  private enum Form: Sendable {
    case fused(Activation)
    case pointwise(Pointwise, argument: Float)
    case softmax
  }

  private let form: Form
  /// Values of the last axis.
  private let width: Int
  /// Rows of that width in a sample.
  private let positions: CheckedCount

  /// The activation that a checked argument `activation` names, of results of `shape`.
  ///
  /// - Throws: ``ComponentError`` where it cannot be applied to such results.
  init(_ configuration: Configuration, shape: [Int]) throws(ComponentError) {
    width = shape.last ?? 1
    positions = CheckedCount(shape: shape.dropLast())
    switch configuration.kind {
    case Activations.softmax.kind:
      guard width > 1 else {
        throw ComponentError(
          argument: "activation",
          message: "a softmax over 1 value is always 1: use sigmoid, or 2 units or more")
      }
      form = .softmax
    default:
      form =
        switch Activations.resolve(configuration) {
        case .fused(let activation): .fused(activation)
        case .pointwise(let function, let argument): .pointwise(function, argument: argument)
        }
    }
  }

  /// The part that a product applies itself; `linear` where it is all left to ``apply(_:)``.
  var fused: Activation {
    if case .fused(let activation) = form { activation } else { .linear }
  }

  /// Whether ``fused`` is all of it.
  var isFused: Bool {
    if case .fused = form { true } else { false }
  }

  /// Whether the gradient is computed from z, which is then kept beside y.
  private var needsArgument: Bool {
    if case .pointwise(let function, _) = form { function.needsArgument } else { false }
  }

  /// Floats to retain from a forward pass to its backward pass, at the beginning of the layer's
  /// retained memory: 0 for most.
  func retained(rows: Int, lanes: Int) -> CheckedCount {
    needsArgument
      ? CheckedCount(rows) * CheckedCount(lanes) * positions * CheckedCount(width) : 0
  }

  /// Where the layer writes z: its output or its retained memory.
  func argument(_ pass: LayerPass) -> MutableTensor {
    needsArgument ? pass.tensors.retained : pass.tensors.output
  }

  /// Makes `output` of z, to which ``fused`` has been applied.
  func apply(_ pass: LayerPass) {
    apply(pass, z: Tensor(argument(pass)), y: pass.tensors.output)
  }

  /// Turns `outputGradient` from the gradient by y into that by z.
  func differentiate(_ pass: LayerPass) {
    differentiate(
      pass, z: Tensor(argument(pass)), y: Tensor(pass.tensors.output),
      gradient: pass.tensors.outputGradient)
  }

  /// The same for any tensors of the shape: y from z, to which ``fused`` has been applied.
  func apply(_ pass: LayerPass, z: Tensor, y: MutableTensor) {
    let kernels = pass.kernels
    switch form {
    case .fused: break
    case .pointwise(let function, let argument):
      inParts(pass) { first, shape in
        kernels.pointwise(
          function, argument: argument, count: shape.rows * width * shape.lanes, z: z + first,
          y: y + first)
      }
    case .softmax:
      inParts(pass) { first, shape in kernels.softmax(shape, z: z + first, y: y + first) }
    }
  }

  /// The same for any tensors of the shape: the gradient by z from that by y, in place.
  func differentiate(_ pass: LayerPass, z: Tensor, y: Tensor, gradient: MutableTensor) {
    let kernels = pass.kernels
    switch form {
    case .fused(let activation):
      let count = pass.rows * positions.value * width * pass.lanes
      kernels.activationGradient(activation, count: count, y: y, gradient: gradient)
    case .pointwise(let function, let argument):
      let value = function.needsArgument ? z : y
      inParts(pass) { first, shape in
        kernels.pointwiseGradient(
          function, argument: argument, count: shape.rows * width * shape.lanes,
          value: value + first, gradient: gradient + first)
      }
    case .softmax:
      inParts(pass) { first, shape in
        kernels.softmaxGradient(shape, y: y + first, gradient: gradient + first)
      }
    }
  }

  /// Has each thread work on rows of its own.
  private func inParts(_ pass: LayerPass, _ body: (_ first: Int, RowsShape) -> Void) {
    let rows = pass.rows * positions.value
    pass.team.run { number in
      let start = rows * number / pass.team.count
      let end = rows * (number + 1) / pass.team.count
      guard start < end else { return }
      body(
        start * width * pass.lanes, RowsShape(lanes: pass.lanes, rows: end - start, width: width))
    }
  }
}
