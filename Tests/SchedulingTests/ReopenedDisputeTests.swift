import Scheduling
import SweepModel
import Testing

/// Disputes that were settled and are open again.
struct ReopenedDisputeTests {
  private static let all = IntervalSet(TrialRange(0, 1))
  private var stage: CoordinatorStage
  private let job: JobID

  init() {
    (stage, job) = Self.makeStage(disputed: IntervalSet(), voters: [:])
    for _ in 0..<4 { _ = stage.addPlayer() }
  }

  private static func makeStage(disputed: IntervalSet, voters: [WorkerID: IntervalSet])
    -> (CoordinatorStage, JobID)
  {
    let sweep = makeSweep(trials: 1, names: ["variant-0"])
    let job = CoordinatorJob(
      sweep: sweep, variant: sweep.variants[0], recorded: all, audit: 0.1, disputed: disputed,
      voters: voters)
    return (CoordinatorStage([job], endsWhenFinished: false), job.id)
  }

  private func leases(_ effects: [Coordinator.Effect], _ player: Int) -> [LeaseGrant] {
    effects.leases(to: stage.players[player].peer)
  }

  /// Found by the simulation (seeds 1103, 1579): a dispute that a quarantined worker's vote had settled was
  /// open in the store, and the coordinator was not told.
  @Test mutating func disputeThatLosesItsMajorityIsVotedOnAgain() throws {
    let (voter, liar, other) = (0, 1, 2)
    _ = stage.hello(voter)
    _ = stage.hello(other)
    #expect(stage.coordinator.isFinished)
    let liarID = stage.players[liar].worker
    let open = Coordinator.OpenDisputes(
      trials: Self.all, voters: [stage.players[voter].worker: Self.all, liarID: Self.all])
    let effects = stage.handle(.workerDistrusted(liarID, [:], disputes: [job: open]))
    #expect(!stage.coordinator.isFinished)
    #expect(leases(effects, voter).isEmpty)
    let grant = try #require(leases(effects, other).first)
    #expect(grant.trials == Self.all)
    _ = stage.settle(stage.finish(other, grant)) { _ in .settled(outvoted: []) }
    #expect(stage.coordinator.isFinished)
    #expect(stage.coordinator.progress[0].disputes == 0)
  }

  /// Found by the simulation (seed 2665): it waited twice, was lent twice, and never counted as back.
  @Test mutating func disputeThatIsOpenAgainIsLentOnce() throws {
    let players = stage.players
    let voters = [players[0].worker: Self.all, players[1].worker: Self.all]
    (stage, _) = Self.makeStage(disputed: Self.all, voters: voters)
    stage.players = players
    _ = stage.hello(0)
    _ = stage.hello(1)
    let results = [makeResult(TrialIndex(0), MasterSeed(1).trialSeed(at: TrialIndex(0)))]
    var effects: [Coordinator.Effect] = []
    for (player, outcome) in [
      (0, Coordinator.CommitOutcome.settled(outvoted: [])), (1, .violated),
    ] {
      let batch = ResultBatch(number: BatchNumber(1), job: job, results: results)
      let asked = stage.say(player, .results(batch))
      effects += asked + stage.settle(asked) { _ in outcome }
    }
    effects += stage.hello(2) + stage.hello(3)
    let grants = (0..<4).flatMap { player in leases(effects, player).map { (player, $0) } }
    #expect(grants.count == 1)
    let (player, first) = try #require(grants.first)
    _ = stage.settle(stage.finish(player, first, number: 2)) { _ in .settled(outvoted: []) }
    #expect(stage.coordinator.isFinished)
  }
}
