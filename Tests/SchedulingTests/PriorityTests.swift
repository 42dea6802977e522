import Scheduling
import SweepModel
import Testing

/// Sweeps that share a coordinator's workers.
struct PriorityTests {
  private func job(_ sweep: String, trials: UInt64 = 100_000, priority: Int = 0) -> CoordinatorJob {
    var model = makeSweep(trials: trials, names: ["variant-0"])
    model.name = sweep
    return CoordinatorJob(
      sweep: model, variant: model.variants[0], recorded: IntervalSet(), priority: priority)
  }

  /// Workers that finish a lease each second, for so many seconds. Returns the leases of each sweep.
  private func play(
    _ stage: inout CoordinatorStage, _ players: [Int], seconds: Int, jobs: [CoordinatorJob],
    open: inout [Int: [LeaseGrant]]
  ) -> [Int] {
    var counts = Array(repeating: 0, count: jobs.count)
    func take(_ effects: [Coordinator.Effect]) {
      for player in players {
        open[player, default: []] += effects.leases(to: stage.players[player].peer)
      }
    }
    for _ in 0..<seconds {
      stage.advance(by: .seconds(1))
      for player in players {
        guard let grant = open[player]?.first else { continue }
        open[player]?.removeFirst()
        counts[jobs.firstIndex { $0.id == grant.job } ?? 0] += 1
        let effects = stage.finish(player, grant, number: stage.nextBatch())
        take(effects)
        take(stage.settle(effects))
      }
    }
    return counts
  }

  @Test func equalSweepsShareTheWorkers() {
    let jobs = [job("a"), job("b")]
    var stage = CoordinatorStage(jobs)
    let players = (0..<4).map { _ in stage.addPlayer() }
    var open: [Int: [LeaseGrant]] = [:]
    for player in players {
      open[player] = stage.hello(player).leases(to: stage.players[player].peer)
    }
    let counts = play(&stage, players, seconds: 200, jobs: jobs, open: &open)
    #expect(counts.reduce(0, +) == 800)
    #expect(abs(counts[0] - counts[1]) <= 80, "\(counts)")
  }

  @Test func aSweepOfHigherPriorityIsServedFirst() {
    let jobs = [job("a"), job("b", trials: 100, priority: 3)]
    var stage = CoordinatorStage(jobs)
    let first = stage.addPlayer()
    var open = [first: stage.hello(first).leases(to: stage.players[first].peer)]
    #expect(open[first]?.allSatisfy { $0.job == jobs[1].id } == true)
    #expect(play(&stage, [first], seconds: 50, jobs: jobs, open: &open)[0] == 0)
    let counts = play(&stage, [first], seconds: 100, jobs: jobs, open: &open)
    #expect(stage.coordinator.progress[1].recorded == 100)
    #expect(counts[0] > 0, "\(counts)")
  }

  @Test func anotherPriorityCountsFromThenOn() {
    let jobs = [job("a", priority: 1), job("b")]
    var stage = CoordinatorStage(jobs)
    let first = stage.addPlayer()
    var open = [first: stage.hello(first).leases(to: stage.players[first].peer)]
    #expect(play(&stage, [first], seconds: 20, jobs: jobs, open: &open)[1] == 0)
    _ = stage.handle(.jobsAdded([job("b", priority: 2)]))
    // Two leases are under way.
    let counts = play(&stage, [first], seconds: 20, jobs: jobs, open: &open)
    #expect(counts[0] <= 2, "\(counts)")
  }

  /// What a submission that is being prepared will add is not missed.
  @Test func nothingIsFinishedWhileJobsAreAwaited() {
    var stage = CoordinatorStage([job("a", trials: 1)])
    let first = stage.addPlayer()
    let grants = stage.hello(first).leases(to: stage.players[first].peer)
    #expect(stage.handle(.jobsAwaited(true)).isEmpty)
    #expect(!stage.settle(stage.finish(first, grants[0])).contains(.allFinished))
    #expect(!stage.handle(.jobsAdded([job("b", trials: 1)])).contains(.allFinished))
    #expect(!stage.handle(.jobsAwaited(false)).contains(.allFinished))
    var empty = CoordinatorStage([job("a", trials: 1)])
    _ = empty.handle(.jobsAwaited(true))
    _ = empty.handle(.jobsCancelled([job("a").id]))
    #expect(empty.handle(.jobsAwaited(false)).contains(.allFinished))
  }
}
