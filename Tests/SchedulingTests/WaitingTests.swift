import Scheduling
import SweepModel
import Testing

/// Why nothing happens, as the coordinator works it out.
struct WaitingTests {
  private var stage = CoordinatorStage([
    makeJob("variant-0", trials: 10), makeJob("variant-1", trials: 10),
  ])

  private var codes: [WaitingReason.Code] { reasons.map(\.code) }
  private var reasons: [WaitingReason] { stage.coordinator.waitingReasons(at: stage.now) }

  /// Lets seconds pass in which the players say that they are there.
  private mutating func pass(_ seconds: Int, heartbeats players: [Int] = []) {
    for second in 0..<seconds {
      stage.advance(by: .seconds(1))
      for player in players { _ = stage.say(player, .heartbeat(progress: [UInt64(second)])) }
      _ = stage.handle(.timePassed)
    }
  }

  private mutating func reject(
    _ player: Int, _ grant: LeaseGrant, _ code: VariantRejection.Code = .dataMissing,
    _ text: String = "no file a.csv"
  ) -> [Coordinator.Effect] {
    stage.say(player, .variantRejected(grant.variant, VariantRejection(code, text)))
  }

  @Test mutating func noWorkerForHalfAMinute() throws {
    _ = stage.handle(.timePassed)
    pass(29)
    #expect(codes.isEmpty)
    pass(13)
    let reason = try #require(reasons.first)
    #expect(reason.code == .noWorkers && reason.isBlocking)
    #expect(reason.seconds == 42)
    let first = stage.addPlayer()
    _ = stage.hello(first)
    #expect(codes.isEmpty)
    _ = stage.say(first, .goodbye)
    pass(29)
    #expect(codes.isEmpty)
    pass(1)
    #expect(codes == [.noWorkers])
  }

  @Test func nothingIsWaitedForWhereNothingIsToDo() {
    var stage = CoordinatorStage([
      makeJob("variant-0", trials: 2, recorded: IntervalSet(TrialRange(0, 2)))
    ])
    _ = stage.handle(.timePassed)
    stage.advance(by: .seconds(100))
    #expect(stage.coordinator.waitingReasons(at: stage.now).isEmpty)
  }

  @Test mutating func variantsThatAreRejectedAlikeAreOneReason() throws {
    let (first, second) = (stage.addPlayer(), stage.addPlayer())
    let grant = try #require(stage.hello(first).leases(to: stage.players[first].peer).first)
    _ = stage.hello(second)
    let next = reject(first, grant).leases(to: stage.players[first].peer)
    var reason = try #require(reasons.first)
    #expect(reason.code == .dataMissing && !reason.isBlocking)
    #expect((reason.workers, reason.connected, reason.variants) == (1, 2, 1))
    #expect(reason.variant == "variant-0" && reason.sweep == "sweep")
    #expect(reason.trials == 10 && reason.host == "host" && reason.detail == "no file a.csv")
    #expect(reason.retrySeconds == 5)
    for grant in next { _ = reject(first, grant) }
    #expect(reasons.count == 1)
    #expect(reasons[0].variants == 2 && reasons[0].trials == 20)
    // Once nobody is left who has not rejected it, nothing goes on.
    _ = stage.say(second, .goodbye)
    reason = try #require(reasons.first)
    #expect(reason.isBlocking && (reason.workers, reason.connected) == (1, 1))
  }

