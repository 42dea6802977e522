import Scheduling
import SweepModel
import Testing

/// What a worker with a time limit begins, returns and says.
struct WorkerTimeLimitTests {
  private var worker: Worker
  private var now = Instant(.zero)
  private var orders: UInt64 = 0
  private let variant = VariantDigest(hashing: "{}".utf8)

  /// Two slots, a limit after 100 s, a grace of 10 s: no trial may run beyond 90 s.
  init() throws {
    let id = try #require(WorkerID(bytes: Array(repeating: 7, count: WorkerID.length)))
    worker = Worker(
      identity: makeIdentity(id, slots: 2), jitterSeed: 1,
      timeLimit: Instant(.seconds(100)))
  }

  private mutating func handle(_ event: Worker.Event, at seconds: Int? = nil) -> [Worker.Effect] {
    if let seconds { now = Instant(.seconds(seconds)) }
    return worker.handle(event, at: now)
  }

  private mutating func order(_ order: CoordinatorOrder) -> [Worker.Effect] {
    orders += 1
    let stamp = MessageStamp(epoch: CoordinatorEpoch(1), incarnation: 1, number: orders)
    return handle(.messageReceived(.registered(stamp, order)))
  }

  /// Registered, with a lease whose variant is ready; returns what that causes.
  private mutating func begin(_ range: TrialRange) -> [Worker.Effect] {
    _ = handle(.connected)
    _ = handle(
      .messageReceived(
        .welcome(
          Welcome(
            incarnation: 1, epoch: CoordinatorEpoch(1), heartbeatInterval: .seconds(1),
            silenceLimit: .seconds(1_000), adopted: []))))
    _ = lease(range, id: 1)
    _ = order(.specification(variant, Array("{}".utf8)))
    return handle(.variantPrepared(variant))
  }

  private mutating func lease(_ range: TrialRange, id: UInt64) -> [Worker.Effect] {
    let grant = LeaseGrant(
      id: LeaseID(id), job: JobID(1), variant: variant, trials: IntervalSet(range),
      seeds: range.indices.map { TrialSeed($0.rawValue) }, keepsHistory: false)
    return order(.lease(grant))
  }

  private mutating func finish(_ slot: Int, _ index: UInt64, at seconds: Int) -> [Worker.Effect] {
    handle(
      .assignmentFinished(slot: slot, [makeResult(TrialIndex(index), TrialSeed(index))]),
      at: seconds)
  }

  private mutating func acknowledgeAll(_ effects: [Worker.Effect]) -> [Worker.Effect] {
    var all: [Worker.Effect] = []
    for case .send(.registered(_, .results(let batch))) in effects {
      all += order(.acknowledged(batch.number))
    }
    return all
  }

  private func starts(_ effects: [Worker.Effect]) -> Int {
    effects.count { if case .start = $0 { true } else { false } }
  }

  private func reports(_ effects: [Worker.Effect]) -> [WorkerReport] {
    effects.compactMap {
      if case .send(.registered(_, let report)) = $0 { report } else { nil }
    }
  }

  @Test mutating func helloSaysHowLongTrialsMayStillRun() {
    let effects = handle(.connected, at: 30)
    guard case .send(.hello(let hello))? = effects.first else {
      Issue.record("no hello")
      return
    }
    #expect(hello.remaining == .seconds(60))
  }

