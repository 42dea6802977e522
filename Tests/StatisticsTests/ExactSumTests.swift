import Randomness
import Statistics
import Testing

@Suite struct ExactSumTests {
  /// The hard cases of CPython's `test_math.py`, `testFsum` (those without overflow).
  @Test(
    arguments: [
      (terms: [], sum: 0),
      (terms: [0.0], sum: 0),
      (terms: [1e100, 1.0, -1e100, 1e-100, 1e50, -1.0, -1e50], sum: 1e-100),
      (terms: [0x1p53, -0.5, -0x1p-54], sum: 0x1p53 - 1),
      (terms: [0x1p53, 1.0, 0x1p-100], sum: 0x1p53 + 2),
      (terms: [0x1p53 + 10, 1.0, 0x1p-100], sum: 0x1p53 + 12),
      (terms: [0x1p53 - 4, 0.5, 0x1p-54], sum: 0x1p53 - 3),
      (terms: [1e16, 1.0, 1e-16], sum: 10_000_000_000_000_002),
      (terms: [1e16 - 2, 1 - 0x1p-53, -(1e16 - 2), -(1 - 0x1p-53)], sum: 0),
    ] as [(terms: [Double], sum: Double)])
  func roundsOnce(_ example: (terms: [Double], sum: Double)) {
    #expect(sum(example.terms) == example.sum)
    #expect(sum(example.terms.reversed()) == example.sum)
  }

  /// Whole numbers below 2⁵³ have an exact sum that integers can check.
  @Test func agreesWithWholeNumbers() {
    let seed = UInt64.random(in: .min ... .max)
    var generator = SplitMix64(state: seed)
    for _ in 0..<100 {
      let terms = (0..<50).map { _ in Int64.random(in: -(1 << 46)...1 << 46, using: &generator) }
      let exact = Double(terms.reduce(0, +))
      // A term far below and its opposite leave the sum as it is, but lengthen the list of partials.
      let scattered = terms.flatMap { [Double($0), 0x1p-60] } + terms.map { _ in -0x1p-60 }
      #expect(sum(scattered.shuffled(using: &generator)) == exact, "seed \(seed)")
    }
  }

  private func sum(_ terms: [Double]) -> Double {
    var sum = ExactSum()
    for term in terms { sum.add(term) }
    return sum.value
  }
}
