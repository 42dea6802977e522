import SeedSweep

/// Normal where a random choice keeps a connection, else 0.
///
/// Source: J. Martens, "Deep learning via Hessian-free optimization", ICML 2010, section 5, with a
/// share of the connections instead of a number.
public struct SparseNormal: CustomInitializer {
  public static let name = "acme_sparse_normal"
  public static let version = 1
  public static let module = "AcmeComponents"
  public static let summary = "Normal for a random share of the values, and 0 for the others."
  public static let parameters: [ConfigurationSchema.Parameter] = [
    .optional(
      "share", .number(NumberBounds(lower: 0, upper: 1)), default: .number(0.5),
      "The share of the values that are not 0."),
    .optional(
      "stddev", .number(.nonNegative), default: .number(0.5), "Their standard deviation."),
  ]

  private let share: Float
  private let deviation: Double

  public init(_ configuration: Configuration) {
    share = Float(configuration.number("share"))
    deviation = configuration.number("stddev")
  }

  public func fill(_ values: MutableValues, shape: [Int], random: TrialRandom) {
    for place in values.indices where random.uniform(2 * place) < share {
      values[place] = Float(deviation * random.normal(2 * place + 1))
    }
  }
}