  @Test mutating func assignmentThatCannotFinishIsNotBegun() {
    #expect(starts(begin(TrialRange(0, 10))) == 2)
    // A trial takes 40 s: from 40 s on there is time for one more each, and then for none.
    #expect(starts(finish(0, 0, at: 40)) == 1)
    #expect(starts(finish(1, 1, at: 40)) == 1)
    let effects = finish(0, 2, at: 80)
    #expect(starts(effects) == 0)
    let returned = IntervalSet(TrialRange(4, 10))
    #expect(
      reports(effects).contains(
        .trialsReturned(LeaseID(1), returned, .tooLittleTime(trial: .seconds(40)))))
  }

  @Test mutating func workerLeavesBeforeTheLimitWhenNothingFits() {
    _ = begin(TrialRange(0, 2))
    var effects = finish(0, 0, at: 60) + finish(1, 1, at: 60)
    effects += handle(.timePassed(progress: [1, 1]), at: 61)
    effects = acknowledgeAll(effects)
    for second in 62...70 { effects += handle(.timePassed(progress: [1, 1]), at: second) }
    #expect(reports(effects).contains(.goodbye) && effects.contains(.exit(.outOfTime)))
  }

  @Test mutating func trialThatStillRunsIsStoppedAndReturnedWithItsTime() {
    _ = begin(TrialRange(0, 3))
    let atLimit = handle(.timePassed(progress: [5, 5]), at: 90)
    #expect(atLimit.contains(.abort(slot: 0)) && atLimit.contains(.abort(slot: 1)))
    #expect(reports(atLimit).contains(.trialsReturned(LeaseID(1), IntervalSet(TrialRange(2, 3)))))
    let first = handle(.assignmentAborted(slot: 0, epochs: 312), at: 91)
    let cause = ReturnCause.interrupted(after: .seconds(91), epochs: 312)
    #expect(
      reports(first).contains(.trialsReturned(LeaseID(1), IntervalSet(TrialRange(0, 1)), cause)))
    let second = handle(.assignmentAborted(slot: 1, epochs: 311), at: 92)
    #expect(reports(second).contains(.goodbye) && second.contains(.exit(.outOfTime)))
  }

  @Test mutating func slotThatDoesNotStopKeepsNobodyBeyondTheLimit() {
    _ = begin(TrialRange(0, 2))
    _ = handle(.timePassed(progress: [5, 5]), at: 90)
    #expect(worker.nextDeadline < Instant(.seconds(100)))
    let effects = handle(.timePassed(progress: [5, 5]), at: 95)
    #expect(effects.contains(.exit(.outOfTime)))
  }

  @Test mutating func nothingIsBegunAfterTheLimit() {
    #expect(!begin(TrialRange(0, 2)).isEmpty)
    _ = handle(.timePassed(progress: [5, 5]), at: 90)
    #expect(starts(lease(TrialRange(5, 9), id: 2)) == 0)
    #expect(starts(finish(0, 0, at: 91)) == 0)
  }

  @Test mutating func gracefulShutdownTakesNoLongerThanTheGrace() throws {
    var policy = SchedulingPolicy()
    policy.drainGrace = .seconds(4)
    let id = try #require(WorkerID(bytes: Array(repeating: 7, count: WorkerID.length)))
    worker = Worker(identity: makeIdentity(id, slots: 2), jitterSeed: 1, policy: policy)
    _ = begin(TrialRange(0, 2))
    _ = handle(.drainRequested, at: 20)
    #expect(worker.nextDeadline <= Instant(.seconds(22)))
    #expect(handle(.timePassed(progress: [5, 5]), at: 22).contains(.abort(slot: 0)))
    // Neither slot heeds it, and nobody acknowledges anything.
    #expect(!handle(.timePassed(progress: [5, 5]), at: 23).contains(.exit(.drained)))
    #expect(handle(.timePassed(progress: [5, 5]), at: 24).contains(.exit(.drained)))
  }
}

/// What a coordinator leases to workers with a time limit.
struct CoordinatorTimeLimitTests {
  private var stage = CoordinatorStage([makeJob("variant-0", trials: 1_000)])
  private var batches: UInt64 = 0

  private mutating func join(_ seconds: Int?, slots: Int = 1) -> (Int, [LeaseGrant]) {
    let player = stage.addPlayer(slots: slots)
    let effects = stage.hello(player) { $0.remaining = seconds.map { .seconds($0) } }
    return (player, effects.leases(to: stage.players[player].peer))
  }

  /// The player trains its oldest lease, in so many seconds; returns the leases that it got for that.
  private mutating func work(
    _ player: Int, _ leases: inout [LeaseGrant], seconds: Double
  ) -> [LeaseGrant] {
    let grant = leases.removeFirst()
    let peer = stage.players[player].peer
    var effects = stage.say(player, .leaseBegun(grant.id))
    stage.advance(by: .seconds(seconds))
    batches += 1
    effects += stage.finish(player, grant, number: batches)
    let new = effects.leases(to: peer) + stage.settle(effects).leases(to: peer)
    leases += new
    return new
  }

