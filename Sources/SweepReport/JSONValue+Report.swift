import SweepModel

extension JSONValue {
  /// A whole number: as a number where every reader of JSON takes it exactly (below 2⁵³, which no
  /// sweep reaches), else as decimal text.
  static func count(_ value: UInt64) -> JSONValue {
    value < 1 << 53 ? .integer(Int64(value)) : .string(String(value))
  }

  /// A metric, or null.
  static func optionalMetric(_ value: Double?) -> JSONValue { value.map(metric) ?? .null }

  /// A text, or null.
  static func optionalText(_ value: String?) -> JSONValue { value.map(string) ?? .null }
}
