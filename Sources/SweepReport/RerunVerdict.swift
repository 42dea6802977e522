import SweepModel

/// What a re-run of a trial says about the result that was recorded.
public enum RerunVerdict: Hashable, Sendable {
  /// The same bits.
  case identical
  /// Other bits, first seen there.
  case different(FirstDifference)
  /// There is no recorded result to compare with.
  case notRecorded

  /// Where two results of one trial first differ.
  public struct FirstDifference: Hashable, Sendable {
    /// What of the results it was found in.
    public let place: Place
    /// The first epoch, from 1, whose history differs; nil unless both histories were kept.
    public let epoch: Int?
    /// The column of the history that differs there, or the metric, or the member of the document.
    public let column: String?
    /// The first variable in model order whose values differ.
    public let variable: String?
    /// What was recorded there; null where the recorded history had ended, or had no such value.
    public let recorded: JSONValue
    /// What the re-run gave there, likewise.
    public let rerun: JSONValue
  }

  /// The parts of a result, in the order in which they are searched.
  public enum Place: String, Hashable, Sendable {
    /// Index or seed: the results are of two trials.
    case trial
    /// An epoch of the history.
    case history
    /// How the trial ended.
    case status
    /// A variable of the trained model.
    case weights
    /// A metric of the trained model.
    case metrics
    /// The digests alone, where nothing finer was kept.
    case digest
  }

  /// Compares a re-run with what was recorded: identical exactly where the two results agree.
  ///
  /// - Parameter variableNames: the variables of the model, in model order.
  public init(
    recorded: TrialResult?, rerun: TrialResult, variant: ResolvedVariant, variableNames: [String]
  ) {
    guard let recorded else {
      self = .notRecorded
      return
    }
    let comparison = ResultComparison(
      recorded: recorded, rerun: rerun, variant: variant, variableNames: variableNames)
    self = recorded.agrees(with: rerun) ? .identical : .different(comparison.firstDifference)
  }

  /// The word for it, as JSON has it.
  public var name: String {
    switch self {
    case .identical: "identical"
    case .different: "different"
    case .notRecorded: "not_recorded"
    }
  }

  /// The members that `rerun` adds to a trial's document (docs/json.md).
  public var members: [JSONValue.Member] {
    let verdict = JSONValue.Member("verdict", .string(name))
    guard case .different(let difference) = self else { return [verdict] }
    let place: JSONValue = [
      "place": .string(difference.place.rawValue),
      "epoch": difference.epoch.map { .integer(Int64($0)) } ?? .null,
      "column": .optionalText(difference.column),
      "variable": .optionalText(difference.variable),
      "recorded": difference.recorded,
      "rerun": difference.rerun,
    ]
    return [verdict, JSONValue.Member("first_difference", place)]
  }
}
