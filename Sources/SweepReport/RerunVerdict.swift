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
    /// The first epoch, from 1, whose history differs; nil where both histories are the same or one
    /// was not kept.
    public let epoch: Int?
    /// The column of the history, or the metric, that differs.
    public let quantity: String?
    /// The first variable, in model order, whose values differ.
    public let variable: String?
    /// What was recorded there.
    public let recorded: String
    /// What the re-run gave there.
    public let rerun: String
  }

  /// Compares a re-run with what was recorded.
  ///
  /// - Parameter variableNames: the model's variables, in model order.
  public init(
    recorded: TrialResult?, rerun: TrialResult, variant: ResolvedVariant, variableNames: [String]
  ) {
    guard let recorded else {
      self = .notRecorded
      return
    }
    if recorded.agrees(with: rerun) {
      self = .identical
      return
    }
    self = .different(
      FirstDifference(recorded: recorded, rerun: rerun, variant, variableNames))
  }

  /// The word for it, as JSON has it.
  public var name: String {
    switch self {
    case .identical: "identical"
    case .different: "different"
    case .notRecorded: "not_recorded"
    }
  }
}

extension RerunVerdict.FirstDifference {
  fileprivate init(
    recorded: TrialResult, rerun: TrialResult, _ variant: ResolvedVariant,
    _ variableNames: [String]
  ) {
    guard recorded.status == rerun.status, let before = recorded.measurements,
      let after = rerun.measurements
    else {
      self.init(
        epoch: nil, quantity: "status", variable: nil, recorded: recorded.status.rawValue,
        rerun: rerun.status.rawValue)
      return
    }
    let variable = zip(before.variableFingerprints, after.variableFingerprints)
      .enumerated().first { $0.element.0 != $0.element.1 }?.offset
    let variableName = variable.flatMap { $0 < variableNames.count ? variableNames[$0] : nil }
    let columns = variant.historyColumns
    if let position = Self.firstDifference(before.history, after.history) {
      self.init(
        epoch: position / columns.count + 1, quantity: columns[position % columns.count],
        variable: variableName, recorded: before.history[position].description,
        rerun: after.history[position].description)
    } else if let position = Self.firstDifference(before.metrics, after.metrics) {
      self.init(
        epoch: nil, quantity: variant.metricNames[position], variable: variableName,
        recorded: before.metrics[position].description,
        rerun: after.metrics[position].description)
    } else {
      self.init(
        epoch: nil, quantity: nil, variable: variableName, recorded: before.weightsDigest.hex,
        rerun: after.weightsDigest.hex)
    }
  }

  private static func firstDifference(_ left: [Double], _ right: [Double]) -> Int? {
    zip(left, right).enumerated()
      .first { $0.element.0.bitPattern != $0.element.1.bitPattern }?.offset
  }
}

extension RerunVerdict {
  /// The members that `rerun` adds to the trial's document.
  public var members: [JSONValue.Member] {
    var members = [JSONValue.Member("verdict", .string(name))]
    if case .different(let difference) = self {
      members.append(
        .init(
          "first_difference",
          [
            "epoch": difference.epoch.map { .integer(Int64($0)) } ?? .null,
            "quantity": difference.quantity.map(JSONValue.string) ?? .null,
            "variable": difference.variable.map(JSONValue.string) ?? .null,
            "recorded": .string(difference.recorded),
            "rerun": .string(difference.rerun),
          ]))
    }
    return members
  }

  /// The verdict in a sentence.
  public var sentence: String {
    switch self {
    case .identical: "identical: every bit is that of the recorded result"
    case .notRecorded: "not recorded: there is no result to compare with"
    case .different(let difference):
      "DIFFERENT: first \(difference.place); recorded \(difference.recorded), "
        + "now \(difference.rerun)"
    }
  }
}

extension RerunVerdict.FirstDifference {
  fileprivate var place: String {
    var parts: [String] = []
    if let epoch { parts.append("in epoch \(epoch)") }
    if let quantity { parts.append("in \(quantity)") }
    if let variable { parts.append("variable \(variable)") }
    return parts.isEmpty ? "in the weights" : parts.joined(separator: ", ")
  }
}
