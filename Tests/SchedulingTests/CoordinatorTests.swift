import Randomness
import Scheduling
import SweepModel
import Testing

/// What the coordinator answers, message by message.
struct CoordinatorTests {
  private var stage = CoordinatorStage([makeJob("variant-0", trials: 100)])
  private let first: Int
  private var peer: PeerID { stage.players[first].peer }

  init() { first = stage.addPlayer() }

  private mutating func join() -> [LeaseGrant] { stage.hello(first).leases(to: peer) }

  @Test mutating func leasesCarryTheSeedsOfTheirTrials() {
    let grants = join()
    #expect(grants.count == 2)
    for grant in grants {
      let indices = grant.trials.ranges.flatMap { Array($0.indices) }
      #expect(grant.seeds == indices.map { MasterSeed(1).trialSeed(at: $0) })
    }
  }

  @Test mutating func resultsAreAcknowledgedOnlyAfterTheirCommit() throws {
    let grant = try #require(join().first)
    let effects = stage.finish(first, grant)
    #expect(effects.commits.count == 1)
    #expect(!effects.orders(to: peer).contains(.acknowledged(BatchNumber(1))))
    let after = stage.settle(effects)
    #expect(after.orders(to: peer).contains(.acknowledged(BatchNumber(1))))
    #expect(stage.coordinator.progress[0].recorded == 1)
  }

  @Test mutating func otherVersionsAreTurnedAwayWithAReason() {
    let changes: [(Refusal.Code, (inout WorkerHello) -> Void)] = [
      (.wireProtocol, { $0.wireProtocol = 99 }),
      (.contract, { $0.contract = 99 }),
      (.kernels, { $0.goldenWeights = WeightsDigest(hashing: "other".utf8) }),
      (.misbehaviour, { $0.slots = 0 }),
    ]
    for (code, change) in changes {
      let effects = stage.hello(first, change: change)
      #expect(effects.refusals.map(\.code) == [code])
      #expect(effects.messages(to: peer).count == 1)
    }
    #expect(stage.coordinator.workerCount == 0)
  }

  @Test mutating func unknownPeersAreToldToRegister() {
    let stamp = MessageStamp(epoch: CoordinatorStage.epoch, incarnation: 1, number: 1)
    let message = WorkerMessage.registered(stamp, .heartbeat(progress: [1]))
    let effects = stage.handle(.messageReceived(from: peer, message))
    #expect(effects.messages(to: peer) == [.registerAgain(stamp)])
  }

  @Test mutating func messagesOfAnEarlierEpochAreToldToRegister() {
    _ = join()
    let stamp = MessageStamp(epoch: CoordinatorEpoch(2), incarnation: 1, number: 1)
    let message = WorkerMessage.registered(stamp, .heartbeat(progress: [1]))
    let effects = stage.handle(.messageReceived(from: peer, message))
    #expect(effects.messages(to: peer) == [.registerAgain(stamp)])
  }

  /// A worker that held a lease of an earlier epoch could take another's end for that of its own.
  @Test mutating func leasesOfAnotherEpochHaveOtherNumbers() throws {
    var ids: [LeaseID] = []
    for epoch in UInt64(1)...3 {
      var stage = CoordinatorStage([])
      stage.coordinator = Coordinator(
        jobs: [makeJob("variant-0", trials: 10)], epoch: CoordinatorEpoch(epoch),
        goldenWeights: goldenWeights, endsWhenFinished: true)
      let player = stage.addPlayer()
      ids += stage.hello(player).compactMap {
        if case .send(_, .registered(_, .lease(let grant))) = $0 { grant.id } else { nil }
      }
    }
    #expect(ids.count >= 3)
    #expect(Set(ids).count == ids.count)
  }

