import Randomness
import Scheduling
import SweepModel
import Testing

/// What a worker does, message by message.
struct WorkerTests {
  private var worker: Worker
  private var now = Instant(.zero)
  private var orders: UInt64 = 0
  private let variant = VariantDigest(hashing: "{}".utf8)

  init() {
    var random = SplitMix64(state: 5)
    worker = Worker(identity: makeIdentity(.random(using: &random), slots: 2), jitterSeed: 1)
  }

  private mutating func handle(_ event: Worker.Event) -> [Worker.Effect] {
    worker.handle(event, at: now)
  }

  private mutating func order(_ order: CoordinatorOrder, number: UInt64? = nil)
    -> [Worker.Effect]
  {
    orders = number ?? orders + 1
    let stamp = MessageStamp(epoch: CoordinatorEpoch(1), incarnation: 1, number: orders)
    return handle(.messageReceived(.registered(stamp, order)))
  }

  private var welcome: CoordinatorMessage {
    .welcome(
      Welcome(
        incarnation: 1, epoch: CoordinatorEpoch(1), heartbeatInterval: .seconds(1),
        silenceLimit: .seconds(10), adopted: []))
  }

  private func grant(_ range: TrialRange, id: UInt64 = 1) -> LeaseGrant {
    LeaseGrant(
      id: LeaseID(id), job: JobID(1), variant: variant, trials: IntervalSet(range),
      seeds: range.indices.map { TrialSeed($0.rawValue) }, keepsHistory: false)
  }

  /// Registered, with a lease whose variant is ready; returns what it starts.
  private mutating func begin(_ range: TrialRange) -> [(slot: Int, Worker.Assignment)] {
    _ = handle(.connected)
    _ = handle(.messageReceived(welcome))
    _ = order(.lease(grant(range)))
    _ = order(.specification(variant, Array("{}".utf8)))
    return Self.starts(handle(.variantPrepared(variant)))
  }

  private static func starts(_ effects: [Worker.Effect]) -> [(slot: Int, Worker.Assignment)] {
    effects.compactMap {
      if case .start(let slot, let assignment) = $0 { (slot, assignment) } else { nil }
    }
  }

  private static func reports(_ effects: [Worker.Effect]) -> [WorkerReport] {
    effects.compactMap {
      if case .send(.registered(_, let report)) = $0 { report } else { nil }
    }
  }

  /// Time in steps of a second, with one counter for each slot.
  private mutating func wait(_ seconds: Int, _ counters: (Int) -> [UInt64]) -> [Worker.Effect] {
    (0..<seconds).flatMap { second in
      now = now.advanced(by: .seconds(1))
      let answer = order(.heartbeat)
      return answer + handle(.timePassed(progress: counters(second)))
    }
  }

  @Test mutating func slotThatHangsIsSeenThoughTheOtherGoesOn() throws {
    let started = begin(TrialRange(0, 10))
    #expect(started.count == 2)
    let hung = try #require(started.last)
    let effects = wait(70) { [UInt64($0 + 1), 4] }
    let job = JobID(1)
    let trials = TrialRange(hung.1.trials[0].index.rawValue, hung.1.trials[0].index.rawValue + 1)
    #expect(Self.reports(effects).contains(.trialsHung(job, trials)))
    #expect(effects.contains(.abort(slot: hung.slot)))
    // It comes back after all: its result is welcome and it goes on.
    let late = handle(
      .assignmentFinished(slot: hung.slot, [makeResult(TrialIndex(1), TrialSeed(1))]))
    #expect(Self.starts(late).map(\.slot) == [hung.slot])
  }

  @Test mutating func stoppedProcessDoesNotSuspectItsSlots() {
    _ = begin(TrialRange(0, 10))
    _ = wait(2) { _ in [1, 1] }
    now = now.advanced(by: .seconds(3_600))
    let effects = handle(.timePassed(progress: [1, 1]))
    #expect(!effects.contains { if case .abort = $0 { true } else { false } })
  }

  @Test mutating func workerWhoseSlotsHaveAllHungLeaves() {
    _ = begin(TrialRange(0, 10))
    let effects = wait(90) { _ in [4, 4] }
    #expect(Self.reports(effects).contains(.goodbye))
    #expect(effects.contains(.exit(.slotsHung(resultsLeft: 0))))
  }

