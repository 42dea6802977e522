/// Elementary functions on binary64 from + − × ÷ alone, which IEEE 754 defines to the bit: the system's
/// differ in their last bits between CPUs.
///
/// For rates that change with the steps; docs/numeric-contract.md states each. They are within a few
/// units of the last place, which a rate rounded to binary32 does not show.
enum Binary64 {
  /// ln 2 in two parts; the first has zeros at its end, so that its product with an exponent is
  /// exact.
  private static let upperLogOfTwo = 0x1.62e42fefa3800p-1
  private static let lowerLogOfTwo = 0x1.ef35793c76730p-45

  /// ln x: with x = m·2ᵏ and m in [√½, √2), k·ln 2 + 2·artanh((m − 1) ÷ (m + 1)).
  ///
  /// - Precondition: `x` is positive, normal and finite.
  /// - Order: the artanh's series to the 23rd power, the smallest term first (Horner).
  static func log(_ x: Double) -> Double {
    precondition(x.isNormal && x > 0, "only normal numbers have their logarithm here")
    var (exponent, significand) = (Double(x.exponent), x.significand)
    if significand >= 2.0.squareRoot() {
      exponent += 1
      significand /= 2
    }
    let s = (significand - 1) / (significand + 1)
    let square = s * s
    var series = 0.0
    for denominator in stride(from: 23.0, through: 1, by: -2) {
      series = 1 / denominator + square * series
    }
    return exponent * upperLogOfTwo + (exponent * lowerLogOfTwo + 2 * s * series)
  }

  /// eˣ: with k the whole number nearest to x ÷ ln 2, ties to even, and r the rest, 2ᵏ·eʳ. Beyond ±700
  /// it is taken for +∞ and +0.
  ///
  /// - Order: Taylor's series of eʳ to the 14th power, the smallest term first (Horner).
  static func exp(_ x: Double) -> Double {
    if x > 700 { return .infinity }
    if x < -700 { return 0 }
    let k = (x / upperLogOfTwo).rounded(.toNearestOrEven)
    let r = (x - k * upperLogOfTwo) - k * lowerLogOfTwo
    var series = 1.0
    for divisor in stride(from: 14.0, through: 1, by: -1) { series = 1 + r * series / divisor }
    return series * Double(sign: .plus, exponent: Int(k), significand: 1)
  }

  /// x to the power of y: for a whole y up to 64 by repeated squaring, from the lowest bit of y on;
  /// else e to the power of y·ln x. 0 to the power of 0 is 1.
  ///
  /// - Precondition: neither is negative; both are finite.
  static func power(_ x: Double, _ y: Double) -> Double {
    if y == y.rounded(.down), y <= 64 {
      var (result, square, rest) = (1.0, x, Int(y))
      while rest > 0 {
        if rest % 2 == 1 { result *= square }
        square *= square
        rest /= 2
      }
      return result
    }
    // What is subnormal is as good as 0 here.
    return x.isNormal ? exp(y * log(x)) : 0
  }

  /// cos(π·x) for x from 0 to 1: first cos(π·x) = −cos(π·(1 − x)) brings x to ½ at most, then
  /// cos(π·x) = sin(π·(½ − x)) to ¼; both differences are exact.
  ///
  /// - Order: Taylor's series to the 16th power of the cosine, the 17th of the sine, the smallest term
  ///   first (Horner).
  static func cosineOfPi(_ x: Double) -> Double {
    if x > 0.5 { return -cosineOfPi(1 - x) }
    let isSine = x > 0.25
    let angle = Double.pi * (isSine ? 0.5 - x : x)
    let square = angle * angle
    var series = 1.0
    for power in stride(from: isSine ? 17.0 : 16.0, to: 1, by: -2) {
      series = 1 - square * series / (power * (power - 1))
    }
    return isSine ? angle * series : series
  }
}
