import Scheduling
import SweepModel
import Testing

/// Jobs that come and go, trials that hang, variants that nobody can train.
struct JobTests {
  private var stage = CoordinatorStage(
    [makeJob("variant-0", trials: 2)], endsWhenFinished: false)
  private let first: Int
  private var peer: PeerID { stage.players[first].peer }

  init() { first = stage.addPlayer() }

  private mutating func workAll(_ effects: [Coordinator.Effect]) -> [Coordinator.Effect] {
    var open = effects.leases(to: peer)
    var all = effects
    while !open.isEmpty {
      let grant = open.removeFirst()
      let done = stage.finish(first, grant, number: stage.nextBatch())
      let after = stage.settle(done)
      open += done.leases(to: peer) + after.leases(to: peer)
      all += done + after
    }
    return all
  }

  @Test mutating func addedJobIsServedAtOnceAndEndsAgain() {
    let effects = workAll(stage.hello(first))
    #expect(effects.contains(.allFinished))
    #expect(!effects.orders(to: peer).contains(.finished))
    let added = stage.handle(
      .jobsAdded([makeJob("variant-0", trials: 2), makeJob("variant-1", trials: 3)]))
    #expect(!stage.coordinator.isFinished)
    #expect(stage.coordinator.progress.count == 2)
    let rest = workAll(added)
    #expect(rest.contains(.allFinished))
    #expect(stage.coordinator.progress[1].recorded == 3)
  }

  @Test mutating func cancelledJobIsRevokedAndLateResultsAreKept() throws {
    let job = makeJob("variant-0", trials: 2)
    let grant = try #require(stage.hello(first).leases(to: peer).first)
    let effects = stage.handle(.jobsCancelled([job.id]))
    #expect(effects.orders(to: peer).contains(.leaseRevoked(grant.id)))
    #expect(effects.contains(.allFinished))
    #expect(stage.coordinator.progress[0].isCancelled)
    let late = stage.finish(first, grant)
    #expect(late.commits.count == 1)
    let after = stage.settle(late)
    #expect(after.orders(to: peer).contains(.acknowledged(BatchNumber(1))))
    #expect(stage.coordinator.isFinished)
  }

  @Test mutating func knownJobGetsLongerNeverShorter() {
    _ = workAll(stage.hello(first))
    let known = makeJob("variant-0", trials: 9, recorded: IntervalSet(TrialRange(4, 6)))
    let longer = stage.handle(.jobsAdded([known]))
    // Two were there, and those that the store has of the others are not trained again.
    #expect(!stage.coordinator.isFinished)
    #expect(stage.coordinator.progress[0].trials == 9)
    #expect(stage.coordinator.progress[0].recorded == 4)
    #expect(workAll(longer).contains(.allFinished))
    #expect(stage.coordinator.progress[0].recorded == 9)
    _ = stage.handle(.jobsAdded([makeJob("variant-0", trials: 3)]))
    #expect(stage.coordinator.isFinished && stage.coordinator.progress[0].trials == 9)
  }

  @Test mutating func cancelledJobGoesOn() {
    let job = makeJob("variant-0", trials: 2)
    _ = stage.hello(first)
    _ = stage.handle(.jobsCancelled([job.id]))
    #expect(stage.coordinator.isFinished)
    let effects = stage.handle(.jobsAdded([job]))
    #expect(!stage.coordinator.isFinished && !stage.coordinator.progress[0].isCancelled)
    #expect(workAll(effects).contains(.allFinished))
    #expect(stage.coordinator.progress[0].recorded == 2)
  }

  @Test mutating func hungTrialFailsInTheEndAndOthersGoOn() throws {
    stage = CoordinatorStage([makeJob("variant-0", trials: 6)])
    _ = stage.addPlayer(slots: 2)
    var effects = stage.hello(first)
    var hung = 0
    var failures: [TrialResult] = []
    var open = effects.leases(to: peer)
    while !open.isEmpty, hung < 20 {
      let grant = open.removeFirst()
      if grant.trials.contains(TrialIndex(3)) {
        hung += 1
        effects = stage.say(first, .trialsHung(grant.job, TrialRange(3, 4)))
        #expect(!effects.notices.isEmpty)
        open.append(contentsOf: effects.leases(to: peer))
        var rest = grant.trials
        rest.remove(TrialIndex(3))
        if rest.isEmpty {
          failures += effects.commits.flatMap(\.results)
          _ = stage.settle(effects)
          continue
        }
        let batch = ResultBatch(
          number: BatchNumber(stage.nextBatch()), job: grant.job,
          results: rest.ranges.flatMap { $0.indices }.map {
            makeResult($0, MasterSeed(1).trialSeed(at: $0))
          })
        effects = stage.say(first, .results(batch))
      } else {
        effects = stage.finish(first, grant, number: stage.nextBatch())
      }
      let after = stage.settle(effects)
      open += effects.leases(to: peer) + after.leases(to: peer)
    }
    #expect(hung == Limits.trialCrashes)
    #expect(failures.map(\.index) == [TrialIndex(3)])
    #expect(failures.map(\.status) == [.failed])
    #expect(stage.coordinator.isFinished)
    #expect(stage.coordinator.footprint.crashes == 0)
  }

  @Test mutating func preparingForHoursLosesNothing() throws {
    let grants = stage.hello(first).leases(to: peer)
    for _ in 0..<600 {
      stage.advance(by: .seconds(5))
      _ = stage.say(first, .heartbeat(progress: [0]))
      #expect(stage.handle(.timePassed).isEmpty)
    }
    _ = stage.say(first, .leaseBegun(grants[0].id))
    let effects = stage.finish(first, grants[0])
    #expect(effects.commits.count == 1)
  }

  @Test mutating func variantThatNobodyCanTrainWaitsAloudAndIsTriedAgain() throws {
    let grant = try #require(stage.hello(first).leases(to: peer).first)
    let effects = stage.say(
      first, .variantRejected(grant.variant, VariantRejection(.dataMissing, "no file a.csv")))
    #expect(
      effects.notices.contains { if case .variantRejected = $0 { true } else { false } })
    let reason = try #require(stage.coordinator.waitingReasons(at: stage.now).first)
    #expect(reason.code == .dataMissing && reason.isBlocking)
    #expect(!stage.coordinator.isFinished)
    #expect(stage.say(first, .heartbeat(progress: [0])).leases(to: peer).isEmpty)
    for _ in 0..<13 {
      stage.advance(by: .seconds(5))
      _ = stage.handle(.timePassed)
      let again = stage.say(first, .heartbeat(progress: [0])).leases(to: peer)
      if !again.isEmpty { return }
    }
    Issue.record("what was missing may have been put right, and nobody asked")
  }

  @Test mutating func drainedTrialsGoToOthersAtOnce() throws {
    stage = CoordinatorStage([makeJob("variant-0", trials: 8)])
    _ = stage.addPlayer(slots: 4)
    let other = stage.addPlayer(slots: 8)
    let otherPeer = stage.players[other].peer
    let grants = stage.hello(first).leases(to: peer)
    _ = stage.say(first, .leaseBegun(grants[0].id))
    let all = grants.reduce(IntervalSet()) { $0.union($1.trials) }
    _ = all
    var waiting = grants[0].trials
    let running = waiting.popFirst(limit: 1)
    _ = running
    _ = stage.hello(other)
    let effects = stage.say(first, .trialsReturned(grants[0].id, waiting))
    #expect(
      waiting.isEmpty || !effects.leases(to: otherPeer).isEmpty
        || stage.coordinator.progress[0].leases > 1)
  }
}
