import Foundation
import Kernels
import Testing

/// The inverse normal distribution function against the distribution function itself.
@Suite struct NormalDistributionTests {
  private func share(below x: Double) -> Double { 0.5 * erfc(-x / 2.0.squareRoot()) }

  @Test func quantilesHaveTheirShareBelow() {
    // From one end to the other, denser towards the ends.
    for step in 1..<4000 {
      let half = pow(2, -33 * Double(step) / 4000)
      let z = NormalDistribution.quantile(half / 2)
      // In the tails the logarithm is binary32's, which moves the value by 2⁻²⁴ of it or less.
      #expect(abs(share(below: z) / (half / 2) - 1) < 1e-7 * (1 + z * z), "\(half / 2): \(z)")
      let other = NormalDistribution.quantile(1 - half / 2)
      #expect(abs(z + other) < 1e-6, "\(half / 2)")
    }
  }

  /// Published values: AS 241's own test, and the usual tables.
  @Test func someQuantilesAreThePublished() {
    let published = [
      0.25: -0.6744897501960817, 0.001: -3.090232306167814, 0.975: 1.959963984540054, 0.5: 0,
    ]
    for (p, z) in published {
      #expect(abs(NormalDistribution.quantile(p) - z) < 2e-7, "\(p)")
    }
    #expect(NormalDistribution.quantile(0.25) == -0.6744897501960817)
  }

  @Test func wordsGiveTheWholeRangeInOrder() {
    let words: [UInt32] = [0, 1, 2, 1 << 20, 1 << 29, 1 << 31, 3 << 30, .max - 1, .max]
    let values = words.map { NormalDistribution.value(of: $0) }
    #expect(values == values.sorted() && abs(values[0] + 6.3379) < 0.001)
    #expect(values[0] + values[8] == 0)
    let cut = words.map { NormalDistribution.truncatedValue(of: $0) }
    #expect(cut == cut.sorted() && cut.allSatisfy { abs($0) <= 2 })
    #expect(cut[0] < -1.9999999 && cut[8] > 1.9999999)
  }
}
