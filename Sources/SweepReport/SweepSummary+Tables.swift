import Statistics
import SweepModel

extension SweepSummary {
  /// Aligned columns for a terminal: what was run, then a line for each variant and metric, then
  /// whatever a reader must not miss.
  var table: String {
    var lines = ["\(sweep): \(trialCount) from master seed \(masterSeed)\(states)", ""]
    lines += TextTable(header: Self.header, rows: rows).lines
    let extremes = variants.flatMap { variant in
      variant.metrics.compactMap { extremesLine(of: $0, in: variant) }
    }
    if !extremes.isEmpty { lines += [""] + extremes }
    if !warnings.isEmpty { lines += [""] + warnings }
    return lines.map { $0 + "\n" }.joined()
  }

  /// The same as a document's table.
  var markdown: String {
    var lines = ["**\(sweep)**: \(trialCount) from master seed \(masterSeed)\(states)", ""]
    lines.append("| " + Self.header.joined(separator: " | ") + " |")
    // The first two columns are names, the rest are figures.
    lines.append("|" + Self.header.indices.map { $0 < 2 ? "---|" : "---:|" }.joined())
    lines += rows.map { "| " + $0.joined(separator: " | ") + " |" }
    if !warnings.isEmpty { lines += [""] + warnings.map { "- \($0)" } }
    return lines.map { $0 + "\n" }.joined()
  }

  private static let header = [
    "variant", "metric", "n", "mean", "95% interval", "std", "median", "IQM", "min", "max",
  ]

  private var trialCount: String {
    let each = variants.count == 1 ? "" : " of each of \(variants.count) variants"
    return "\(trials) trial\(trials == 1 ? "" : "s")\(each)"
  }

  /// What became of the trials, where not all completed or there is but one variant.
  private var states: String {
    guard variants.count == 1, let variant = variants.first else { return "" }
    return ": " + variant.states
  }

  private var rows: [[String]] {
    variants.flatMap { variant in
      variant.metrics.map { metric in
        let names = [variant.name, metric.name]
        guard let statistics = metric.statistics else {
          return names + ["0"] + Array(repeating: "–", count: Self.header.count - 3)
        }
        let interval = statistics.confidenceInterval.map {
          "\(Figure.text($0.lowerBound)) … \(Figure.text($0.upperBound))"
        }
        return names + [
          String(statistics.count), Figure.text(statistics.mean), interval ?? "–",
          statistics.standardDeviation.map(Figure.text) ?? "–", Figure.text(statistics.median),
          Figure.text(statistics.interquartileMean), Figure.text(statistics.minimum),
          Figure.text(statistics.maximum),
        ]
      }
    }
  }

  private func extremesLine(of metric: MetricSummary, in variant: VariantSummary) -> String? {
    guard let minimum = metric.minimum, let maximum = metric.maximum else { return nil }
    let place = variants.count == 1 ? metric.name : "\(variant.name) \(metric.name)"
    return "\(place): minimum in trial \(minimum.index), seed \(minimum.seed); "
      + "maximum in trial \(maximum.index), seed \(maximum.seed)"
  }

  /// What a reader must not miss.
  private var warnings: [String] {
    variants.flatMap { variant -> [String] in
      var lines: [String] = []
      if variants.count > 1 { lines.append("\(variant.name): \(variant.states)") }
      if variant.diverged > 0 {
        lines.append(
          "\(variant.name): \(variant.diverged) diverged trials are in no figure above; "
            + "`seedsweep export` lists them")
      }
      if variant.failed > 0 {
        lines.append(
          "\(variant.name): \(variant.failed) failed trials are in no figure above; "
            + "`seedsweep export` lists them with their reasons")
      }
      if variant.violations > 0 {
        lines.append(
          "\(variant.name): DETERMINISM VIOLATION: \(variant.violations) results differ from an "
            + "earlier result of the same trial; do not trust this sweep before you know why")
      }
      return lines
    }
  }
}

extension VariantSummary {
  /// "97 completed, 2 diverged, 1 failed".
  var states: String {
    var parts = ["\(completed) completed", "\(diverged) diverged", "\(failed) failed"]
    if missing > 0 { parts.append("\(missing) not run yet") }
    return parts.joined(separator: ", ")
  }
}
