import SweepModel

/// What a benchmark found out about one thing.
struct Measurement {
  /// The benchmark, as `--only` names it.
  let benchmark: String
  /// What was measured.
  let subject: String
  /// The unit of both values.
  let unit: String
  /// That of the fastest repetition: what else runs can only make one slower.
  let best: Double
  /// That of the repetition in the middle.
  let median: Double
  /// Of how many.
  let repetitions: Int
  /// Further members of the JSON.
  var labels: [(name: String, value: String)] = []
  /// What the text adds behind the values, and members of the JSON.
  var details: [(name: String, value: Double)] = []

  /// A value by its duration, `scale` ÷ seconds.
  init(
    benchmark: String, subject: String, unit: String, rateOf scale: Double, _ times: Durations,
    details: [(name: String, value: Double)] = []
  ) {
    self.init(
      benchmark: benchmark, subject: subject, unit: unit, best: scale / times.minimum,
      median: scale / times.median, repetitions: times.seconds.count, details: details)
  }

  /// A value that grows with its duration, `scale` × seconds.
  init(
    benchmark: String, subject: String, unit: String, timesOf scale: Double, _ times: Durations,
    details: [(name: String, value: Double)] = []
  ) {
    self.init(
      benchmark: benchmark, subject: subject, unit: unit, best: scale * times.minimum,
      median: scale * times.median, repetitions: times.seconds.count, details: details)
  }

  private init(
    benchmark: String, subject: String, unit: String, best: Double, median: Double,
    repetitions: Int, details: [(name: String, value: Double)]
  ) {
    self.benchmark = benchmark
    self.subject = subject
    self.unit = unit
    self.best = best
    self.median = median
    self.repetitions = repetitions
    self.details = details
  }
}

extension Measurement {
  /// A line for people.
  var text: String {
    let values = "best \(rounded(best).padded(9)) median \(rounded(median).padded(9)) \(unit)"
    let rest = details.map { "  \($0.name) \(rounded($0.value))" }.joined()
    return subject.padding(to: 47) + values + rest
  }

  /// One object, as `compare` reads it.
  var json: JSONValue {
    .object(
      [
        .init("experiment", .string(benchmark)), .init("peer", "seedsweep"),
        .init("subject", .string(subject)), .init("unit", .string(unit)),
        .init("best", .number(best)), .init("median", .number(median)),
        .init("repeats", .integer(Int64(repetitions))),
      ]
        + labels.map { JSONValue.Member($0.name, .string($0.value)) }
        + details.map {
          JSONValue.Member($0.name.replacing(" ", with: "_"), .metric($0.value))
        })
  }

  /// Four significant digits.
  private func rounded(_ value: Double) -> String {
    guard value.isFinite, value.magnitude < 1e15 else { return "\(value)" }
    if value == value.rounded() { return "\(Int(value))" }
    var scale = 1.0
    while value.magnitude * scale < 1000, scale < 1e6 { scale *= 10 }
    let number = (value * scale).rounded() / scale
    return scale == 1 ? "\(Int(number))" : "\(number)"
  }
}

extension String {
  fileprivate func padding(to width: Int) -> String {
    self + String(repeating: " ", count: max(1, width - count))
  }

  fileprivate func padded(_ width: Int) -> String {
    String(repeating: " ", count: max(0, width - count)) + self
  }
}
