import CKernels

/// The standard normal distribution, where initializers need it; in binary64, to the bit.
public enum NormalDistribution {
  /// Φ(−2), and Φ(2) − Φ(−2): the part of the distribution within two standard deviations.
  private static let belowTwo = 0x1.74bcf82c9d860p-6
  private static let withinTwo = 0x1.e8b4307d3627ap-1

  /// The value below which a share `p` of the distribution lies.
  ///
  /// The logarithm in the tails is the contract's, of a binary32 number; so the result is exact to
  /// about 2⁻²⁴, which is what a binary32 weight has.
  ///
  /// - Precondition: 2⁻³³ ≤ p ≤ 1 − 2⁻³³. The third form of the algorithm, for what lies beyond
  ///   5.5·10⁻¹² of either end, is not needed.
  ///
  /// Source: M. J. Wichura, "Algorithm AS 241: The percentage points of the normal distribution",
  /// Applied Statistics 37(3), 1988, PPND16.
  public static func quantile(_ p: Double) -> Double {
    let q = p - 0.5
    if q.magnitude <= 0.425 {
      let r = 0.180625 - q * q
      return q * ratio(Coefficients.middle, at: r)
    }
    let tail = Float(q < 0 ? p : 1 - p)
    let r = (-Double(ss_log(tail))).squareRoot() - 1.6
    let value = ratio(Coefficients.tail, at: r)
    return q < 0 ? -value : value
  }

  /// A normal value for a random word.
  public static func value(of word: UInt32) -> Double {
    quantile(fraction(word))
  }

  /// A value of the distribution cut off at two standard deviations, for a random word.
  public static func truncatedValue(of word: UInt32) -> Double {
    let value = quantile(belowTwo + fraction(word) * withinTwo)
    return value < -2 ? -2 : value > 2 ? 2 : value
  }

  /// In (0, 1), exact.
  private static func fraction(_ word: UInt32) -> Double { (Double(word) + 0.5) * 0x1p-32 }

  /// The quotient of two polynomials of degree 7, each by Horner's rule.
  private static func ratio(_ coefficients: Coefficients, at r: Double) -> Double {
    horner(coefficients.above, r) / horner(coefficients.below, r)
  }

  private static func horner(_ c: SIMD8<Double>, _ r: Double) -> Double {
    ((((((c[7] * r + c[6]) * r + c[5]) * r + c[4]) * r + c[3]) * r + c[2]) * r + c[1]) * r + c[0]
  }
}

/// Two polynomials, the constants first.
private struct Coefficients {
  let above: SIMD8<Double>
  let below: SIMD8<Double>

  static let middle = Coefficients(
    above: [
      3.3871328727963666080e0, 1.3314166789178437745e2, 1.9715909503065514427e3,
      1.3731693765509461125e4, 4.5921953931549871457e4, 6.7265770927008700853e4,
      3.3430575583588128105e4, 2.5090809287301226727e3,
    ],
    below: [
      1, 4.2313330701600911252e1, 6.8718700749205790830e2, 5.3941960214247511077e3,
      2.1213794301586595867e4, 3.9307895800092710610e4, 2.8729085735721942674e4,
      5.2264952788528545610e3,
    ])

  static let tail = Coefficients(
    above: [
      1.42343711074968357734e0, 4.63033784615654529590e0, 5.76949722146069140550e0,
      3.64784832476320460504e0, 1.27045825245236838258e0, 2.41780725177450611770e-1,
      2.27238449892691845833e-2, 7.74545014278341407640e-4,
    ],
    below: [
      1, 2.05319162663775882187e0, 1.67638483018380384940e0, 6.89767334985100004550e-1,
      1.48103976427480074590e-1, 1.51986665636164571966e-2, 5.47593808499534494600e-4,
      1.05075007164441684324e-9,
    ])
}