  @Test mutating func rejectionsAreRetriedSoonThenLater() throws {
    let first = stage.addPlayer()
    let peer = stage.players[first].peer
    var grants = stage.hello(first).leases(to: peer)
    var waits: [Int] = []
    for _ in 0..<6 {
      // Both variants, one after the other.
      while let grant = grants.first { grants = reject(first, grant).leases(to: peer) }
      var seconds = 0
      while grants.isEmpty, seconds < 100 {
        stage.advance(by: .seconds(1))
        _ = stage.handle(.timePassed)
        grants = stage.say(first, .heartbeat(progress: [0])).leases(to: peer)
        seconds += 1
      }
      // It is asked again, and has not begun: the reason stays.
      #expect(codes == [.dataMissing])
      waits.append(seconds)
    }
    #expect(waits == [6, 11, 21, 41, 61, 61])
    _ = stage.say(first, .leaseBegun(try #require(grants.first).id))
    #expect(reasons.first?.variants == 1)
  }

  @Test mutating func aRejectionOfWhatIsNotAssignedCountsForNothing() {
    let first = stage.addPlayer()
    _ = stage.hello(first)
    let unknown = VariantDigest(hashing: "unknown".utf8)
    let rejection = VariantRejection(.dataMissing, "nothing here")
    let effects = stage.say(first, .variantRejected(unknown, rejection))
    #expect(effects.notices.isEmpty)
    #expect(codes.isEmpty)
  }

  @Test mutating func refusedWorkersAreTold() throws {
    let first = stage.addPlayer()
    _ = stage.hello(first) {
      $0.wireProtocol = 1
      $0.host = "node7:4711"
    }
    _ = stage.hello(first) {
      $0.wireProtocol = 1
      $0.host = "node7:4712"
    }
    let reason = try #require(reasons.first)
    #expect(reason.code == .workerRefused && reason.host == "node7" && reason.workers == 2)
    #expect(reason.detail?.contains("protocol 1") == true)
    #expect(stage.coordinator.tally.workersRefused == 2)
    // One of that machine is let in: its trouble is over.
    _ = stage.hello(first) { $0.host = "node7:4713" }
    #expect(codes.isEmpty)
  }

  @Test mutating func refusalsAreBoundedAndForgotten() {
    for number in 0..<100 {
      let player = stage.addPlayer()
      _ = stage.hello(player) {
        $0.wireProtocol = 1
        $0.host = "node\(number):1"
      }
    }
    #expect(codes.count == Limits.waitingReasons)
    #expect(reasons.first?.host == "node99")
    stage.advance(by: .seconds(200))
    _ = stage.handle(.timePassed)
    #expect(!codes.contains(.workerRefused))
  }

  @Test mutating func lostWorkersAreToldWithTheCause() throws {
    let first = stage.addPlayer()
    _ = stage.hello(first)
    _ = stage.handle(.workerProcessEnded(stage.players[first].worker, .killed(signal: 9)))
    let reason = try #require(reasons.first)
    #expect(reason.code == .workerLost && reason.isBlocking)
    #expect(reason.detail?.contains("out of memory") == true)
  }

  @Test mutating func stalledWorkersAreTold() throws {
    let (first, second) = (stage.addPlayer(), stage.addPlayer())
    let grants = stage.hello(first).leases(to: stage.players[first].peer)
    _ = stage.say(first, .leaseBegun(try #require(grants.first).id))
    for _ in 0..<70 {
      stage.advance(by: .seconds(1))
      _ = stage.say(first, .heartbeat(progress: [1]))
      _ = stage.handle(.timePassed)
    }
    let reason = try #require(reasons.first)
    #expect(reason.code == .workersStalled && reason.isBlocking)
    #expect((reason.workers, reason.connected) == (1, 1))
    _ = stage.hello(second)
    #expect(reasons.first?.isBlocking == false)
  }

  @Test mutating func theLastTrialsOnOneWorkerAreTold() throws {
    stage = CoordinatorStage([makeJob("variant-0", trials: 2)])
    let first = stage.addPlayer(slots: 2)
    _ = stage.hello(first)
    pass(29, heartbeats: [first])
    #expect(codes.isEmpty)
    pass(2, heartbeats: [first])
    let reason = try #require(reasons.first)
    #expect(reason.code == .lastTrials && !reason.isBlocking && reason.trials == 2)
    #expect(reason.host == "host")
  }
}
