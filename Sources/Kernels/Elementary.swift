import CKernels

/// The numeric contract's elementary functions of one binary32 number: correctly rounded, so that
/// every machine gives the same bits, which the system's own functions do not.
///
/// docs/elementary-functions.md
public enum Elementary {
  /// eˣ.
  public static func exp(_ x: Float) -> Float { ss_exp(x) }

  /// The natural logarithm.
  public static func log(_ x: Float) -> Float { ss_log(x) }

  /// The hyperbolic tangent.
  public static func tanh(_ x: Float) -> Float { ss_tanh(x) }

  /// eˣ − 1.
  public static func expm1(_ x: Float) -> Float { ss_expm1(x) }

  /// The error function.
  public static func erf(_ x: Float) -> Float { ss_erf(x) }

  /// 1 ÷ (1 + e⁻ˣ).
  public static func sigmoid(_ x: Float) -> Float { ss_sigmoid(x) }
}
