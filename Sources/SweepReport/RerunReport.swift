import SweepModel

/// What `rerun` prints about one trial.
public struct RerunReport: Hashable, Sendable {
  private let sweep: String
  private let named: NamedVariant
  private let result: TrialResult
  /// What it says about the recorded result.
  public let verdict: RerunVerdict

  /// A report of a re-run.
  public init(sweep: String, variant: NamedVariant, result: TrialResult, verdict: RerunVerdict) {
    self.sweep = sweep
    named = variant
    self.result = result
    self.verdict = verdict
  }

  /// The trial's document with the verdict in it.
  public var json: JSONValue {
    let document = TrialDocument(sweep: sweep, variant: named, result: result)
    return .object(document.members(withHistory: false) + verdict.members)
  }

  /// Lines for people.
  public var text: String {
    var lines = [
      "trial \(result.index) of \(sweep), variant \(named.name), seed \(result.seed): "
        + result.status.rawValue
    ]
    if case .diverged(let epoch, _) = result.outcome { lines[0] += " in epoch \(epoch)" }
    if case .failed(let reason) = result.outcome { lines[0] += ": \(reason)" }
    if let measurements = result.measurements {
      for (name, value) in zip(named.variant.metricNames, measurements.metrics) {
        lines.append("  \(name)  \(value)")
      }
      lines.append("  weights  \(measurements.weightsDigest)")
      lines.append("  history  \(measurements.historyDigest)")
    }
    lines.append(verdict.sentence)
    return lines.map { $0 + "\n" }.joined()
  }
}
