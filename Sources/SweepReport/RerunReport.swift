import SweepModel

/// What `rerun` prints about one trial.
public struct RerunReport: Hashable, Sendable {
  private let sweep: String
  private let variant: NamedVariant
  private let result: TrialResult
  private let verdict: RerunVerdict
  private let dispute: TrustReport.Dispute?

  /// The report of a re-run that gave `result`.
  ///
  /// - Parameter dispute: what workers gave before, where they did not all give the same.
  public init(
    sweep: String, variant: NamedVariant, result: TrialResult, verdict: RerunVerdict,
    dispute: TrustReport.Dispute? = nil
  ) {
    self.dispute = dispute
    self.sweep = sweep
    self.variant = variant
    self.result = result
    self.verdict = verdict
  }

  /// The trial's document with the verdict after its own members.
  public var json: JSONValue {
    let document = TrialDocument(sweep: sweep, variant: variant, result: result)
    let members = document.members(including: .seconds) + verdict.members
    guard let dispute else { return .object(members) }
    let results = dispute.results.map { recorded -> JSONValue in
      let agrees = JSONValue.Member(
        "agrees_with_rerun", .boolean(recorded.result.agrees(with: result)))
      return .object(recorded.members + [agrees])
    }
    let violation: JSONValue = [
      "settled": .boolean(dispute.isSettled), "results": .array(results),
    ]
    return .object(members + [JSONValue.Member("violation", violation)])
  }

  /// Lines for people; metrics with all their digits, as they are to be compared.
  public var text: String {
    var ending = result.status.rawValue
    switch result.outcome {
    case .completed: break
    case .diverged(let epoch, _): ending += " in epoch \(epoch)"
    case .failed(let reason): ending += ": " + HumanText.oneLine(reason)
    }
    var lines = [
      "\(sweep), variant \(variant.name), trial \(result.index), seed \(result.seed): \(ending)"
    ]
    if let measurements = result.measurements {
      let figures =
        zip(variant.variant.metricNames, measurements.metrics).map { ($0, $1.description) } + [
          ("weights", measurements.weightsDigest.hex), ("history", measurements.historyDigest.hex),
        ]
      let width = figures.map(\.0.count).max() ?? 0
      lines += figures.map { name, value in
        "  " + name + String(repeating: " ", count: width - name.count) + "  " + value
      }
    }
    return (lines + verdict.lines + disputeLines).map { $0 + "\n" }.joined()
  }
}

extension RerunReport {
  /// All results that are recorded, and which of them this re-run repeats.
  private var disputeLines: [String] {
    guard let dispute else { return [] }
    let state = dispute.isSettled ? "settled by a majority of workers" : "open"
    return [
      "DETERMINISM VIOLATION: workers gave \(dispute.results.count) results of this trial (\(state)):"
    ]
      + dispute.results.map { recorded in
        let workers = recorded.workers.map { worker in
          HumanText.oneLine(worker.cells.joined(separator: ", "))
        }
        return "  \(dispute.state(of: recorded)), "
          + (recorded.result.agrees(with: result) ? "the same as now" : "not the same as now")
          + ": weights \(TrustReport.short(recorded.result.measurements?.weightsDigest.hex)) by "
          + workers.joined(separator: "; ")
      }
  }
}

extension RerunVerdict {
  /// The verdict for people; a difference has a line for where, and one for each of its values.
  var lines: [String] {
    switch self {
    case .identical: ["identical: bit for bit what was recorded"]
    case .notRecorded: ["not recorded: there is no result of this trial to compare with"]
    case .different(let difference):
      [
        "DIFFERENT: " + difference.sentence, "  recorded  " + Self.text(difference.recorded),
        "  now       " + Self.text(difference.rerun),
      ]
    }
  }

  private static func text(_ value: JSONValue) -> String {
    switch value {
    case .string(let text): text
    case .null: HumanText.none
    case .boolean, .integer, .number, .array, .object: value.text
    }
  }
}

extension RerunVerdict.FirstDifference {
  /// Such as "first in epoch 3, loss; the first variable that differs is dense/kernel".
  fileprivate var sentence: String {
    var text =
      switch (place, epoch, column) {
      case (.history, let epoch?, let column?): "first in epoch \(epoch), \(column)"
      case (.weights, _, _): "in the trained weights"
      case (_, _, let column?): "in \(column)"
      default: "in the \(place.rawValue)"
      }
    if let variable { text += "; the first variable that differs is \(variable)" }
    return text
  }
}
