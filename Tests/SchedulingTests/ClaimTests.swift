import Scheduling
import SweepModel
import Testing

/// Failures that workers report, and nobody believes.
struct ClaimTests {
  private var stage = CoordinatorStage([makeJob("variant-0", trials: 1)])

  private mutating func claim(_ player: Int, _ grant: LeaseGrant, _ reason: String = "no luck")
    -> [Coordinator.Effect]
  {
    let indices = grant.trials.ranges.flatMap { Array($0.indices) }
    let results = zip(indices, grant.seeds).map {
      TrialResult(index: $0, seed: $1, outcome: .failed(reason: reason), seconds: 0)
    }
    let batch = ResultBatch(
      number: BatchNumber(stage.nextBatch()), job: grant.job, results: results)
    return stage.say(player, .results(batch))
  }

  private func leases(_ effects: [Coordinator.Effect], _ player: Int) -> [LeaseGrant] {
    effects.leases(to: stage.players[player].peer)
  }

  @Test mutating func claimIsAcknowledgedAndAnotherWorkerIsAsked() throws {
    let claimer = stage.addPlayer()
    let honest = stage.addPlayer()
    let grant = try #require(leases(stage.hello(claimer), claimer).first)
    _ = stage.hello(honest)
    let effects = claim(claimer, grant)
    let orders = effects.orders(to: stage.players[claimer].peer)
    #expect(orders == [.acknowledged(BatchNumber(101))], "and it is not lent the trial again")
    #expect(effects.commits.isEmpty)
    let again = try #require(leases(effects, honest).first)
    #expect(again.trials == grant.trials)
    _ = stage.settle(stage.finish(honest, again))
    #expect(stage.coordinator.isFinished)
    #expect(stage.coordinator.tally.recorded == 1)
    #expect(stage.coordinator.tally.failed == 0)
  }

  @Test mutating func whatOneWorkerRepeatsCountsOnceWhileOthersCanBeAsked() throws {
    let claimer = stage.addPlayer()
    let honest = stage.addPlayer()
    var open = leases(stage.hello(claimer), claimer)
    let first = try #require(open.first)
    _ = stage.hello(honest)
    open = leases(claim(claimer, first), honest)
    // Whoever is asked hands it back, so that it waits while the first comes back for it.
    for _ in 0..<2 * Limits.trialCrashes {
      let held = try #require(open.first)
      let effects = stage.say(honest, .leasesReturned([held.id]))
      #expect(leases(effects, claimer).isEmpty)
      #expect(leases(stage.say(claimer, .heartbeat(progress: [0])), claimer).isEmpty)
      open = leases(effects, honest) + leases(stage.say(honest, .heartbeat(progress: [0])), honest)
    }
    #expect(stage.coordinator.tally.failed == 0)
  }

  @Test(arguments: [1, 2]) mutating func whatEverybodyClaimsEndsWithItsReason(workers: Int) throws {
    let players = (0..<workers).map { _ in stage.addPlayer() }
    var effects = players.flatMap { stage.hello($0) }
    var claims = 0
    while effects.commits.isEmpty, claims < 100 {
      let grants = players.flatMap { player in leases(effects, player).map { (player, $0) } }
      let (player, grant) = try #require(grants.first)
      claims += 1
      effects = claim(player, grant, "no luck, \(claims)")
    }
    #expect(claims == Limits.trialCrashes)
    let result = try #require(effects.commits.first?.results.first)
    #expect(result.outcome == .failed(reason: "no luck, 5"))
    #expect(effects.commits.first?.worker == nil)
    _ = stage.settle(effects)
    #expect(stage.coordinator.isFinished)
    #expect(stage.coordinator.tally.failed == 1)
  }

  @Test mutating func restOfABatchIsStored() throws {
    stage = CoordinatorStage([makeJob("variant-0", trials: 10)])
    let player = stage.addPlayer(slots: 4)
    let honest = stage.addPlayer()
    let grant = try #require(leases(stage.hello(player), player).first)
    _ = stage.hello(honest)
    var batch = stage.batch(grant, number: 7)
    batch.results[1].outcome = .failed(reason: "no luck")
    let kept = batch.results.count - 1
    let effects = stage.say(player, .results(batch))
    #expect(effects.commits.map(\.results.count) == [kept])
    #expect(effects.orders(to: stage.players[player].peer).allSatisfy { $0 != .acknowledged(7) })
    let after = stage.settle(effects)
    #expect(after.orders(to: stage.players[player].peer).contains(.acknowledged(7)))
    #expect(stage.coordinator.progress[0].recorded == UInt64(kept))
  }

  @Test mutating func checkThatIsClaimedToFailWaitsForAnotherWorker() throws {
    let sweep = makeSweep(trials: 1, names: ["variant-0"])
    let owner = stage.addPlayer()
    let all = IntervalSet(TrialRange(0, 1))
    let job = CoordinatorJob(
      sweep: sweep, variant: sweep.variants[0], recorded: all, audit: 1, openAudits: all,
      voters: [stage.players[owner].worker: all])
    stage = CoordinatorStage([job], endsWhenFinished: false)
    _ = stage.addPlayer()
    let claimer = stage.addPlayer()
    let honest = stage.addPlayer()
    let grant = try #require(leases(stage.hello(claimer), claimer).first)
    let effects = claim(claimer, grant)
    #expect(leases(effects, claimer).isEmpty)
    #expect(stage.coordinator.isFinished, "nobody is there who could do it")
    #expect(stage.coordinator.progress[0].audits == 1)
    let again = try #require(leases(stage.hello(honest), honest).first)
    _ = stage.settle(stage.finish(honest, again)) { _ in .confirmed }
    #expect(stage.coordinator.progress[0].audits == 0)
    #expect(stage.coordinator.tally.recorded == 0)
  }

  @Test mutating func resultThatReplacesAFailureIsCountedOnce() throws {
    let claimer = stage.addPlayer()
    var effects = stage.hello(claimer)
    let grant = try #require(leases(effects, claimer).first)
    for _ in 0..<Limits.trialCrashes {
      effects = claim(claimer, try #require(leases(effects, claimer).first))
    }
    _ = stage.settle(effects)
    #expect(stage.coordinator.tally.failed == 1)
    let late = stage.addPlayer()
    _ = stage.hello(late)
    _ = stage.settle(stage.finish(late, grant))
    #expect(stage.coordinator.tally.recorded == 1)
    #expect(stage.coordinator.tally.failed == 0)
  }
}

extension CoordinatorOrder {
  fileprivate static func acknowledged(_ number: UInt64) -> CoordinatorOrder {
    .acknowledged(BatchNumber(number))
  }
}
