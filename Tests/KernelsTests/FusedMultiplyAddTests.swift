import Kernels
import Testing

/// Products and sums that are rounded once, also by kernels for CPUs that have no such instruction.
@Suite struct FusedMultiplyAddTests {
  /// a × b + c for all b and c, as the second step of a chain: the first is 1 × c.
  private func chain(_ a: Float, _ b: [Float], _ c: [Float], _ kernels: KernelSet) -> [Float] {
    let shape = DenseShape(lanes: 1, rows: 1, inputs: 2, outputs: b.count)
    var y = [Float](repeating: .nan, count: b.count)
    var space = [Float](
      repeating: .nan, count: KernelSet.workspaceCount(rows: 1, inner: 2))
    kernels.denseForward(
      shape, .linear, x: [1, a], kernel: c + b, bias: nil, y: &y, workspace: &space)
    return y
  }

  /// Values of all exponents; many have few bits, so that sums fall on midpoints and just beside.
  private func values(_ count: Int, _ source: inout TensorSource) -> [Float] {
    (0..<count).map { _ in
      let word = source.word()
      let bits = UInt32(truncatingIfNeeded: word)
      switch word >> 32 % 4 {
      case 0: return Float(bitPattern: bits)
      case 1: return Float(bitPattern: bits & 0xff80_0fff)
      case 2: return Float(bitPattern: bits & 0xfff8_0000)
      default: return Float(bitPattern: bits & 0x807f_ffff)
      }
    }
  }

  @Test(arguments: KernelSet.available) func sumsAreRoundedOnce(_ kernels: KernelSet) {
    var source = TensorSource()
    for a in values(300, &source) {
      let b = values(64, &source)
      let c = zip(b, values(64, &source)).map { b, other -> Float in
        // Half of the time near −a × b, where most of the sum cancels and the rest decides.
        let near = Float(bitPattern: (-a * b).bitPattern &+ other.bitPattern % 64)
        return other.bitPattern % 2 == 0 || !near.isFinite ? other : near
      }
      // The chain starts with 1 × c + 0, which is c but for −0.
      let expected = zip(b, c).map { b, c in (c + 0).addingProduct(a, b) }
      #expect(bits(chain(a, b, c, kernels)) == bits(expected), "seed \(source.seed)")
    }
  }
}
