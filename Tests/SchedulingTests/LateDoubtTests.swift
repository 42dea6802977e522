import Scheduling
import SweepModel
import Testing

/// What comes after workers were told to leave.
struct LateDoubtTests {
  private var stage = CoordinatorStage([makeJob("variant-0", trials: 3)])

  /// Found by the simulation (seed 98242): a late result outvoted a worker, and what stood on its word
  /// alone was lent to workers that had left. Nobody trained it, and the coordinator waited for ever.
  @Test mutating func nothingIsLentAfterTheEndThatLateResultsCastDoubtOn() throws {
    let owner = stage.addPlayer()
    let late = stage.addPlayer()
    let seeds = MasterSeed(1)
    var open = stage.hello(owner).leases(to: stage.players[owner].peer)
    let job = try #require(open.first?.job)
    while !open.isEmpty {
      stage.advance(by: .milliseconds(10))
      var effects = stage.finish(owner, open.removeFirst(), number: stage.nextBatch())
      effects += stage.settle(effects)
      open += effects.leases(to: stage.players[owner].peer)
    }
    _ = stage.hello(late)
    #expect(stage.coordinator.isFinished)
    let ownerID = stage.players[owner].worker
    let results = (0..<2).map(TrialIndex.init).map {
      makeResult($0, seeds.trialSeed(at: $0), ulp: 1)
    }
    let batch = ResultBatch(number: BatchNumber(1), job: job, results: results)
    var after = stage.settle(stage.say(late, .results(batch))) { _ in
      .settled(outvoted: [ownerID])
    }
    #expect(after.orders(to: stage.players[late].peer).contains(.acknowledged(BatchNumber(1))))
    #expect(after.contains(.distrust(ownerID)))
    // A newcomer is told to leave, though the store has not answered.
    let newcomer = stage.addPlayer()
    let told = stage.hello(newcomer).orders(to: stage.players[newcomer].peer)
    #expect(told == [.finished])
    after += stage.handle(
      .workerDistrusted(ownerID, [job: IntervalSet(TrialRange(2, 3))]))
    after += stage.say(late, .heartbeat(progress: [0]))
    for player in stage.players { #expect(after.leases(to: player.peer).isEmpty) }
    // It is over, and says what is missing; it said once that all was done.
    #expect(stage.coordinator.isFinished && stage.coordinator.isQuiescent)
    #expect(stage.coordinator.progress[0].recorded == 2)
    #expect(!after.contains(.allFinished))
    for player in [late, newcomer] { _ = stage.say(player, .goodbye) }
    #expect(stage.coordinator.workerCount == 0)
  }
}
