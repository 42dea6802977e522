import Kernels

/// Random tensors that a printed seed gives again.
struct TensorSource {
  private var state: UInt64
  /// To be printed when a test fails.
  let seed: UInt64

  init(seed: UInt64 = .random(in: .min ... .max)) {
    self.seed = seed
    state = seed
  }

  // Source: S. Vigna, splitmix64.c, public domain.
  mutating func word() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var word = state
    word = (word ^ word >> 30) &* 0xbf58_476d_1ce4_e5b9
    word = (word ^ word >> 27) &* 0x94d0_49bb_1331_11eb
    return word ^ word >> 31
  }

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
