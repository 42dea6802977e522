import Statistics
import SweepModel

extension VariantComparison {
  /// The document that docs/json.md describes.
  public var json: JSONValue {
    [
      "sweep": .string(sweep),
      "master_seed": .string(masterSeed.description),
      "trials": .count(trials),
      "a": a.json,
      "b": b.json,
      "pairs": .count(pairs),
      "left_out": .count(leftOut),
      "left_out_trials": .array(
        shownLeftOut.map {
          [
            "index": .count($0.trial.index.rawValue), "seed": .string($0.trial.seed.hex),
            "a": .string($0.a?.rawValue ?? "not_run"), "b": .string($0.b?.rawValue ?? "not_run"),
          ]
        }),
      "metrics": .object(
        metrics.map { JSONValue.Member($0.name, $0.json(a: a.name, b: b.name)) }),
      "metrics_of_one": .array(metricsOfOne.map { .string($0) }),
      "trust": trust.json,
    ]
  }

  /// One row for each metric.
  var csv: String {
    let rows = metrics.map { metric -> [String] in
      let figures = metric.figures
      let conclusion = ComparisonConclusion(metric, a: a.name, b: b.name)
      let interval = figures.difference.confidenceInterval
      return [
        sweep, masterSeed.description, a.name, b.name, String(trials), String(pairs),
        metric.name, metric.direction.rawValue, CSV.number(figures.meanA),
        CSV.number(figures.meanB), CSV.number(figures.difference.mean),
        CSV.number(interval?.lowerBound), CSV.number(interval?.upperBound),
        CSV.number(figures.difference.standardDeviation), String(figures.pairs.greaterA),
        String(figures.pairs.greaterB), String(figures.pairs.equal), metric.probabilityOf,
        CSV.number(metric.probability), CSV.number(metric.probabilityInterval.lowerBound),
        CSV.number(metric.probabilityInterval.upperBound), String(figures.probability.resamples),
        CSV.number(figures.test.pValue), figures.test.method, String(figures.test.flips),
        conclusion.verdict.rawValue, conclusion.pairsNeeded.map(String.init) ?? "",
      ]
    }
    return ([Self.columns] + rows).map(CSV.line).joined()
  }

  private static let columns = [
    "sweep", "master_seed", "a", "b", "trials", "pairs", "metric", "better", "mean_a", "mean_b",
    "difference", "interval_lower", "interval_upper", "standard_deviation", "a_higher", "b_higher",
    "equal", "probability_of", "probability", "probability_lower", "probability_upper",
    "resamples", "p_value", "method", "flips", "verdict", "pairs_needed",
  ]
}

extension VariantComparison.Side {
  fileprivate var json: JSONValue {
    [
      "variant": .string(name),
      "variant_sha256": .string(digest.hex),
      "completed": .count(completed),
      "diverged": .count(diverged),
      "failed": .count(failed),
      "not_run": .count(notRun),
      "determinism_violations": .count(determinismViolations),
    ]
  }
}

extension MetricComparison {
  /// What the probability is of: A is better, or, where the name does not tell, higher.
  var probabilityOf: String { direction == .unknown ? "a_higher" : "a_better" }

  /// The probability that A is better, or higher.
  var probability: Double {
    direction == .lower ? mirrored(figures.probability.value) : figures.probability.value
  }

  /// Its bootstrap interval.
  var probabilityInterval: ClosedRange<Double> {
    let interval = figures.probability.interval
    guard direction == .lower else { return interval }
    return mirrored(interval.upperBound)...mirrored(interval.lowerBound)
  }

  /// 1 − share, rounded once as the share was: both are whole numbers ÷ twice the pairs.
  private func mirrored(_ share: Double) -> Double {
    let whole = Double(2 * figures.count)
    return (whole - (share * whole).rounded()) / whole
  }

  fileprivate func json(a: String, b: String) -> JSONValue {
    let conclusion = ComparisonConclusion(self, a: a, b: b)
    let difference = figures.difference
    func interval(_ interval: ClosedRange<Double>?) -> JSONValue {
      interval.map {
        ["level": .number(0.95), "lower": .metric($0.lowerBound), "upper": .metric($0.upperBound)]
      } ?? .null
    }
    return [
      "better": .string(direction.rawValue),
      "mean_a": .metric(figures.meanA),
      "mean_b": .metric(figures.meanB),
      "difference": [
        "mean": .metric(difference.mean),
        "standard_deviation": .optionalMetric(difference.standardDeviation),
        "confidence_interval": interval(difference.confidenceInterval),
      ],
      "a_higher": .integer(Int64(figures.pairs.greaterA)),
      "b_higher": .integer(Int64(figures.pairs.greaterB)),
      "equal": .integer(Int64(figures.pairs.equal)),
      "probability": [
        "of": .string(probabilityOf),
        "value": .metric(probability),
        "confidence_interval": interval(probabilityInterval),
        "resamples": .integer(Int64(figures.probability.resamples)),
      ],
      "sign_flip_test": [
        "p_value": .metric(figures.test.pValue),
        "method": .string(figures.test.method),
        "flips": .integer(Int64(figures.test.flips)),
      ],
      "conclusion": [
        "verdict": .string(conclusion.verdict.rawValue),
        "text": .string(conclusion.text),
        "pairs_needed": conclusion.pairsNeeded.map { .count($0) } ?? .null,
      ],
    ]
  }
}

extension SignFlipTest {
  /// `exact` or `monte_carlo`.
  var method: String { isExact ? "exact" : "monte_carlo" }
}
