import Scheduling
import SweepModel
import Testing

/// Whose models a coordinator wants, and how a worker trains trials whose models are kept.
struct ModelTests {
  private static func job(_ trials: UInt64 = 10) -> CoordinatorJob {
    var sweep = makeSweep(trials: trials, names: ["variant-0"])
    sweep.models.saving = .last
    return CoordinatorJob(sweep: sweep, variant: sweep.variants[0], recorded: IntervalSet())
  }

  @Test func aLeaseSaysWhatBecomesOfModels() throws {
    var stage = CoordinatorStage([Self.job()])
    let player = stage.addPlayer()
    let peer = stage.players[player].peer
    let welcome = stage.hello(player)
    let lease = try #require(welcome.leases(to: peer).first)
    let order = try #require(lease.models)
    #expect(order.sweep == "sweep" && order.variant == "variant-0")
    #expect(order.masterSeed == MasterSeed(1) && order.keeping.saving == .last)
    var plain = CoordinatorStage([makeJob("variant-0", trials: 10)])
    let other = plain.addPlayer()
    let plainWelcome = plain.hello(other)
    #expect(plainWelcome.leases(to: plain.players[other].peer).first?.models == nil)
  }

  @Test func modelsAreWantedOfTrialsWithoutResult() throws {
    let job = Self.job()
    var stage = CoordinatorStage([job, makeJob("variant-1", trials: 10)])
    let player = stage.addPlayer()
    let peer = stage.players[player].peer
    #expect(stage.coordinator.modelSubject(job.id, TrialIndex(0), from: peer) == nil)
    let welcome = stage.hello(player)
    let lease = try #require(welcome.leases(to: peer).first)
    let index = TrialIndex(0)
    #expect(lease.trials.contains(index))
    let subject = try #require(stage.coordinator.modelSubject(job.id, index, from: peer))
    #expect(subject.index == index && subject.seed == lease.seeds[0])
    #expect(subject.sweep == "sweep" && subject.digest == job.variant)
    // Of a trial that it does not hold, too: its lease may have gone elsewhere.
    #expect(stage.coordinator.modelSubject(job.id, TrialIndex(9), from: peer) != nil)
    #expect(stage.coordinator.modelSubject(job.id, TrialIndex(10), from: peer) == nil)
    let plain = makeJob("variant-1", trials: 10).id
    #expect(stage.coordinator.modelSubject(plain, TrialIndex(0), from: peer) == nil)
    let effects = stage.finish(player, lease)
    _ = stage.settle(effects)
    #expect(stage.coordinator.modelSubject(job.id, index, from: peer) == nil)
  }

  @Test func whoSendsAWrongModelIsTurnedAway() throws {
    var stage = CoordinatorStage([Self.job()])
    let player = stage.addPlayer()
    let peer = stage.players[player].peer
    let welcome = stage.hello(player)
    let lease = try #require(welcome.leases(to: peer).first)
    let effects = stage.handle(.peerMisbehaved(stage.players[player].peer, "a wrong model"))
    #expect(effects.refusals == [Refusal(.misbehaviour, "a wrong model")])
    // What it held goes to the next one.
    let next = stage.addPlayer()
    let other = stage.hello(next).leases(to: stage.players[next].peer).first
    #expect(other?.trials == lease.trials)
  }

