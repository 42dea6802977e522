import Kernels

/// One matrix product of a dense layer. The only file that knows how the kernels are called.
struct ProductCall {
  /// Which of a layer's products.
  enum Kind: String, CaseIterable {
    case forward = "forward"
    case kernelGradient = "kernel gradient"
    case inputGradient = "input gradient"
  }

  /// Which product.
  let kind: Kind
  /// Of which sizes.
  let shape: DenseShape

  /// Floats of the operand of which a part is 0: x[B,I], or dz[B,O] in the input's gradient.
  var sparseCount: Int { shape.rows * (kind == .inputGradient ? shape.outputs : shape.inputs) }

  /// Floats of the other one: kernel[I,O], or dz[B,O] in the kernel's gradient.
  var denseCount: Int { shape.outputs * (kind == .kernelGradient ? shape.rows : shape.inputs) }

  /// Floats of the result.
  var resultCount: Int {
    switch kind {
    case .forward: shape.rows * shape.outputs
    case .kernelGradient: shape.inputs * shape.outputs
    case .inputGradient: shape.rows * shape.inputs
    }
  }

  /// Operations, two for each multiply-add, where none is left out.
  var operations: Double { 2 * Double(shape.rows * shape.inputs * shape.outputs) }

  /// Floats of workspace.
  var workspaceCount: Int {
    switch kind {
    case .forward:
      KernelSet.workspaceCount(rows: shape.rows, inner: shape.inputs)
    case .kernelGradient:
      KernelSet.workspaceCount(rows: shape.inputs, inner: shape.rows)
    case .inputGradient:
      KernelSet.workspaceCount(rows: shape.rows, inner: shape.outputs)
    }
  }

  /// Computes the product.
  func run(_ kernels: KernelSet, _ operands: ProductOperands) {
    switch kind {
    case .forward:
      kernels.denseForward(
        shape, .linear, x: operands.sparse, kernel: operands.dense, bias: nil,
        y: operands.result, workspace: operands.workspace)
    case .kernelGradient:
      kernels.denseKernelGradient(
        shape, x: operands.sparse, dz: operands.dense, dkernel: operands.result,
        workspace: operands.workspace)
    case .inputGradient:
      kernels.denseInputGradient(
        shape, dz: operands.sparse, kernel: operands.dense, dx: operands.result,
        workspace: operands.workspace)
    }
  }
}

/// The memory of a product, aligned as a trainer's arena is.
final class ProductOperands {
  let sparse: MutableTensor
  let dense: MutableTensor
  let result: MutableTensor
  let workspace: MutableTensor

  /// Values in [-1, 1), of which in one operand the share `zeros` is 0.
  init(_ call: ProductCall, zeros: Double) {
    var generator = SplitMix(state: 1)
    sparse = Self.allocate(call.sparseCount) {
      generator.unit() < zeros ? 0 : Float(2 * generator.unit() - 1)
    }
    dense = Self.allocate(call.denseCount) { Float(2 * generator.unit() - 1) }
    result = Self.allocate(call.resultCount) { 0 }
    workspace = Self.allocate(call.workspaceCount) { 0 }
  }

  deinit { for tensor in [sparse, dense, result, workspace] { tensor.deallocate() } }

  private static func allocate(_ count: Int, _ value: () -> Float) -> MutableTensor {
    let memory = UnsafeMutableRawPointer.allocate(byteCount: count * 4, alignment: 64)
      .bindMemory(to: Float.self, capacity: count)
    for place in 0..<count { memory[place] = value() }
    return memory
  }
}

/// Steele, Lea and Flood's generator (OOPSLA 2014): data for measuring need no better one.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var word = state
    word = (word ^ (word >> 30)) &* 0xbf58_476d_1ce4_e5b9
    word = (word ^ (word >> 27)) &* 0x94d0_49bb_1331_11eb
    return word ^ (word >> 31)
  }

  /// In [0, 1).
  mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }
}
