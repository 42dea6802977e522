import Statistics
import SweepModel

extension SweepSummary {
  /// The document that docs/json.md describes.
  public var json: JSONValue {
    [
      "sweep": .string(sweep),
      "master_seed": .string(masterSeed.description),
      "trials": .count(trials),
      "variants": .array(variants.map { $0.json(sweep: sweep, showsHistory: showsHistory) }),
      "trust": trust.json,
    ]
  }

  /// One row for each variant and metric; a variant without metrics has one row too. With the history,
  /// one row for each variant, epoch and column instead.
  var csv: String {
    if showsHistory {
      return CSV.line(HistorySummary.csvColumns)
        + variants.map { $0.history?.csvLines(sweep: sweep, variant: $0.name) ?? "" }.joined()
    }
    let rows = variants.enumerated().flatMap { position, variant in
      let counts = [
        variant.trials, variant.completed, variant.diverged, variant.failed, variant.notRun,
        variant.determinismViolations,
      ]
      let cells =
        [sweep, masterSeed.description, variant.name, variant.digest.hex]
        + counts.map { String($0) }
      let trust = trust.counts(at: position)
      let ending = [
        trust.violatedTrials, trust.openTrials, trust.auditsDone, trust.auditsOpen,
      ].map { String($0) }
      let metrics = variant.metrics.map(\.cells)
      return metrics.isEmpty
        ? [cells + MetricSummary.columns.map { _ in "" } + ending]
        : metrics.map { cells + $0 + ending }
    }
    return ([Self.columns + MetricSummary.columns + Self.lastColumns] + rows).map(CSV.line).joined()
  }

  private static let columns = [
    "sweep", "master_seed", "variant", "variant_sha256", "trials", "completed", "diverged",
    "failed", "not_run", "determinism_violations",
  ]

  private static let lastColumns = [
    "violated_trials", "open_disputes", "audits_done", "audits_open",
  ]
}

extension VariantSummary {
  fileprivate func json(sweep: String, showsHistory: Bool) -> JSONValue {
    let members: [JSONValue.Member] = [
      .init("variant", .string(name)),
      .init("variant_sha256", .string(digest.hex)),
      .init("trials", .count(trials)),
      .init("completed", .count(completed)),
      .init("diverged", .count(diverged)),
      .init("failed", .count(failed)),
      .init("not_run", .count(notRun)),
      .init("determinism_violations", .count(determinismViolations)),
      .init("metrics", .object(metrics.map { JSONValue.Member($0.name, $0.json) })),
      .init(
        "not_completed",
        .array(
          notCompleted.map {
            let document = TrialDocument(
              sweep: sweep, variant: name, metricNames: metrics.map(\.name), result: $0)
            return .object(document.members(including: []))
          })),
    ]
    let history = JSONValue.Member("history", history?.json ?? .null)
    return .object(showsHistory ? members + [history] : members)
  }
}

extension MetricSummary {
  fileprivate static let columns = [
    "metric", "count", "mean", "standard_deviation", "interval_lower", "interval_upper", "median",
    "interquartile_mean", "minimum", "minimum_index", "minimum_seed", "maximum", "maximum_index",
    "maximum_seed",
  ]

  fileprivate var cells: [String] {
    guard let figures else { return [name, "0"] + Self.columns.dropFirst(2).map { _ in "" } }
    let statistics = figures.statistics
    let interval = statistics.confidenceInterval
    return [
      name, String(statistics.count), CSV.number(statistics.mean),
      CSV.number(statistics.standardDeviation), CSV.number(interval?.lowerBound),
      CSV.number(interval?.upperBound), CSV.number(statistics.median),
      CSV.number(statistics.interquartileMean), CSV.number(statistics.minimum),
      figures.minimum.index.description, figures.minimum.seed.hex, CSV.number(statistics.maximum),
      figures.maximum.index.description, figures.maximum.seed.hex,
    ]
  }

  /// Where no trial completed, the same members with a count of 0 and nulls.
  fileprivate var json: JSONValue {
    let statistics = figures?.statistics
    let interval = statistics?.confidenceInterval
    return [
      "count": .integer(Int64(statistics?.count ?? 0)),
      "mean": .optionalMetric(statistics?.mean),
      "standard_deviation": .optionalMetric(statistics?.standardDeviation),
      "confidence_interval": interval.map {
        ["level": .number(0.95), "lower": .metric($0.lowerBound), "upper": .metric($0.upperBound)]
      } ?? .null,
      "median": .optionalMetric(statistics?.median),
      "interquartile_mean": .optionalMetric(statistics?.interquartileMean),
      "minimum": figures.map { Self.extreme($0.statistics.minimum, $0.minimum) } ?? .null,
      "maximum": figures.map { Self.extreme($0.statistics.maximum, $0.maximum) } ?? .null,
    ]
  }

  private static func extreme(_ value: Double, _ trial: TrialReference) -> JSONValue {
    [
      "value": .metric(value), "index": .count(trial.index.rawValue),
      "seed": .string(trial.seed.hex),
    ]
  }
}
