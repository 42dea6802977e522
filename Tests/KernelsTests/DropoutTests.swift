import Kernels
import Randomness
import SweepModel
import Testing

/// Dropout against the module Randomness, which specifies its words.
@Suite struct DropoutTests {
  private static let step: UInt32 = 4_000_000_000
  private static let instance = RandomStream.instance(ofPath: "dropout_1")

  private func seeds(_ count: Int) -> [UInt64] {
    (0..<UInt64(count)).map { MasterSeed(3).trialSeed(at: TrialIndex($0)).rawValue }
  }

  /// The values and the gradient of one dropout.
  private func run(
    _ kernels: KernelSet, _ shape: RowsShape, threshold: UInt64, x: [Float], dy: [Float]
  ) -> [[Float]] {
    let draw = DropoutDraw(
      threshold: threshold, factor: 5 / 3, instance: Self.instance, step: Self.step)
    // A word too many, which must stay as it is.
    var mask = [UInt64](repeating: 7, count: KernelSet.maskWordCount(values: x.count) + 1)
    var y = [Float](repeating: .nan, count: x.count)
    var dx = y
    kernels.dropout(shape, draw, seeds: seeds(shape.lanes), x: x, y: &y, mask: &mask)
    kernels.dropoutGradient(shape, draw, mask: mask, dy: dy, dx: &dx)
    #expect(mask[mask.count - 1] == 7, "\(shape)")
    return [y, dx]
  }

  /// The words of all values.
  private func words(_ count: Int, lanes: Int) -> [UInt32] {
    let seeds = seeds(lanes)
    return stride(from: 0, to: count, by: 4).flatMap { element -> [UInt32] in
      let blocks = seeds.map {
        RandomStream.dropout.block(
          seed: TrialSeed($0), instance: Self.instance, step: Self.step,
          number: UInt32(element / 4))
      }
      return (0..<min(4, count - element)).flatMap { word in blocks.map { $0[word] } }
    }
  }

  @Test(arguments: KernelSet.available, [1, 2, 3, 7, 8, 13, 16])
  func valuesAreKeptAsTheSpecificationSays(_ kernels: KernelSet, _ lanes: Int) {
    var source = TensorSource()
    let thresholds: [UInt64] = [0, 1, 0x9999_9999, 0x8000_0000, 0xffff_ffff, 1 << 32]
    for (rows, width) in [(1, 1), (3, 1), (2, 5), (4, 16), (5, 13), (3, 67)] {
      let shape = RowsShape(lanes: lanes, rows: rows, width: width)
      let x = source.values(rows * width * lanes)
      let dy = source.values(x.count)
      let words = words(rows * width, lanes: lanes)
      for threshold in thresholds {
        let expected = [x, dy].map { values in
          zip(values, words).map { UInt64($1) < threshold ? $0 * (5 / 3) : 0 }
        }
        let results = run(kernels, shape, threshold: threshold, x: x, dy: dy)
        let isAsSpecified = results.map(bits) == expected.map(bits)
        #expect(isAsSpecified, "seed \(source.seed), \(shape), \(threshold)")
      }
    }
  }

  @Test(arguments: KernelSet.available)
  func whatIsNotKeptIsZeroWhateverItWas(_ kernels: KernelSet) {
    let specials: [Float] = [.nan, .infinity, -.infinity, -0.0, -1]
    let values = (0..<200).map { specials[$0 % specials.count] }
    let shape = RowsShape(lanes: 1, rows: 2, width: 100)
    for result in run(kernels, shape, threshold: 0, x: values, dy: values) {
      #expect(result.allSatisfy { $0.bitPattern == 0 })
    }
    for result in run(kernels, shape, threshold: 1 << 32, x: values, dy: values) {
      #expect(bits(result) == bits(values.map { $0 * (5 / 3) }))
    }
  }
}