  @Test mutating func shortenedLeaseIsBegunNoMore() {
    _ = begin(TrialRange(0, 4))
    _ = order(.leaseShortened(LeaseID(1), IntervalSet(TrialRange(1, 4))))
    // Trials 0 and 1 run already; 2 and 3 are another's now.
    for slot in 0..<2 {
      let index = TrialIndex(UInt64(slot))
      let effects = handle(
        .assignmentFinished(slot: slot, [makeResult(index, TrialSeed(UInt64(slot)))]))
      #expect(Self.starts(effects).isEmpty)
    }
  }

  @Test mutating func lostOrderMakesTheWorkerRegisterAnewAndARepeatedOneIsIgnored() {
    _ = begin(TrialRange(0, 2))
    #expect(order(.lease(grant(TrialRange(5, 6), id: 9)), number: 1).isEmpty)
    let effects = order(.heartbeat, number: 99)
    guard case .send(.hello(let hello))? = effects.first else {
      Issue.record("a gap went unseen")
      return
    }
    #expect(hello.incarnation == 2)
    #expect(hello.held.map(\.lease) == [LeaseID(1)])
  }

  @Test mutating func helloNamesTheResultsThatAreHeld() {
    _ = begin(TrialRange(0, 2))
    _ = handle(.assignmentFinished(slot: 0, [makeResult(TrialIndex(0), TrialSeed(0))]))
    let effects = order(.heartbeat, number: 99)
    guard case .send(.hello(let hello))? = effects.first else {
      Issue.record("a gap went unseen")
      return
    }
    #expect(hello.held.map(\.lease) == [LeaseID(1), .ofResults])
    #expect(hello.held.map(\.remaining.first) == [TrialIndex(1), TrialIndex(0)])
  }

  @Test mutating func welcomeThatComesTwiceDropsNothing() {
    _ = begin(TrialRange(0, 8))
    #expect(handle(.messageReceived(welcome)).isEmpty)
    let effects = handle(
      .assignmentFinished(slot: 0, [makeResult(TrialIndex(0), TrialSeed(0))]))
    #expect(!Self.starts(effects).isEmpty)
  }

