/// The quantile of Student's t distribution that a two-sided 95% interval needs.
///
/// The system's `tgamma`, `pow` and `atan` differ in their last bits between CPUs, so this is made of
/// + − × ÷ √ alone, which IEEE 754 defines to the bit.
public enum StudentT {
  /// From here on the expansion is the better one (1e-14; the series has rounded 250 terms).
  private static let expansionDegrees: UInt64 = 500
  private static let level = 0.95
  /// Φ⁻¹(0.975).
  private static let normalQuantile = 1.959963984540054

  /// The t with P(|T| ≤ t) = 0.95 for a T of that many degrees of freedom; within 5e-14 relative.
  ///
  /// - Precondition: `degreesOfFreedom > 0`.
  /// - Source: Abramowitz and Stegun, "Handbook of Mathematical Functions", 1964: 26.7.3 and 26.7.4
  ///   (finite series of the distribution, solved by Newton's method) up to 500 degrees of freedom;
  ///   26.7.5 (Fisher and Cornish's expansion, whose fifth term is near 2e-14 there) above.
  public static func quantile95(degreesOfFreedom: UInt64) -> Double {
    precondition(degreesOfFreedom > 0, "an interval needs at least one degree of freedom")
    let estimate = expansion(Double(degreesOfFreedom))
    if degreesOfFreedom > expansionDegrees { return estimate }
    // The distribution is concave for t > 0, so that from its second value on Newton's method rises
    // towards the root: it has arrived when it no longer rises.
    var current = newtonStep(from: normalQuantile, degreesOfFreedom)
    while true {
      let next = newtonStep(from: current, degreesOfFreedom)
      guard next > current else { return current }
      current = next
    }
  }

  /// 26.7.5 at ``normalQuantile``.
  private static func expansion(_ degrees: Double) -> Double {
    let x = normalQuantile
    let square = x * x
    let first = x * (square + 1) / 4
    let second = x * ((5 * square + 16) * square + 3) / 96
    let third = x * (((3 * square + 19) * square + 17) * square - 15) / 384
    let fourth =
      x * ((((79 * square + 776) * square + 1482) * square - 1920) * square - 945) / 92160
    return x + (first + (second + (third + fourth / degrees) / degrees) / degrees) / degrees
  }

  /// One step of Newton's method towards P(|T| ≤ t) = ``level``.
  private static func newtonStep(from t: Double, _ degreesOfFreedom: UInt64) -> Double {
    let (probability, density) = distribution(t, degreesOfFreedom)
    return t + (level - probability) / density
  }

  /// P(|T| ≤ t) and its derivative, for t > 0.
  ///
  /// With θ = arctan(t ÷ √ν), P = sin θ · (1 + ½ cos²θ + …) for an even ν, and
  /// P = (θ + sin θ · (cos θ + ⅔ cos³θ + …)) · 2 ÷ π for an odd one; both stop at cos^(ν−2) θ. The
  /// derivative is the term that would follow, times cos θ · √ν (and 2 ÷ π for an odd ν).
  ///
  /// - Order: terms ascending in the power of cos θ.
  private static func distribution(
    _ t: Double, _ degreesOfFreedom: UInt64
  ) -> (probability: Double, density: Double) {
    let root = Double(degreesOfFreedom).squareRoot()
    let hypotenuse = (Double(degreesOfFreedom) + t * t).squareRoot()
    let sine = t / hypotenuse
    let cosine = root / hypotenuse
    let isOdd = !degreesOfFreedom.isMultiple(of: 2)
    // The term of one power of cos θ is that of the power before, times cos²θ · (power − 1) ÷ power.
    var power: UInt64 = isOdd ? 1 : 0
    var term = isOdd ? cosine : 1
    var series = 0.0
    while power < degreesOfFreedom {
      series += term
      power += 2
      term *= cosine * cosine * (Double(power) - 1) / Double(power)
    }
    if isOdd {
      let factor = 2 / Double.pi
      let angle = arctangent(t / root)
      return (factor * (angle + sine * series), factor * term * cosine * root)
    }
    return (sine * series, term * cosine * root)
  }

  /// The arctangent of a number that is not negative; within 1e-15 relative.
  ///
  /// Half the angle three times, arctan x = 2 arctan(x ÷ (1 + √(1 + x²))), which leaves x below 0.2;
  /// then Gregory's series x − x³ ÷ 3 + x⁵ ÷ 5 …, whose 12th term is below 1e-17 of the first.
  ///
  /// - Order: the smallest term first (Horner).
  private static func arctangent(_ tangent: Double) -> Double {
    var x = tangent
    for _ in 0..<3 { x /= 1 + (1 + x * x).squareRoot() }
    let square = x * x
    var series = 0.0
    for denominator in stride(from: 23.0, through: 1, by: -2) {
      series = 1 / denominator - square * series
    }
    return 8 * x * series
  }
}
