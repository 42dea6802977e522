import Kernels
import Testing

/// Products of operands with many zeros, whose steps the fast kernels skip: no bit may tell.
@Suite struct SparseProductTests {
  /// A product whose left operand is mostly zeros, of either sign, with columns enough to skip.
  private struct SparseProduct {
    let shape: DenseShape
    var x: [Float]
    var kernel: [Float]
    var dz: [Float]

    init(rows: Int, inputs: Int, outputs: Int, density: UInt64, from source: inout TensorSource) {
      shape = DenseShape(lanes: 1, rows: rows, inputs: inputs, outputs: outputs)
      x = Self.sparse(rows * inputs, density, &source)
      kernel = source.values(inputs * outputs)
      dz = Self.sparse(rows * outputs, density, &source)
    }

    /// Values of which `density` percent are not zero.
    private static func sparse(
      _ count: Int, _ density: UInt64, _ source: inout TensorSource
    ) -> [Float] {
      source.values(count).map { value in
        let word = source.word()
        return word >> 8 % 100 < density ? value : word % 2 == 0 ? 0 : -0.0
      }
    }

    /// y, dkernel and dx.
    func results(_ kernels: KernelSet) -> [[UInt32]] {
      let longest = max(shape.rows, shape.inputs, shape.outputs)
      var space = [Float](
        repeating: .nan,
        count: KernelSet.workspaceCount(rows: longest, inner: longest))
      var y = [Float](repeating: .nan, count: shape.rows * shape.outputs)
      kernels.denseForward(
        shape, .linear, x: x, kernel: kernel, bias: nil, y: &y, workspace: &space)
      var dkernel = [Float](repeating: .nan, count: shape.inputs * shape.outputs)
      kernels.denseKernelGradient(shape, x: x, dz: dz, dkernel: &dkernel, workspace: &space)
      var dx = [Float](repeating: .nan, count: shape.rows * shape.inputs)
      kernels.denseInputGradient(shape, dz: dz, kernel: kernel, dx: &dx, workspace: &space)
      return [y, dkernel, dx].map(bits)
    }
  }

  @Test(arguments: KernelSet.available)
  func skippedZerosChangeNoBit(_ kernels: KernelSet) {
    var source = TensorSource()
    // Chains around multiples of 64 steps, with panels of columns that are full and that are not.
    for (rows, inputs, outputs) in [
      (9, 64, 128), (65, 130, 150), (70, 257, 256), (64, 150, 129), (20, 140, 300),
    ] {
      for density in [0, 5, 40] as [UInt64] {
        let product = SparseProduct(
          rows: rows, inputs: inputs, outputs: outputs, density: density, from: &source)
        #expect(
          product.results(kernels) == product.results(.reference),
          "seed \(source.seed), \(product.shape), \(density)%")
        // Zeros in the gradient alone: that of the kernel is then computed as its transpose.
        var other = product
        other.x = source.values(rows * inputs)
        #expect(
          other.results(kernels) == other.results(.reference),
          "seed \(source.seed), \(product.shape), \(density)%, inputs without zeros")
      }
    }
  }

  /// Zero times infinity is NaN: where the other factor is not finite no zero may be skipped.
  @Test(arguments: KernelSet.available)
  func zerosMeetInfinities(_ kernels: KernelSet) {
    var source = TensorSource()
    for value in [Float.infinity, -.infinity, .nan] {
      var product = SparseProduct(
        rows: 70, inputs: 200, outputs: 140, density: 10, from: &source)
      product.kernel[source.number(in: 0...product.kernel.count - 1)] = value
      product.x[source.number(in: 0...product.x.count - 1)] = value
      product.dz[source.number(in: 0...product.dz.count - 1)] = value
      let expected = product.results(.reference)
      #expect(expected.allSatisfy { $0.contains(0x7fc0_0000) })
      #expect(product.results(kernels) == expected, "seed \(source.seed)")
    }
  }

  /// A sum that underflows to −0 becomes +0 by the next zero of its chain, skipped or not.
  @Test(arguments: KernelSet.available)
  func negativeZerosOfUnderflowAreTheChains(_ kernels: KernelSet) {
    var source = TensorSource()
    var product = SparseProduct(rows: 40, inputs: 130, outputs: 128, density: 0, from: &source)
    product.x = product.x.map { _ in 0 }
    for row in 0..<40 { product.x[row * 130 + row * 3 + row % 2] = 0x1p-100 }
    product.kernel = product.kernel.map { $0 < 0 ? -0x1p-100 : 0x1p-100 }
    // The last step of row 39's chain is its only one: there −0 stays.
    product.x[39 * 130 + 118] = 0
    product.x[39 * 130 + 129] = 0x1p-100
    let expected = product.results(.reference)
    #expect(expected[0].contains(0x8000_0000))
    #expect(expected[0].contains(0))
    #expect(product.results(kernels) == expected)
  }
}
