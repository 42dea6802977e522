import Statistics
import SweepModel

extension SweepSummary {
  /// The document that docs/json.md describes.
  public var json: JSONValue {
    [
      "sweep": .string(sweep),
      "master_seed": .string(masterSeed.description),
      "trials": .integer(Int64(trials)),
      "variants": .array(variants.map(\.json)),
    ]
  }

  /// One row for each variant and metric.
  var csv: String {
    var lines = [CSV.line(Self.columns)]
    for variant in variants {
      for metric in variant.metrics { lines.append(CSV.line(cells(of: metric, in: variant))) }
    }
    return lines.joined()
  }

  private static let columns = [
    "sweep", "variant", "metric", "trials", "completed", "diverged", "failed", "missing",
    "violations", "mean", "standard_deviation", "interval_low", "interval_high", "median",
    "interquartile_mean", "minimum", "minimum_index", "minimum_seed", "maximum", "maximum_index",
    "maximum_seed",
  ]

  private func cells(of metric: MetricSummary, in variant: VariantSummary) -> [String] {
    let statistics = metric.statistics
    let counts = [
      trials, variant.completed, variant.diverged, variant.failed, variant.missing,
      variant.violations,
    ]
    func number(_ value: Double?) -> String { value.map(CSV.number) ?? "" }
    return [sweep, variant.name, metric.name] + counts.map { String($0) } + [
      number(statistics?.mean), number(statistics?.standardDeviation),
      number(statistics?.confidenceInterval?.lowerBound),
      number(statistics?.confidenceInterval?.upperBound), number(statistics?.median),
      number(statistics?.interquartileMean), number(statistics?.minimum),
      metric.minimum?.index.description ?? "", metric.minimum?.seed.hex ?? "",
      number(statistics?.maximum), metric.maximum?.index.description ?? "",
      metric.maximum?.seed.hex ?? "",
    ]
  }
}

extension VariantSummary {
  fileprivate var json: JSONValue {
    [
      "variant": .string(name),
      "variant_sha256": .string(digest.hex),
      "completed": .integer(Int64(completed)),
      "diverged": .integer(Int64(diverged)),
      "failed": .integer(Int64(failed)),
      "missing": .integer(Int64(missing)),
      "violations": .integer(Int64(violations)),
      "metrics": .object(metrics.map { JSONValue.Member($0.name, $0.json) }),
    ]
  }
}

extension MetricSummary {
  fileprivate var json: JSONValue {
    guard let statistics else { return .null }
    return [
      "count": .integer(Int64(statistics.count)),
      "mean": .metric(statistics.mean),
      "standard_deviation": statistics.standardDeviation.map(JSONValue.metric) ?? .null,
      "interval_95": statistics.confidenceInterval.map {
        [.metric($0.lowerBound), .metric($0.upperBound)]
      } ?? .null,
      "median": .metric(statistics.median),
      "interquartile_mean": .metric(statistics.interquartileMean),
      "minimum": extreme(statistics.minimum, minimum),
      "maximum": extreme(statistics.maximum, maximum),
    ]
  }

  private func extreme(_ value: Double, _ trial: TrialReference?) -> JSONValue {
    [
      "value": .metric(value),
      "index": trial.map { .integer(Int64($0.index.rawValue)) } ?? .null,
      "seed": trial.map { .string($0.seed.hex) } ?? .null,
    ]
  }
}
