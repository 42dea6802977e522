import Scheduling
import SweepModel
import Testing

/// Which results nobody waited for: who brings no others has to keep within limits.
struct RepetitionTests {
  private static func makeStage(audit: Double) -> CoordinatorStage {
    let sweep = makeSweep(trials: 2, names: ["variant-0"])
    return CoordinatorStage([
      CoordinatorJob(
        sweep: sweep, variant: sweep.variants[0], recorded: IntervalSet(), audit: audit)
    ])
  }

  @Test func resultsThatAreSentAgainAreRepetitions() throws {
    var stage = Self.makeStage(audit: 0)
    let player = stage.addPlayer()
    let grant = try #require(stage.hello(player).leases(to: stage.players[player].peer).first)
    let first = stage.finish(player, grant)
    #expect(first.commits.map(\.repetitions) == [0])
    // Before the store has them, and after.
    let second = stage.finish(player, grant, number: 2)
    #expect(second.commits.map(\.repetitions) == [grant.seeds.count])
    _ = stage.settle(first)
    let third = stage.finish(player, grant, number: 3)
    #expect(third.commits.map(\.repetitions) == [grant.seeds.count])
  }

  @Test func auditsAreNoRepetitions() throws {
    var stage = Self.makeStage(audit: 1)
    let owner = stage.addPlayer()
    let auditor = stage.addPlayer()
    let grant = try #require(stage.hello(owner).leases(to: stage.players[owner].peer).first)
    let joined = stage.hello(auditor)
    let peer = stage.players[auditor].peer
    var open = joined.leases(to: peer) + stage.settle(stage.finish(owner, grant)).leases(to: peer)
    var audited = IntervalSet()
    while !open.isEmpty {
      let next = open.removeFirst()
      audited.formUnion(next.trials)
      let effects = stage.finish(auditor, next, number: stage.nextBatch())
      #expect(effects.commits.map(\.repetitions) == [0])
      open += effects.leases(to: peer) + stage.settle(effects).leases(to: peer)
    }
    #expect(audited.intersection(grant.trials) == grant.trials)
  }
}
