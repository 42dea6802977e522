/// Text in the Prometheus exposition format, version 0.0.4.
///
/// - Source: https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format
struct MetricsText {
  /// The media type of the format.
  static let contentType = "text/plain; version=0.0.4; charset=utf-8"

  /// The kinds of metrics that are used.
  enum Kind: String {
    case counter, gauge, histogram
  }

  private(set) var text = ""

  /// Begins a metric: its samples follow.
  mutating func metric(_ name: String, _ kind: Kind, _ help: String) {
    text += "# HELP \(name) \(Self.escapedHelp(help))\n# TYPE \(name) \(kind.rawValue)\n"
  }

  /// Adds a sample.
  mutating func sample(
    _ name: String, _ value: Double, labels: KeyValuePairs<String, String> = [:]
  ) {
    text += name
    if !labels.isEmpty {
      let pairs = labels.map { "\($0.key)=\"\(Self.escapedLabel($0.value))\"" }
      text += "{" + pairs.joined(separator: ",") + "}"
    }
    text += " \(Self.number(value))\n"
  }

  /// Adds a sample that is a count.
  mutating func sample(
    _ name: String, _ value: UInt64, labels: KeyValuePairs<String, String> = [:]
  ) {
    sample(name, Double(value), labels: labels)
  }

  /// Adds the samples of a histogram.
  mutating func histogram(_ name: String, _ histogram: Histogram) {
    var cumulative: UInt64 = 0
    for (bound, count) in zip(histogram.bounds, histogram.counts) {
      cumulative += count
      sample("\(name)_bucket", cumulative, labels: ["le": Self.number(bound)])
    }
    sample("\(name)_bucket", histogram.count, labels: ["le": "+Inf"])
    sample("\(name)_sum", histogram.sum)
    sample("\(name)_count", histogram.count)
  }

  /// As Go's `ParseFloat` reads it, and without a fraction where there is none.
  static func number(_ value: Double) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
    if value == value.rounded(), value.magnitude < 1e15 { return String(Int64(value)) }
    return String(value)
  }

  private static func escapedHelp(_ text: String) -> String {
    text.replacing("\\", with: "\\\\").replacing("\n", with: "\\n")
  }

  private static func escapedLabel(_ text: String) -> String {
    escapedHelp(text).replacing("\"", with: "\\\"")
  }
}

/// How often values were at most some bounds.
struct Histogram: Sendable, Hashable {
  /// Ascending; above the last there is no bound.
  let bounds: [Double]
  /// The values above the bound before and at most the bound.
  private(set) var counts: [UInt64]
  /// All values.
  private(set) var count: UInt64 = 0
  /// Their sum.
  private(set) var sum: Double = 0

  /// A histogram without any value.
  ///
  /// - Precondition: `bounds` ascend.
  init(bounds: [Double]) {
    precondition(zip(bounds, bounds.dropFirst()).allSatisfy(<), "bounds ascend")
    self.bounds = bounds
    counts = bounds.map { _ in 0 }
  }

  /// Adds a value.
  mutating func add(_ value: Double) {
    count += 1
    sum += value
    if let position = bounds.firstIndex(where: { value <= $0 }) { counts[position] += 1 }
  }
}
