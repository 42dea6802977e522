import Testing

@testable import Kernels

/// Weights and masks.
@Suite struct WeightTests {
  private let nan = Float.nan

  @Test(arguments: KernelSet.available) func whatIsMaskedLeavesItsShareToTheOthers(
    kernels: KernelSet
  ) {
    // Two lanes, three samples of two positions; the second lane keeps 2 of 6.
    let mask: [Float] = [1, 1, 1, 0, 1, 0, 1, 0, 1, 0, 1, 1]
    let samples: [Float] = [1, 1, 2, 2, 0.5, 0.25]
    var weights = [Float](repeating: nan, count: 12)
    mask.withUnsafeBufferPointer { mask in
      samples.withUnsafeBufferPointer { samples in
        kernels.positionWeights(
          RowsShape(lanes: 2, rows: 3, width: 2), mask: mask.baseAddress,
          sampleWeights: samples.baseAddress, weights: &weights)
      }
    }
    #expect(weights == [1, 3, 1, 0, 2, 0, 2, 0, 0.5, 0, 0.5, 0.75])
  }

  @Test(arguments: KernelSet.available) func aMaskOfNothingLeavesNothing(kernels: KernelSet) {
    let mask: [Float] = [0, 0]
    var weights = [nan, nan]
    mask.withUnsafeBufferPointer { mask in
      kernels.positionWeights(
        RowsShape(lanes: 1, rows: 1, width: 2), mask: mask.baseAddress, sampleWeights: nil,
        weights: &weights)
    }
    #expect(weights == [0, 0])
  }

  @Test(arguments: KernelSet.available) func aWeightOfZeroSilencesWhatIsNoNumber(
    kernels: KernelSet
  ) {
    var values = [nan, -1, Float.infinity, 3]
    kernels.weigh(RowsShape(lanes: 1, rows: 2, width: 2), weights: [0, 0.5], values: &values)
    #expect(values.map(\.bitPattern) == [0, 0, Float.infinity.bitPattern, Float(1.5).bitPattern])
  }
}
