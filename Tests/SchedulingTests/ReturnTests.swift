import Scheduling
import SweepModel
import Testing

/// What workers that come back have, and what is still held against trials.
struct ReturnTests {
  private var stage = CoordinatorStage([makeJob("variant-0", trials: 100)])
  private let first: Int
  private let second: Int
  private var peer: PeerID { stage.players[first].peer }
  private var otherPeer: PeerID { stage.players[second].peer }

  init() {
    first = stage.addPlayer()
    second = stage.addPlayer()
  }

  private mutating func restage(_ jobs: [CoordinatorJob], slots: Int = 1) {
    stage = CoordinatorStage(jobs)
    _ = stage.addPlayer(slots: slots)
    _ = stage.addPlayer()
  }

  /// The first worker shows no progress until its leases are revoked; returns what its hello held.
  private mutating func stall(_ grant: LeaseGrant) -> [HeldLease] {
    _ = stage.say(first, .leaseBegun(grant.id))
    for _ in 0..<70 {
      _ = stage.say(first, .heartbeat(progress: [5]))
      _ = stage.handle(.timePassed)
      stage.advance(by: .seconds(1))
    }
    return [
      HeldLease(lease: grant.id, job: grant.job, remaining: grant.trials, hasBegun: true)
    ]
  }

  /// Found by seed 13845: it was adopted and stalled at the same time.
  @Test mutating func stalledWorkerThatRegistersAnewIsAtWorkAgain() throws {
    let held = stall(try #require(stage.hello(first).leases(to: peer).first))
    let effects = stage.hello(first, held: held)
    let welcomes = effects.messages(to: peer).compactMap {
      if case .welcome(let welcome) = $0 { welcome } else { nil }
    }
    #expect(welcomes.first?.adopted.count == 1)
    #expect(effects.leases(to: peer).count == 1)
  }

  /// Found by seed 4429.
  @Test mutating func acknowledgementEndsAStall() throws {
    let grants = stage.hello(first).leases(to: peer)
    try #require(grants.count == 2)
    let sent = stage.finish(first, grants[0])
    // The store is busy for longer than anybody is patient.
    _ = stall(grants[1])
    _ = stage.hello(second)
    #expect(stage.say(first, .heartbeat(progress: [5])).leases(to: peer).isEmpty)
    let effects = stage.settle(sent)
    #expect(effects.orders(to: peer).first == .acknowledged(BatchNumber(1)))
    #expect(!effects.leases(to: peer).isEmpty)
  }

  /// A trial under suspicion, lent to the second worker; what else there is waits in another job.
  private mutating func lendSuspect() throws -> LeaseGrant {
    restage([makeJob("variant-0", trials: 1)])
    let grant = try #require(stage.hello(first).leases(to: peer).first)
    _ = stage.say(first, .leaseBegun(grant.id))
    _ = stage.handle(.workerProcessEnded(stage.players[first].worker))
    let suspect = try #require(stage.hello(second).leases(to: otherPeer).first)
    _ = stage.handle(.jobsAdded([makeJob("variant-1", trials: 50)]))
    return suspect
  }

  /// Found by seed 6883: it was lent beside others then, was never alone, and crashed workers for ever.
  @Test mutating func suspectThatIsHandedBackStaysSuspect() throws {
    let suspect = try lendSuspect()
    let grants = stage.hello(second).leases(to: otherPeer)
    #expect(grants.map(\.job) == [suspect.job])
  }

  @Test mutating func suspectThatIsHeldStaysAlone() throws {
    let suspect = try lendSuspect()
    let held = HeldLease(
      lease: suspect.id, job: suspect.job, remaining: suspect.trials, hasBegun: true)
    #expect(stage.hello(second, held: [held]).leases(to: otherPeer).isEmpty)
    _ = stage.say(second, .heartbeat(progress: [1]))
    _ = stage.handle(.workerProcessEnded(stage.players[second].worker))
    #expect(stage.coordinator.footprint.crashes == 1)
  }

  /// Nobody takes a suspect over: one that its worker cannot begin goes round.
  @Test mutating func suspectThatNeverBeginsGoesToAnother() throws {
    restage([makeJob("variant-0", trials: 1)])
    let grant = try #require(stage.hello(first).leases(to: peer).first)
    _ = stage.say(first, .leaseBegun(grant.id))
    _ = stage.handle(.workerProcessEnded(stage.players[first].worker))
    let suspect = try #require(stage.hello(second).leases(to: otherPeer).first)
    _ = stage.hello(first)
    var effects: [Coordinator.Effect] = []
    for _ in 0..<600 where effects.leases(to: peer).isEmpty {
      stage.advance(by: .seconds(1))
      for player in [first, second] {
        effects += stage.say(player, .heartbeat(progress: [0]))
      }
      effects += stage.handle(.timePassed)
    }
    #expect(effects.leases(to: peer).map(\.trials) == [suspect.trials])
    #expect(effects.orders(to: otherPeer).contains(.leaseRevoked(suspect.id)))
  }

  /// A worker with two leases may have begun the second: neither is to blame for sure.
  @Test mutating func crashesBesideAnotherLeaseAreNotCharged() throws {
    restage([makeJob("variant-0", trials: 2)])
    let grants = stage.hello(first).leases(to: peer)
    #expect(grants.map(\.trials.count) == [1, 1])
    _ = stage.say(first, .leaseBegun(grants[0].id))
    _ = stage.handle(.workerProcessEnded(stage.players[first].worker))
    #expect(stage.coordinator.footprint.crashes == 0)
  }

  @Test mutating func suspectOfASlowWorkerIsJudgedByAnother() throws {
    restage([makeJob("variant-0", trials: 1)], slots: 8)
    let grant = try #require(stage.hello(first).leases(to: peer).first)
    _ = stage.say(first, .leaseBegun(grant.id))
    _ = stage.hello(second)
    let effects = stage.say(first, .trialsHung(grant.job, TrialRange(0, 1)))
    #expect(effects.leases(to: peer).isEmpty)
    #expect(effects.leases(to: otherPeer).map(\.trials) == [grant.trials])
    // Were it alone, it would have to do.
    let after = stage.say(second, .goodbye)
    #expect(after.leases(to: peer).map(\.trials) == [grant.trials])
  }

  // MARK: Results that wait

  private func results(_ range: TrialRange, of job: CoordinatorJob) -> HeldLease {
    HeldLease(
      lease: LeaseID(0), job: job.id, remaining: IntervalSet(range), hasBegun: false)
  }

  @Test mutating func trialsWhoseResultsAreHeldAreLentToNobody() throws {
    let job = makeJob("variant-0", trials: 5)
    restage([job])
    let effects = stage.hello(first, held: [results(TrialRange(0, 4), of: job)])
    #expect(effects.leases(to: peer).map(\.trials) == [IntervalSet(TrialRange(4, 5))])
    #expect(stage.hello(second).leases(to: otherPeer).isEmpty)
    let batch = ResultBatch(
      number: BatchNumber(1), job: job.id,
      results: (0..<4).map {
        makeResult(TrialIndex($0), job.masterSeed.trialSeed(at: TrialIndex($0)))
      })
    _ = stage.settle(stage.say(first, .results(batch)))
    #expect(stage.coordinator.progress[0].recorded == 4)
  }

  @Test mutating func lossOfAWorkerDoesNotCastSuspicionOnItsResults() throws {
    let job = makeJob("variant-0", trials: 4)
    restage([job])
    _ = stage.hello(first, held: [results(TrialRange(0, 4), of: job)])
    _ = stage.say(first, .heartbeat(progress: [1]))
    _ = stage.handle(.workerProcessEnded(stage.players[first].worker))
    #expect(stage.coordinator.footprint.suspects == 0)
    #expect(!stage.hello(second).leases(to: otherPeer).isEmpty)
  }

  /// What was lent before a restart was lent from the beginning, and its workers may be on their way.
  @Test mutating func whoComesFirstAfterARestartIsLentTheEnd() throws {
    restage([makeJob("variant-0", trials: 100, recorded: IntervalSet(TrialRange(0, 10)))])
    let early = stage.hello(first).leases(to: peer)
    #expect(early.map(\.trials.first) == [TrialIndex(99), TrialIndex(98)])
    stage.advance(by: .seconds(11))
    let late = stage.hello(second).leases(to: otherPeer)
    #expect(late.map(\.trials.first) == [TrialIndex(10), TrialIndex(11)])
  }

  /// Found by seed 14640: each process numbers its batches from 1, also one that was given the same identity.
  @Test mutating func acknowledgementGoesToTheProcessThatSentTheBatch() throws {
    let grant = try #require(stage.hello(first).leases(to: peer).first)
    let sent = stage.finish(first, grant, number: 1)
    stage.advance(by: .seconds(11))
    let identity = stage.players[first].worker
    stage.players[second] = CoordinatorStage.Player(
      worker: identity, peer: otherPeer, session: stage.players[first].session &+ 1)
    #expect(stage.hello(second).refusals.isEmpty)
    #expect(stage.settle(sent).orders(to: otherPeer).isEmpty)
  }

  @Test mutating func resultsThatNobodyWaitsForAnyMoreEndNobody() throws {
    _ = stage.hello(first)
    let unknown = ResultBatch(
      number: BatchNumber(3), job: makeJob("variant-9", trials: 4).id,
      results: [makeResult(TrialIndex(0), TrialSeed(5))])
    let effects = stage.say(first, .results(unknown))
    #expect(effects.refusals.isEmpty && effects.commits.isEmpty)
    #expect(effects.orders(to: peer) == [.acknowledged(BatchNumber(3))])
  }
}
