import Randomness
import Scheduling
import SweepModel
import Testing

/// What the coordinator answers, message by message.
struct CoordinatorTests {
  private let peer = PeerID([1])
  private let start = Instant(.zero)
  private var coordinator = SimulatedCluster.makeCoordinator(
    [makeJob("variant-0", trials: 100)], epoch: 3)
  private let worker: WorkerID

  init() {
    var random = SplitMix64(state: 1)
    worker = WorkerID.random(using: &random)
  }

  private func hello(incarnation: UInt64 = 1, change: (inout WorkerHello) -> Void = { _ in })
    -> WorkerMessage
  {
    var hello = WorkerHello(
      worker: worker, incarnation: incarnation, host: "host", processor: "", instructionSet: "",
      slots: 1, goldenWeights: goldenWeights, held: [])
    change(&hello)
    return .hello(hello)
  }

  private mutating func receive(_ message: WorkerMessage, at now: Instant? = nil)
    -> [CoordinatorMessage]
  {
    let effects = coordinator.handle(.messageReceived(from: peer, message), at: now ?? start)
    coordinator.checkInvariants()
    return effects.compactMap { effect in
      if case .send(peer, let message) = effect { message } else { nil }
    }
  }

  private mutating func join() -> [LeaseGrant] {
    receive(hello()).compactMap { if case .lease(let grant) = $0 { grant } else { nil } }
  }

  private func results(_ grant: LeaseGrant, number: UInt64 = 1, ulp: UInt64 = 0) -> WorkerMessage {
    let results = zip(grant.range.indices, grant.seeds).map { makeResult($0, $1, ulp: ulp) }
    return .registered(
      CoordinatorEpoch(3),
      .results(ResultBatch(number: BatchNumber(number), job: grant.job, results: results)))
  }

  @Test mutating func leasesCarryTheSeedsOfTheirTrials() {
    let grants = join()
    #expect(grants.count == 2)
    for grant in grants {
      #expect(grant.seeds == grant.range.indices.map { MasterSeed(1).trialSeed(at: $0) })
    }
  }

  @Test mutating func resultsAreAcknowledgedOnlyAfterTheirCommit() throws {
    let grants = join()
    let grant = try #require(grants.first)
    let effects = coordinator.handle(
      .messageReceived(from: peer, results(grant)), at: start)
    let commits = effects.compactMap {
      if case .commit(let commit) = $0 { commit } else { nil }
    }
    #expect(commits.count == 1)
    #expect(!effects.contains(.send(peer, .acknowledged(BatchNumber(1)))))
    let after = coordinator.handle(.commitFinished(commits[0].id, [.recorded]), at: start)
    #expect(after.contains(.send(peer, .acknowledged(BatchNumber(1)))))
    #expect(coordinator.progress[0].recorded == 1)
  }

  @Test mutating func otherVersionsAreTurnedAwayWithAReason() {
    let changes: [(Refusal.Code, (inout WorkerHello) -> Void)] = [
      (.wireProtocol, { $0.wireProtocol = 99 }),
      (.contract, { $0.contract = 99 }),
      (.kernels, { $0.goldenWeights = WeightsDigest(hashing: "other".utf8) }),
      (.misbehaviour, { $0.slots = 0 }),
    ]
    for (code, change) in changes {
      let answers = receive(hello(change: change))
      guard case .refused(let refusal) = answers.first else {
        Issue.record("\(code): \(answers)")
        continue
      }
      #expect(refusal.code == code)
      #expect(answers.count == 1)
    }
    #expect(coordinator.workerCount == 0)
  }

  @Test mutating func unknownPeersAreToldToRegister() {
    let message = WorkerMessage.registered(CoordinatorEpoch(3), .heartbeat(progress: 1))
    let answers = receive(message)
    #expect(answers == [.registerAgain])
  }

  @Test mutating func messagesOfAnEarlierEpochAreToldToRegister() {
    _ = join()
    let message = WorkerMessage.registered(CoordinatorEpoch(2), .heartbeat(progress: 1))
    let answers = receive(message)
    #expect(answers == [.registerAgain])
  }

  @Test mutating func resultsThatCannotBeExpelTheirWorker() throws {
    let grants = join()
    let grant = try #require(grants.first)
    var result = makeResult(grant.first, grant.seeds[0])
    result.seed = TrialSeed(1)
    let batch = ResultBatch(number: BatchNumber(1), job: grant.job, results: [result])
    let answers = receive(.registered(CoordinatorEpoch(3), .results(batch)))
    guard case .refused(let refusal) = answers.first else {
      Issue.record("\(answers)")
      return
    }
    #expect(refusal.code == .misbehaviour)
    #expect(refusal.text.contains("seed"))
    #expect(coordinator.workerCount == 0)
  }

