import Testing

@testable import Kernels

/// The mean over the steps of a sequence, of which a mask may leave out some.
@Suite struct AverageTests {
  /// Two lanes, two samples of three steps with one value.
  private let shape = SequenceShape(lanes: 2, rows: 2, steps: 3, width: 1)
  private let mask: [Float] = [1, 0, 1, 1, 0, 1, 1, 0, 0, 0, 1, 0]

  @Test(arguments: KernelSet.available) func stepsThatAreMaskedDoNotCount(kernels: KernelSet) {
    let x: [Float] = [2, .nan, 4, 6, .infinity, 10, 1, .nan, .nan, .nan, 5, .nan]
    var y = [Float](repeating: .nan, count: 4)
    mask.withUnsafeBufferPointer { mask in
      kernels.averageSteps(shape, x: x, mask: mask.baseAddress, y: &y)
    }
    #expect(y == [3, 8, 3, 0])
  }

  @Test(arguments: KernelSet.available) func norDoTheyHaveAGradient(kernels: KernelSet) {
    var dx = [Float](repeating: .nan, count: 12)
    mask.withUnsafeBufferPointer { mask in
      kernels.averageStepsGradient(shape, mask: mask.baseAddress, dy: [2, 4, 6, 8], dx: &dx)
    }
    #expect(dx == [1, 0, 1, 2, 0, 2, 3, 0, 0, 0, 3, 0])
  }
}