  @Test mutating func specificationThatIsNotNeededAfterARestartIsAskedForWithTheNextLease() {
    _ = handle(.connected)
    _ = handle(.messageReceived(welcome))
    #expect(
      Self.reports(order(.lease(grant(TrialRange(0, 2))))) == [.specificationWanted(variant)])
    _ = order(.leaseRevoked(LeaseID(1)))
    // The new coordinator does not know the job yet.
    _ = order(.heartbeat, number: 99)
    let again = handle(
      .messageReceived(
        .welcome(
          Welcome(
            incarnation: 2, epoch: CoordinatorEpoch(2), heartbeatInterval: .seconds(1),
            silenceLimit: .seconds(10), adopted: []))))
    #expect(Self.reports(again).isEmpty)
    let stamp = MessageStamp(epoch: CoordinatorEpoch(2), incarnation: 2, number: 1)
    let lease = CoordinatorOrder.lease(grant(TrialRange(2, 4), id: 7))
    let effects = handle(.messageReceived(.registered(stamp, lease)))
    #expect(Self.reports(effects) == [.specificationWanted(variant)])
  }

  @Test mutating func patienceIsNotShorterThanTheSilenceThatIsAllowed() {
    var policy = SchedulingPolicy()
    policy.giveUpAfter = .seconds(1)
    var random = SplitMix64(state: 5)
    worker = Worker(
      identity: makeIdentity(.random(using: &random), slots: 2), jitterSeed: 1, policy: policy)
    _ = begin(TrialRange(0, 2))
    func hasLeft(_ effects: [Worker.Effect]) -> Bool {
      effects.contains { if case .exit = $0 { true } else { false } }
    }
    now = now.advanced(by: .seconds(9))
    #expect(!hasLeft(handle(.timePassed(progress: [1, 1]))))
    now = now.advanced(by: .seconds(3))
    #expect(hasLeft(handle(.timePassed(progress: [2, 2]))))
  }

  /// A coordinator that was started again elsewhere knows nothing of what was said to the last one.
  @Test mutating func anotherAddressIsGreetedWithAllThatIsHeld() throws {
    let started = begin(TrialRange(0, 3))
    _ = handle(
      .assignmentFinished(slot: started[0].slot, [makeResult(TrialIndex(0), TrialSeed(0))]))
    let effects = handle(.addressChanged)
    guard case .send(.hello(let hello))? = effects.first else {
      Issue.record("\(effects)")
      return
    }
    #expect(hello.incarnation == 2)
    #expect(hello.held.map(\.lease) == [LeaseID(1), .ofResults])
    // Nothing more is said until there is a welcome; then the result is.
    now = now.advanced(by: .milliseconds(900))
    #expect(Self.reports(handle(.timePassed(progress: [0, 0]))).isEmpty)
    let welcomed = handle(
      .messageReceived(
        .welcome(
          Welcome(
            incarnation: 2, epoch: CoordinatorEpoch(2), heartbeatInterval: .seconds(1),
            silenceLimit: .seconds(10), adopted: []))))
    #expect(
      Self.reports(welcomed + handle(.timePassed(progress: [0, 0]))).contains {
        if case .results = $0 { true } else { false }
      })
  }

  @Test mutating func registerAgainOfAnEarlierRegistrationIsIgnored() {
    _ = begin(TrialRange(0, 2))
    let old = MessageStamp(epoch: CoordinatorEpoch(1), incarnation: 0, number: 3)
    #expect(handle(.messageReceived(.registerAgain(old))).isEmpty)
  }

  @Test mutating func newerCoordinatorIsGreeted() {
    _ = begin(TrialRange(0, 2))
    let stamp = MessageStamp(epoch: CoordinatorEpoch(2), incarnation: 1, number: 1)
    let effects = handle(.messageReceived(.registered(stamp, .heartbeat)))
    #expect(effects.contains { if case .send(.hello) = $0 { true } else { false } })
  }

  @Test mutating func drainHandsBackWhatIsNotBegun() {
    let started = begin(TrialRange(0, 8))
    #expect(started.flatMap { $0.1.trials }.count == 2)
    let reports = Self.reports(handle(.drainRequested))
    #expect(reports.contains(.trialsReturned(LeaseID(1), IntervalSet(TrialRange(2, 8)))))
  }

  @Test mutating func aRefusalThatMayPassIsNoEnd() throws {
    _ = handle(.connected)
    let refusal = Refusal(.capacity, "full")
    #expect(handle(.messageReceived(.refused(refusal))).isEmpty)
    #expect(worker.idleness?.reason == .refused(refusal))
    var hellos: [Int] = []
    for second in 0..<200 {
      now = now.advanced(by: .seconds(1))
      for case .send(.hello) in handle(.timePassed(progress: [0, 0])) {
        hellos.append(second)
        _ = handle(.messageReceived(.refused(refusal)))
      }
    }
    // Ever more seldom, but again and again.
    #expect((6...16).contains(hellos.count), "\(hellos)")
    let last = UInt64(hellos.count + 1)
    var welcomed = Welcome(
      incarnation: last, epoch: CoordinatorEpoch(1), heartbeatInterval: .seconds(1),
      silenceLimit: .seconds(10), adopted: [])
    welcomed.incarnation = last
    _ = handle(.messageReceived(.welcome(welcomed)))
    #expect(worker.idleness?.reason == .noTrials)
  }

  @Test mutating func otherRefusalsAreTheEnd() {
    _ = handle(.connected)
    let refusal = Refusal(.kernels, "other bits")
    #expect(handle(.messageReceived(.refused(refusal))) == [.exit(.refused(refusal))])
  }

  @Test mutating func whoHasPatienceForSoLongLeavesWithTheRefusal() {
    var random = SplitMix64(state: 5)
    worker = Worker(
      identity: makeIdentity(.random(using: &random)), jitterSeed: 1,
      policy: SchedulingPolicy(giveUpAfter: .seconds(20)))
    _ = handle(.connected)
    let refusal = Refusal(.capacity, "full")
    var ends: [Worker.Effect] = []
    for _ in 0..<30 {
      now = now.advanced(by: .seconds(1))
      _ = handle(.messageReceived(.refused(refusal)))
      ends += handle(.timePassed(progress: [0])).filter {
        if case .exit = $0 { true } else { false }
      }
    }
    #expect(ends == [.exit(.refused(refusal))])
  }

  @Test mutating func whyItIsIdleIsKnown() {
    _ = handle(.connected)
    #expect(worker.idleness?.reason == .noCoordinator)
    let began = worker.idleness?.since
    // Before another hello is due.
    now = now.advanced(by: .milliseconds(500))
    _ = handle(.timePassed(progress: [0, 0]))
    #expect(worker.idleness?.since == began)
    _ = handle(.messageReceived(welcome))
    #expect(worker.idleness?.reason == .noTrials)
    #expect(worker.idleness?.since == now)
    _ = order(.lease(grant(TrialRange(0, 2))))
    #expect(worker.idleness?.reason == .preparing(variant))
    _ = order(.specification(variant, Array("{}".utf8)))
    #expect(worker.idleness?.reason == .preparing(variant))
    _ = handle(.variantPrepared(variant))
    #expect(worker.idleness == nil)
  }
}