  @Test mutating func silentWorkersLoseTheirLeases() throws {
    let grants = join()
    let later = start.advanced(by: .seconds(11))
    let effects = coordinator.handle(.timePassed, at: later)
    coordinator.checkInvariants()
    #expect(coordinator.workerCount == 0)
    #expect(effects.contains(.notice(.workerLost(worker, trialsReturned: UInt64(grants.count)))))
    // The late result of the lost worker is welcome once it is back.
    _ = receive(hello(incarnation: 2), at: later)
    let grant = try #require(grants.first)
    _ = receive(results(grant), at: later)
    #expect(!coordinator.isQuiescent)
  }

  @Test mutating func heartbeatsWithoutProgressDoNotKeepALease() throws {
    let grants = join()
    let grant = try #require(grants.first)
    var now = start
    var revoked = false
    for count in 0..<70 {
      now = start.advanced(by: .seconds(count))
      _ = receive(.registered(CoordinatorEpoch(3), .heartbeat(progress: 5)), at: now)
      let effects = coordinator.handle(.timePassed, at: now)
      coordinator.checkInvariants()
      revoked = revoked || effects.contains(.send(peer, .leaseRevoked(grant.id)))
    }
    #expect(revoked)
    #expect(coordinator.workerCount == 1)
    // Its trials go to another worker and not back to it, until it shows progress.
    let other = PeerID([2])
    var random = SplitMix64(state: 2)
    let otherWorker = WorkerID.random(using: &random)
    let effects = coordinator.handle(
      .messageReceived(from: other, hello { $0.worker = otherWorker }),
      at: now)
    coordinator.checkInvariants()
    let peers = effects.compactMap { effect -> PeerID? in
      if case .send(let peer, .lease) = effect { peer } else { nil }
    }
    #expect(peers == [other, other])
    let answers = receive(.registered(CoordinatorEpoch(3), .heartbeat(progress: 6)), at: now)
    #expect(answers == [.heartbeat])
    // What the other worker held goes to it again, now that it has shown progress.
    let given = coordinator.handle(.workerProcessEnded(otherWorker), at: now)
    coordinator.checkInvariants()
    #expect(given.contains { if case .send(peer, .lease) = $0 { true } else { false } })
  }

  @Test mutating func heartbeatsWithProgressKeepALease() {
    _ = join()
    for count in 0..<200 {
      let now = start.advanced(by: .seconds(count))
      let progress = UInt64(count + 1)
      _ = receive(.registered(CoordinatorEpoch(3), .heartbeat(progress: progress)), at: now)
      let effects = coordinator.handle(.timePassed, at: now)
      #expect(effects.isEmpty)
    }
  }

  @Test mutating func delayedHelloDoesNotTakeTheAddressAway() {
    _ = receive(hello(incarnation: 5))
    let answers = receive(hello(incarnation: 4))
    #expect(answers.isEmpty)
    #expect(coordinator.workerCount == 1)
  }

  @Test mutating func leasesGrowWithTheWorkersSpeed() throws {
    coordinator = SimulatedCluster.makeCoordinator(
      [makeJob("variant-0", trials: 1_000_000)], epoch: 3)
    var open = join()
    var now = start
    var largest = 0
    for number in 1...40 {
      // A thousand trials a second.
      let grant = open.removeFirst()
      now = now.advanced(by: .milliseconds(grant.seeds.count))
      for message in receive(results(grant, number: UInt64(number)), at: now) {
        if case .lease(let grant) = message { open.append(grant) }
      }
      largest = max(largest, grant.seeds.count)
    }
    #expect((500...2_000).contains(largest))
  }

  @Test mutating func rejectedVariantGoesToOtherWorkers() throws {
    let grants = join()
    let grant = try #require(grants.first)
    let answers = receive(
      .registered(CoordinatorEpoch(3), .variantRejected(grant.variant, reason: "no data")))
    #expect(answers.isEmpty)
    let other = PeerID([2])
    var random = SplitMix64(state: 2)
    let effects = coordinator.handle(
      .messageReceived(
        from: other, hello { $0.worker = WorkerID.random(using: &random) }), at: start)
    coordinator.checkInvariants()
    #expect(
      effects.contains { if case .send(other, .lease) = $0 { true } else { false } })
  }
}
