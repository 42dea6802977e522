import Kernels
import Randomness

/// Random tensors that a printed seed gives again.
struct TensorSource {
  private var words: SplitMix64
  /// To be printed when a test fails.
  let seed: UInt64

  init(seed: UInt64 = .random(in: .min ... .max)) {
    self.seed = seed
    words = SplitMix64(state: seed)
  }

  mutating func word() -> UInt64 { words.next() }

  mutating func number(in range: ClosedRange<Int>) -> Int {
    range.lowerBound + Int(word() % UInt64(range.count))
  }

  /// Values of all magnitudes that neither overflow nor lose everything when multiplied; some
  /// zeros.
  mutating func values(_ count: Int) -> [Float] {
    (0..<count).map { _ in
      let bits = word()
      if bits % 17 == 0 { return bits % 2 == 0 ? 0 : -0.0 }
      let fraction = Float(bits >> 40) * 0x1p-23 - 1
      return fraction * Float(sign: .plus, exponent: Int(bits % 24) - 16, significand: 1)
    }
  }
}

/// The values of one lane.
func lane(_ number: Int, of lanes: Int, _ values: [Float]) -> [Float] {
  stride(from: number, to: values.count, by: lanes).map { values[$0] }
}

/// Bits, with all NaNs the same.
func bits(_ values: [Float]) -> [UInt32] {
  values.map { $0.isNaN ? 0x7fc0_0000 : $0.bitPattern }
}