  @Test mutating func leasesHoldNoMoreThanCanBeFinished() {
    var (player, leases) = join(100)
    // A hundredth of a second each: as many as last a second are leased, while there is time.
    while stage.now < Instant(.seconds(98)), !leases.isEmpty {
      let size = leases[0].seeds.count
      _ = work(player, &leases, seconds: Double(size) / 100)
      stage.advance(by: .seconds(5))
      _ = stage.say(player, .heartbeat(progress: [UInt64(batches)]))
    }
    let held = leases.reduce(0) { $0 + $1.seeds.count }
    let left = Instant(.seconds(100)).offset.seconds - stage.now.offset.seconds
    #expect(Double(held) / 100 <= max(left, 0) + 2)
  }

  @Test mutating func noLeaseWhenNotEvenOneTrialCanFinish() {
    var (player, leases) = join(100)
    // Two leases were given when nothing was known; then a trial takes 30 s.
    #expect(leases.count == 2)
    let second = work(player, &leases, seconds: 30)
    #expect(second.count == 1)
    // 60 s are left at the end of the next: one of 40 s is held already.
    _ = work(player, &leases, seconds: 30)
    var given = leases.count
    while !leases.isEmpty { given += work(player, &leases, seconds: 30).count }
    #expect(given == 1, "\(given)")
    #expect(
      stage.say(player, .heartbeat(progress: [9])).leases(to: stage.players[player].peer).isEmpty)
  }

  @Test mutating func unlimitedWorkerIsGivenAllTheSame() {
    var (player, leases) = join(nil)
    for _ in 0..<5 { #expect(work(player, &leases, seconds: 3_000).count == 1) }
  }

  @Test mutating func workerThatSaidThatNothingFitsIsGivenNothingMoreOfTheJob() {
    let (player, leases) = join(100)
    let peer = stage.players[player].peer
    for lease in leases {
      _ = stage.say(
        player, .trialsReturned(lease.id, lease.trials, .tooLittleTime(trial: .seconds(200))))
    }
    #expect(stage.say(player, .heartbeat(progress: [1])).leases(to: peer).isEmpty)
    // Others are.
    #expect(!join(100).1.isEmpty)
  }

  @Test mutating func trialThatWasStoppedGoesOnlyToWorkersWithMoreTime() throws {
    let (player, leases) = join(100)
    _ = stage.say(player, .leaseBegun(leases[0].id))
    stage.advance(by: .seconds(100))
    let effects = stage.say(
      player,
      .trialsReturned(
        leases[0].id, leases[0].trials, .interrupted(after: .seconds(99), epochs: 12)))
    let index = try #require(leases[0].trials.first)
    #expect(
      effects.notices.contains {
        guard case .trialInterrupted(_, _, index, after: .seconds(99), epochs: 12) = $0 else {
          return false
        }
        return true
      })
    #expect(
      stage.handle(.timePassed).notices.contains {
        if case .trialOutlastsWorkers(_, index, _, _) = $0 { true } else { false }
      })
    // It is said once.
    #expect(stage.handle(.timePassed).notices.isEmpty)
    _ = stage.say(player, .goodbye)
    // Of this job nothing was ever finished: there is no reason to hope.
    #expect(join(100).1.isEmpty)
    #expect(join(200).1.contains { $0.trials.contains(index) })
  }

  @Test mutating func whereATrialWasFinishedOnlyTheStoppedOneIsLeftOut() throws {
    var (patient, own) = join(nil)
    _ = work(patient, &own, seconds: 10)
    let (player, leases) = join(100)
    let index = try #require(leases[0].trials.first)
    _ = stage.say(
      player,
      .trialsReturned(
        leases[0].id, leases[0].trials, .interrupted(after: .seconds(99), epochs: 0)))
    let others = join(100).1
    #expect(!others.isEmpty && !others.contains { $0.trials.contains(index) })
    #expect(join(nil).1.contains { $0.trials.contains(index) })
  }

  @Test mutating func workerThatIsLostAfterItsLimitChargesNothing() {
    for round in 0..<(Limits.trialCrashes * 4) {
      let (player, leases) = join(5)
      #expect(!leases.isEmpty, "round \(round)")
      for lease in leases { _ = stage.say(player, .leaseBegun(lease.id)) }
      stage.advance(by: .seconds(20))
      let effects = stage.handle(.timePassed)
      #expect(effects.notices.contains { if case .workerLost = $0 { true } else { false } })
    }
    #expect(stage.coordinator.footprint.crashes == 0 && stage.coordinator.footprint.suspects == 0)
  }
}
