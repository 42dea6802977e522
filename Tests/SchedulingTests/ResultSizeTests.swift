import Scheduling
import SweepModel
import Testing

/// Results of sizes that no training of the variant gives: their worker is turned away, and nothing of
/// the batch is used.
struct ResultSizeTests {
  /// What becomes of a result of the fixture's variant: one metric, one epoch of two columns, no layer.
  private func refusal(
    divergedAt epoch: Int? = nil, _ change: (inout TrialResult.Measurements) -> Void = { _ in }
  ) throws -> String? {
    var stage = CoordinatorStage([makeJob("variant-0", trials: 1)])
    let player = stage.addPlayer()
    let grant = try #require(stage.hello(player).leases(to: stage.players[player].peer).first)
    let batch = stage.batch(grant)
    var result = batch.results[0]
    var measurements = try #require(result.measurements)
    change(&measurements)
    result.outcome =
      epoch.map { .diverged(atEpoch: $0, measurements) } ?? .completed(measurements)
    let effects = stage.say(
      player, .results(ResultBatch(number: batch.number, job: batch.job, results: [result])))
    #expect(effects.commits.isEmpty != effects.refusals.isEmpty)
    return effects.refusals.first?.text
  }

  @Test func whatCanBeIsTaken() throws {
    #expect(try refusal() == nil)
    #expect(try refusal { $0.history = [] } == nil)
    #expect(try refusal { $0.variableFingerprints = [] } == nil)
    #expect(try refusal(divergedAt: 1) == nil)
  }

  @Test func whatCannotBeIsNot() throws {
    let many = Limits.layerVariables + 1
    let texts = [
      try refusal { $0.history = [1] }, try refusal { $0.history = [1, 2, 3, 4] },
      try refusal { $0.metrics.append(0) },
      try refusal { $0.variableFingerprints = Array(repeating: 0, count: many) },
    ]
    let words = [
      "a history of 1 values", "at most 1 epochs", "2 metrics, not 1",
      "17 variables, more than 16",
    ]
    for (text, words) in zip(texts, words) { #expect(text?.contains(words) == true) }
  }

  @Test(arguments: [0, 2, -1, .max]) func divergencesAreInAnEpoch(_ epoch: Int) throws {
    #expect(try refusal(divergedAt: epoch)?.contains("epoch \(epoch) of 1") == true)
  }
}