  /// One trial at a time, whatever a pack has room for.
  @Test func aWorkerTrainsThemAlone() throws {
    var worker = Worker(
      identity: makeIdentity(try #require(WorkerID(bytes: Array(1...16)))), jitterSeed: 1)
    let now = Instant(.zero)
    let variant = VariantDigest(hashing: "{}".utf8)
    var orders: UInt64 = 0
    func order(_ order: CoordinatorOrder) -> CoordinatorMessage {
      orders += 1
      let stamp = MessageStamp(epoch: CoordinatorEpoch(1), incarnation: 1, number: orders)
      return .registered(stamp, order)
    }
    _ = worker.handle(.connected, at: now)
    let welcome = Welcome(
      incarnation: 1, epoch: CoordinatorEpoch(1), heartbeatInterval: .seconds(1),
      silenceLimit: .seconds(10), adopted: [])
    _ = worker.handle(.messageReceived(.welcome(welcome)), at: now)
    let models = ModelOrder(
      sweep: "s", variant: "v", masterSeed: MasterSeed(1), keeping: ModelKeeping(saving: .last))
    let range = TrialRange(0, 40)
    let grant = LeaseGrant(
      id: LeaseID(1), job: JobID(7), variant: variant, trials: IntervalSet(range),
      seeds: range.indices.map { TrialSeed($0.rawValue) }, keepsHistory: false, models: models)
    _ = worker.handle(.messageReceived(order(.lease(grant))), at: now)
    let specification = CoordinatorOrder.specification(variant, Array("{}".utf8))
    _ = worker.handle(.messageReceived(order(specification)), at: now)
    let effects = worker.handle(.variantPrepared(variant, lanes: 16), at: now)
    let assignments = effects.compactMap {
      if case .start(_, let assignment) = $0 { assignment } else { nil }
    }
    #expect(assignments.count == 1)
    #expect(assignments.first?.trials.count == 1 && assignments.first?.models == models)
    #expect(assignments.first?.job == JobID(7))
    let begun = effects.compactMap {
      if case .send(.registered(_, .leaseBegun(_, let lanes, _))) = $0 { lanes } else { nil }
    }
    #expect(begun == [1])
  }

  // MARK: Checkpoints

  private static func checkpointed(audit: Double = 0) -> CoordinatorJob {
    var sweep = makeSweep(trials: 10, names: ["variant-0"])
    sweep.models.checkpointSeconds = 60
    return CoordinatorJob(
      sweep: sweep, variant: sweep.variants[0], recorded: IntervalSet(), audit: audit)
  }

  @Test func checkpointsAreOfTrialsThatAWorkerHolds() throws {
    let job = Self.checkpointed()
    var stage = CoordinatorStage([job])
    let player = stage.addPlayer()
    let peer = stage.players[player].peer
    let welcome = stage.hello(player)
    let lease = try #require(welcome.leases(to: peer).first)
    #expect(lease.models?.keeping.checkpointSeconds == 60)
    // Its models are not kept.
    #expect(stage.coordinator.modelSubject(job.id, TrialIndex(0), from: peer) == nil)
    #expect(stage.coordinator.use(ofCheckpoint: job.id, TrialIndex(0), from: peer) == .kept)
    #expect(stage.coordinator.use(ofCheckpoint: job.id, TrialIndex(9), from: peer) == nil)
    #expect(stage.coordinator.mayResume(TrialIndex(0), of: lease.id))
    #expect(stage.coordinator.lacksResult(job.id, TrialIndex(0)))
    let effects = stage.finish(player, lease)
    _ = stage.settle(effects)
    #expect(stage.coordinator.use(ofCheckpoint: job.id, TrialIndex(0), from: peer) == nil)
    #expect(!stage.coordinator.lacksResult(job.id, TrialIndex(0)))
  }

  /// A check begins at the beginning, and its worker cannot tell.
  @Test func checksUseNoCheckpoint() throws {
    let job = Self.checkpointed(audit: 1)
    var stage = CoordinatorStage([job])
    let first = stage.addPlayer()
    let welcome = stage.hello(first)
    let lease = try #require(welcome.leases(to: stage.players[first].peer).first)
    let effects = stage.finish(first, lease)
    _ = stage.settle(effects)
    let second = stage.addPlayer()
    let peer = stage.players[second].peer
    let leases = stage.hello(second).leases(to: peer)
    let check = try #require(leases.first { $0.trials.contains(TrialIndex(0)) })
    #expect(check.models == lease.models)
    #expect(!stage.coordinator.mayResume(TrialIndex(0), of: check.id))
    #expect(
      stage.coordinator.use(ofCheckpoint: job.id, TrialIndex(0), from: peer) == .discarded)
  }

  /// A worker that leaves returns what another goes on with; nobody needs as much time again.
  @Test(arguments: [true, false]) func whatHasACheckpointIsReturnedWithoutBlame(
    hasCheckpoint: Bool
  ) throws {
    var worker = Worker(
      identity: makeIdentity(try #require(WorkerID(bytes: Array(1...16)))), jitterSeed: 1)
    var now = Instant(.zero)
    let variant = VariantDigest(hashing: "{}".utf8)
    var orders: UInt64 = 0
    func order(_ order: CoordinatorOrder) -> Worker.Event {
      orders += 1
      let stamp = MessageStamp(epoch: CoordinatorEpoch(1), incarnation: 1, number: orders)
      return .messageReceived(.registered(stamp, order))
    }
    _ = worker.handle(.connected, at: now)
    let welcome = Welcome(
      incarnation: 1, epoch: CoordinatorEpoch(1), heartbeatInterval: .seconds(1),
      silenceLimit: .seconds(100), adopted: [])
    _ = worker.handle(.messageReceived(.welcome(welcome)), at: now)
    let models = ModelOrder(
      sweep: "s", variant: "v", masterSeed: MasterSeed(1),
      keeping: ModelKeeping(checkpointSeconds: 60))
    let grant = LeaseGrant(
      id: LeaseID(1), job: JobID(7), variant: variant, trials: IntervalSet(TrialRange(0, 1)),
      seeds: [TrialSeed(0)], keepsHistory: false, models: models)
    _ = worker.handle(order(.lease(grant)), at: now)
    _ = worker.handle(order(.specification(variant, Array("{}".utf8))), at: now)
    _ = worker.handle(.variantPrepared(variant, lanes: 16), at: now)
    _ = worker.handle(.drainRequested, at: now)
    now = now.advanced(by: .seconds(30))
    _ = worker.handle(.timePassed(progress: [1]), at: now)
    let effects = worker.handle(
      .assignmentAborted(slot: 0, epochs: 3, hasCheckpoint: hasCheckpoint), at: now)
    let causes = effects.compactMap {
      if case .send(.registered(_, .trialsReturned(_, _, let cause))) = $0 { cause } else { nil }
    }
    #expect(
      causes == [hasCheckpoint ? .notBegun : .interrupted(after: .seconds(30), epochs: 3)])
  }
}
