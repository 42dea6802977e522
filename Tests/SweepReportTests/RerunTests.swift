import SweepModel
import SweepReport
import Testing

@Suite struct RerunTests {
  private static let variables = ["dense/kernel", "dense/bias", "dense_1/kernel"]
  private let trial = Example.completed(0, [0.05])

  @Test func theSameBitsAreIdentical() {
    var recorded = trial
    recorded.seconds = 9
    #expect(verdict(recorded, trial) == .identical)
    // Whether the history was kept is not part of a result: its digest is.
    #expect(verdict(changed { $0.history = [] }, trial) == .identical)
  }

  @Test func withoutARecordThereIsNothingToCompare() {
    #expect(verdict(nil, trial) == .notRecorded)
    #expect(verdict(nil, trial).members.map(\.value) == ["not_recorded"])
  }

  /// Row-major, columns loss and mean_squared_error: position 3 is epoch 2's metric.
  @Test func namesTheFirstEpochColumnAndVariable() {
    let recorded = changed {
      $0.history[3] = 0.5
      $0.historyDigest = HistoryDigest(hashing: [])
      $0.variableFingerprints = [1, 9, 9]
      $0.weightsDigest = WeightsDigest(hashing: [])
    }
    expect(
      recorded, .history, epoch: 2, column: "mean_squared_error", variable: "dense/bias",
      .number(0.5), .number(0.05))
  }

  @Test func aHistoryThatEndsEarlierDiffersInTheNextEpoch() {
    var recorded = Example.measurements([.nan])
    recorded.history.removeLast(2)
    expect(
      Example.result(0, .diverged(atEpoch: 1, recorded)), .history, epoch: 2, column: "loss",
      variable: nil, .null, .number(0.25))
  }

  @Test func withoutHistoriesNamesTheVariable() {
    let recorded = changed {
      $0.history = []
      $0.variableFingerprints[2] = 0xff
      $0.weightsDigest = WeightsDigest(hashing: [])
    }
    expect(
      recorded, .weights, variable: "dense_1/kernel", .string("00000000000000ff"),
      .string("000000000000feed"))
  }

  @Test func thenTheStatus() {
    expect(
      Example.result(0, .failed(reason: "no")), .status, column: "status", "failed", "completed")
    let old = Example.diverged(0, atEpoch: 3, [.nan])
    let new = Example.diverged(0, atEpoch: 4, [.nan])
    guard case .different(let difference) = verdict(old, new) else {
      Issue.record("identical")
      return
    }
    #expect(difference.column == "diverged_at_epoch")
    #expect(difference.recorded == .integer(3))
    #expect(difference.rerun == .integer(4))
  }

  @Test func thenTheMetricsAndAtLastTheDigests() {
    expect(
      changed { $0.metrics = [-.infinity] }, .metrics, column: "mean_squared_error", "-inf",
      .number(0.05))
    expect(
      changed { $0.historyDigest = HistoryDigest(hashing: []) }, .digest, column: "history_sha256",
      .string(HistoryDigest(hashing: []).hex), .string(HistoryDigest(hashing: "history".utf8).hex))
  }

  /// What differs may also be the model: a store is not trusted to have as many variables as we.
  @Test func moreVariablesThanNamesAreNoError() {
    let recorded = changed {
      $0.history = []
      $0.variableFingerprints = [1, 2, 3, 4]
      $0.weightsDigest = WeightsDigest(hashing: [])
    }
    let verdict = RerunVerdict(
      recorded: recorded, rerun: trial, variant: Example.base.variant, variableNames: ["one"])
    guard case .different(let difference) = verdict else {
      Issue.record("identical")
      return
    }
    #expect(difference.variable == "variable 3")
  }

  @Test func textForPeople() {
    let (weights, history) = (
      WeightsDigest(hashing: "weights".utf8), HistoryDigest(hashing: "history".utf8)
    )
    let recorded = changed {
      $0.history[0] = 0.25
      $0.variableFingerprints[0] = 5
      $0.weightsDigest = WeightsDigest(hashing: [])
    }
    #expect(
      text(trial, verdict(recorded, trial)) == """
        sequence, variant base, trial 0, seed 6d3e048f1022172d: completed
          mean_squared_error  0.05
          weights             \(weights)
          history             \(history)
        DIFFERENT: first in epoch 1, loss; the first variable that differs is dense/kernel
          recorded  0.25
          now       0.5

        """)
    let failed = Example.result(0, .failed(reason: "a\u{1b}b"))
    #expect(
      text(failed, .notRecorded) == """
        sequence, variant base, trial 0, seed 6d3e048f1022172d: failed: a b
        not recorded: there is no result of this trial to compare with

        """)
    #expect(text(trial, .identical).hasSuffix("\nidentical: bit for bit what was recorded\n"))
  }

  /// The example's first trial as if it had been recorded with other measurements.
  private func changed(
    _ change: (inout TrialResult.Measurements) -> Void
  ) -> TrialResult {
    var measurements = Example.measurements([0.05])
    change(&measurements)
    return Example.result(0, .completed(measurements))
  }

  private func verdict(_ recorded: TrialResult?, _ rerun: TrialResult) -> RerunVerdict {
    RerunVerdict(
      recorded: recorded, rerun: rerun, variant: Example.base.variant,
      variableNames: Self.variables)
  }

  private func expect(
    _ recorded: TrialResult, _ place: RerunVerdict.Place, epoch: Int? = nil,
    column: String? = nil, variable: String? = nil, _ old: JSONValue, _ new: JSONValue,
    location: SourceLocation = #_sourceLocation
  ) {
    guard case .different(let difference) = verdict(recorded, trial) else {
      Issue.record("identical", sourceLocation: location)
      return
    }
    #expect(difference.place == place, sourceLocation: location)
    #expect(difference.epoch == epoch, sourceLocation: location)
    #expect(difference.column == column, sourceLocation: location)
    #expect(difference.variable == variable, sourceLocation: location)
    #expect(difference.recorded == old, sourceLocation: location)
    #expect(difference.rerun == new, sourceLocation: location)
  }

  private func text(_ result: TrialResult, _ verdict: RerunVerdict) -> String {
    RerunReport(sweep: "sequence", variant: Example.base, result: result, verdict: verdict).text
  }
}