  @Test mutating func resultsThatCannotBeExpelTheirWorker() throws {
    let grant = try #require(join().first)
    var batch = stage.batch(grant)
    batch.results[0].seed = TrialSeed(1)
    let effects = stage.say(first, .results(batch))
    let refusal = try #require(effects.refusals.first)
    #expect(refusal.code == .misbehaviour)
    #expect(refusal.text.contains("seed"))
    #expect(stage.coordinator.workerCount == 0)
  }

  @Test mutating func silentWorkersLoseTheirLeases() throws {
    let grants = join()
    stage.advance(by: .seconds(11))
    let effects = stage.handle(.timePassed)
    #expect(stage.coordinator.workerCount == 0)
    let worker = stage.players[first].worker
    let lost = Coordinator.Notice.workerLost(
      worker, trialsReturned: UInt64(grants.count), .silence(stage.coordinator.policy.silenceLimit))
    #expect(effects.notices.contains(lost))
    // The late result of the lost worker is welcome once it is back.
    _ = stage.hello(first)
    _ = stage.finish(first, try #require(grants.first))
    #expect(!stage.coordinator.isQuiescent)
  }

  @Test mutating func heartbeatsWithoutProgressDoNotKeepALease() throws {
    let grant = try #require(join().first)
    _ = stage.say(first, .leaseBegun(grant.id))
    var revoked = false
    for _ in 0..<70 {
      _ = stage.say(first, .heartbeat(progress: [5]))
      let orders = stage.handle(.timePassed).orders(to: peer)
      revoked = revoked || orders.contains(.leaseRevoked(grant.id))
      stage.advance(by: .seconds(1))
    }
    #expect(revoked)
    #expect(stage.coordinator.workerCount == 1)
    // Its trials go to another worker and not back to it, until it shows progress.
    let other = stage.addPlayer()
    let effects = stage.hello(other)
    #expect(effects.leases(to: peer).isEmpty)
    #expect(effects.leases(to: stage.players[other].peer).count == 2)
    let answers = stage.say(first, .heartbeat(progress: [6])).orders(to: peer)
    #expect(answers.first == .heartbeat)
    // What the other worker held goes to it again, now that it has shown progress.
    let given = stage.handle(.workerProcessEnded(stage.players[other].worker))
    #expect(!answers.dropFirst().isEmpty || !given.leases(to: peer).isEmpty)
  }

  @Test mutating func heartbeatsWithProgressKeepALease() throws {
    let grant = try #require(join().first)
    _ = stage.say(first, .leaseBegun(grant.id))
    for count in 0..<200 {
      _ = stage.say(first, .heartbeat(progress: [UInt64(count + 1)]))
      #expect(stage.handle(.timePassed).isEmpty)
      stage.advance(by: .seconds(1))
    }
  }

  @Test mutating func delayedHelloDoesNotTakeTheAddressAway() {
    _ = stage.hello(first) { $0.incarnation = 5 }
    #expect(stage.hello(first) { $0.incarnation = 4 }.isEmpty)
    #expect(stage.coordinator.workerCount == 1)
  }

  @Test mutating func leasesGrowWithTheWorkersSpeed() throws {
    stage = CoordinatorStage([makeJob("variant-0", trials: 1_000_000)])
    _ = stage.addPlayer()
    var open = join()
    var largest = 0
    for number in 1...40 {
      // A thousand trials a second.
      let grant = open.removeFirst()
      stage.advance(by: .milliseconds(grant.seeds.count))
      open += stage.finish(first, grant, number: UInt64(number)).leases(to: peer)
      largest = max(largest, grant.seeds.count)
    }
    #expect((500...2_000).contains(largest))
  }

  @Test mutating func rejectedVariantGoesToOtherWorkers() throws {
    let grant = try #require(join().first)
    let answers = stage.say(
      first, .variantRejected(grant.variant, VariantRejection(.dataMissing, "no data")))
    #expect(answers.messages(to: peer).isEmpty)
    let other = stage.addPlayer()
    #expect(!stage.hello(other).leases(to: stage.players[other].peer).isEmpty)
  }
}
