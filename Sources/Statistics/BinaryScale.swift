/// A power of two that brings a sample to where squares neither overflow nor underflow.
///
/// Multiplying by a power of two is exact, so that scaling changes no bit of a result. The only
/// exception: beside values above 2⁴⁰⁰, those below 2⁻⁴²² lose bits, 822 binary places further down.
struct BinaryScale {
  /// What the values are multiplied by; the results are divided by it.
  let factor: Double

  /// The scale for values in ascending order, of which there is at least one.
  init(sorted: ArraySlice<Double>) {
    self.init(
      largest: max(sorted[sorted.startIndex].magnitude, sorted[sorted.endIndex - 1].magnitude))
  }

  /// The scale for values of which none has a greater magnitude.
  init(largest magnitude: Double) {
    let threshold = Double(sign: .plus, exponent: 400, significand: 1)
    if magnitude > threshold {
      factor = Double(sign: .plus, exponent: -600, significand: 1)
    } else if magnitude < 1 / threshold {
      factor = Double(sign: .plus, exponent: 600, significand: 1)
    } else {
      factor = 1
    }
  }
}
