import Scheduling
import SweepModel
import Testing

/// Who may register, and what repeated and reordered messages do.
struct IdentityTests {
  private var stage = CoordinatorStage([makeJob("variant-0", trials: 100)])
  private let first: Int
  private var peer: PeerID { stage.players[first].peer }

  init() { first = stage.addPlayer() }

  /// Another process with the identity of the first.
  private mutating func addClone(key: PublicKey? = nil) -> Int {
    let clone = stage.addPlayer(key: key)
    let own = stage.players[clone]
    stage.players[clone] = CoordinatorStage.Player(
      worker: stage.players[first].worker, peer: own.peer, session: own.session)
    return clone
  }

  @Test mutating func cloneIsRefusedWhileTheFirstIsAlive() {
    let leases = stage.hello(first).leases(to: peer)
    let clone = addClone()
    for _ in 0..<30 {
      #expect(stage.hello(clone).refusals.map(\.code) == [.identity])
      stage.advance(by: .seconds(1))
      _ = stage.say(first, .heartbeat(progress: [1]))
      _ = stage.handle(.timePassed)
    }
    // The first has lost nothing by it.
    let effects = stage.finish(first, leases[0])
    #expect(effects.commits.count == 1)
    #expect(effects.refusals.isEmpty)
  }

  @Test mutating func cloneIsTakenForTheWorkerOnceTheFirstIsSilent() {
    _ = stage.hello(first)
    let clone = addClone()
    stage.advance(by: .seconds(11))
    let clonePeer = stage.players[clone].peer
    #expect(!stage.hello(clone).leases(to: clonePeer).isEmpty)
    #expect(stage.coordinator.workerCount == 1)
    // The first wakes up: it is told to register, and then that it came too late.
    let late = stage.say(first, .heartbeat(progress: [2]))
    #expect(late.messages(to: peer).count == 1)
    #expect(stage.hello(first).refusals.map(\.code) == [.identity])
    #expect(stage.coordinator.workerCount == 1)
    #expect(stage.say(clone, .heartbeat(progress: [1])).orders(to: clonePeer).first == .heartbeat)
  }

  @Test mutating func helloThatComesTwiceChangesNothing() {
    let hello = WorkerMessage.hello(
      WorkerHello(
        worker: stage.players[first].worker, incarnation: 1, host: "host", processor: "",
        instructionSet: "", slots: 1, goldenWeights: goldenWeights,
        session: stage.players[first].session, held: []))
    let leases = stage.hello(first).leases(to: peer)
    #expect(stage.handle(.messageReceived(from: peer, hello)).isEmpty)
    let effects = stage.finish(first, leases[0])
    #expect(effects.commits.count == 1)
  }

  @Test mutating func messageThatComesTwiceIsTakenOnce() {
    let leases = stage.hello(first).leases(to: peer)
    let message = stage.message(first, .results(stage.batch(leases[0])))
    let once = stage.handle(.messageReceived(from: peer, message))
    #expect(once.commits.count == 1)
    #expect(stage.handle(.messageReceived(from: peer, message)).isEmpty)
  }

  @Test mutating func lostMessageMakesTheWorkerRegisterAnew() {
    _ = stage.hello(first)
    _ = stage.message(first, .heartbeat(progress: [1]))
    let effects = stage.say(first, .heartbeat(progress: [2]))
    guard case .registerAgain(let stamp)? = effects.messages(to: peer).first else {
      Issue.record("a gap went unseen")
      return
    }
    #expect(stamp.incarnation == 1)
    #expect(stamp.number == 2)
  }

  @Test mutating func crashesOfAReplayedHelloAreNobodysFault() {
    stage = CoordinatorStage([makeJob("variant-0", trials: 1)])
    _ = stage.addPlayer()
    let held = HeldLease(
      lease: LeaseID(7), job: makeJob("variant-0", trials: 1).id,
      remaining: IntervalSet(TrialRange(0, 1)), hasBegun: true)
    for _ in 0..<20 {
      _ = stage.hello(first, held: [held])
      stage.advance(by: .seconds(11))
      let effects = stage.handle(.timePassed)
      #expect(effects.commits.isEmpty, "a trial failed that nobody has tried")
    }
  }

  @Test mutating func keyIsBoundToTheIdentity() throws {
    let keys = try (1...2).map {
      try #require(PublicKey(bytes: Array(repeating: UInt8($0), count: 32)))
    }
    let owner = stage.addPlayer(key: keys[0])
    _ = stage.hello(owner)
    let thief = stage.addPlayer(key: keys[1])
    let state = stage.players[thief]
    stage.players[thief] = CoordinatorStage.Player(
      worker: stage.players[owner].worker, peer: state.peer,
      session: stage.players[owner].session, incarnation: 10)
    #expect(stage.hello(thief).refusals.map(\.code) == [.key])
    // Nor when its owner has left.
    _ = stage.say(owner, .goodbye)
    #expect(stage.hello(thief).refusals.map(\.code) == [.key])
    #expect(stage.hello(owner).refusals.isEmpty)
  }

  @Test mutating func revokedKeyEndsItsWorkers() throws {
    let key = try #require(PublicKey(bytes: Array(repeating: 3, count: 32)))
    let worker = stage.addPlayer(key: key)
    let leases = stage.hello(worker).leases(to: stage.players[worker].peer)
    _ = stage.say(worker, .leaseBegun(leases[0].id))
    let idle = stage.hello(first)
    #expect(!idle.leases(to: peer).isEmpty)
    let effects = stage.handle(.keyRevoked(key))
    #expect(effects.refusals.map(\.code) == [.key])
    #expect(stage.coordinator.workerCount == 1)
    // Its trials wait for others, charged to nothing.
    #expect(stage.coordinator.tally.workersLost == 0)
    // What arrives later was let in again.
    #expect(stage.hello(worker).refusals.isEmpty)
  }
}
