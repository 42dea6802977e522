import Scheduling
import SweepModel
import Testing

/// What idle workers do when nothing waits any more.
struct TakeOverTests {
  private var stage = CoordinatorStage([makeJob("variant-0", trials: 1_000)])
  /// What happened when the last trials of the slow worker were taken.
  private var takeOver: [Coordinator.Effect] = []
  private let slow: Int
  private let fast: Int
  private var slowPeer: PeerID { stage.players[slow].peer }
  private var fastPeer: PeerID { stage.players[fast].peer }

  init() {
    slow = stage.addPlayer()
    fast = stage.addPlayer()
  }

  /// Both workers work, the slow one at `speed` trials a second and the other at a thousand, until
  /// nothing waits; returns the leases that each holds.
  private mutating func workToTheTail(speed: Int) -> (slow: [LeaseGrant], fast: [LeaseGrant]) {
    var slowLeases = stage.hello(slow).leases(to: slowPeer)
    // It alone, until it holds leases of a second: nearly all trials are in the second of them.
    var number: UInt64 = 0
    while slowLeases.last.map({ $0.seeds.count < speed }) ?? false {
      number += 1
      let grant = slowLeases.removeFirst()
      stage.advance(by: .seconds(1) / speed * grant.seeds.count)
      let effects = stage.finish(slow, grant, number: number)
      slowLeases += effects.leases(to: slowPeer)
      _ = stage.settle(effects)
      if number > 200 { break }
    }
    for lease in slowLeases.prefix(1) { _ = stage.say(slow, .leaseBegun(lease.id)) }
    var fastLeases = stage.hello(fast).leases(to: fastPeer)
    number = 0
    while let grant = fastLeases.first, number < 500 {
      number += 1
      _ = stage.say(fast, .leaseBegun(grant.id))
      stage.advance(by: .milliseconds(grant.seeds.count))
      let effects = stage.finish(fast, grant, number: number)
      fastLeases.removeFirst()
      if effects.contains(where: Self.isTakeOver) {
        takeOver = effects
        return (slowLeases, fastLeases + effects.leases(to: fastPeer))
      }
      fastLeases += effects.leases(to: fastPeer)
      _ = stage.settle(effects)
    }
    return (slowLeases, fastLeases)
  }

  private static func isTakeOver(_ effect: Coordinator.Effect) -> Bool {
    if case .notice(.trialsTakenOver) = effect { true } else { false }
  }

  @Test mutating func idleWorkerTakesTheRestOfTheSlowOne() throws {
    let (slowLeases, fastLeases) = workToTheTail(speed: 50)
    #expect(stage.coordinator.tally.takenOver > 0)
    let taken = try #require(fastLeases.last)
    // What it was given had been lent to the slow one, who is twenty times slower: it keeps little.
    let held = slowLeases.reduce(IntervalSet()) { $0.union($1.trials) }
    #expect(held.intersection(taken.trials) == taken.trials)
    #expect(taken.trials.count * 3 > held.count)
  }

  @Test mutating func victimIsToldWhatNotToBegin() throws {
    let (slowLeases, fastLeases) = workToTheTail(speed: 50)
    var told = IntervalSet()
    for order in takeOver.orders(to: slowPeer) {
      switch order {
      case .leaseShortened(_, let trials): told.formUnion(trials)
      case .leaseRevoked(let id):
        if let lease = slowLeases.first(where: { $0.id == id }) { told.formUnion(lease.trials) }
      default: break
      }
    }
    let taken = try #require(fastLeases.last).trials
    #expect(told.intersection(taken) == taken)
    // The notes of both sides agree: what is left to the slow worker finishes its leases.
    let conditions = stage.coordinator.workerConditions(at: stage.now)
    let status = conditions.first { $0.worker == stage.players[slow].worker }
    #expect((status?.leases ?? 0) <= slowLeases.count)
  }

  @Test mutating func resultsOfBothAreWelcome() throws {
    let (slowLeases, fastLeases) = workToTheTail(speed: 50)
    let taken = try #require(fastLeases.last)
    // The victim had begun all of it: its results come first.
    for (position, lease) in slowLeases.enumerated() {
      let effects = stage.finish(slow, lease, number: UInt64(1_000 + position))
      #expect(effects.refusals.isEmpty)
      _ = stage.settle(effects)
    }
    let effects = stage.finish(fast, taken, number: 10_000)
    #expect(effects.refusals.isEmpty)
    _ = stage.settle(effects) { _ in .confirmed }
    #expect(stage.coordinator.tally.confirmed >= taken.trials.count)
  }

  @Test mutating func oneTrialIsNotTakenFromItsSlot() {
    stage = CoordinatorStage([makeJob("variant-0", trials: 1)])
    _ = stage.addPlayer()
    _ = stage.addPlayer()
    let lease = stage.hello(slow).leases(to: slowPeer)
    #expect(lease.count == 1)
    _ = stage.say(slow, .leaseBegun(lease[0].id))
    let effects = stage.hello(fast)
    #expect(effects.leases(to: fastPeer).isEmpty)
  }

  @Test mutating func leaseThatNeverBeginsIsTakenInTheEnd() {
    stage = CoordinatorStage([makeJob("variant-0", trials: 1)])
    _ = stage.addPlayer()
    _ = stage.addPlayer()
    _ = stage.hello(slow)
    _ = stage.hello(fast)
    var isTaken = false
    for count in 0..<40 {
      stage.advance(by: .seconds(1))
      _ = stage.say(slow, .heartbeat(progress: [0]))
      let effects = stage.say(fast, .heartbeat(progress: [0]))
      isTaken = isTaken || !effects.leases(to: fastPeer).isEmpty
      if count < 10 { #expect(!isTaken, "it may be preparing its data") }
      _ = stage.handle(.timePassed)
    }
    #expect(isTaken)
  }

  /// What another worker has sent meanwhile is not taken from the victim: it would be trained again.
  @Test mutating func trialsWithResultsAreNotTaken() throws {
    stage = CoordinatorStage([makeJob("variant-0", trials: 3)])
    for _ in 0..<3 { _ = stage.addPlayer() }
    let grants = stage.hello(slow).leases(to: slowPeer)
    try #require(grants.count == 2)
    // Another, which keeps the sweep going, has results of what the slow one holds by now.
    _ = stage.hello(2)
    _ = stage.settle(stage.finish(2, grants[1]))
    var open = stage.hello(fast).leases(to: fastPeer)
    var taken = IntervalSet()
    for count in 0..<60 {
      stage.advance(by: .seconds(1))
      _ = stage.say(slow, .heartbeat(progress: [0]))
      _ = stage.say(2, .heartbeat(progress: [UInt64(count)]))
      open += stage.say(fast, .heartbeat(progress: [0])).leases(to: fastPeer)
      for grant in open where grant.trials == grants[0].trials {
        let effects = stage.finish(fast, grant, number: stage.nextBatch())
        open = effects.leases(to: fastPeer) + stage.settle(effects).leases(to: fastPeer)
        taken.formUnion(grant.trials)
      }
      for grant in open { taken.formUnion(grant.trials) }
      _ = stage.handle(.timePassed)
    }
    #expect(taken.contains(TrialIndex(0)))
    #expect(!taken.contains(TrialIndex(1)))
  }

  /// Whoever trains a late trial a second time may leave, or claim that it fails: then another does.
  @Test(arguments: [false, true]) mutating func copyThatIsHandedBackIsLentAgain(
    withClaim: Bool
  ) throws {
    stage = CoordinatorStage([makeJob("variant-0", trials: 20)])
    for _ in 0..<3 { _ = stage.addPlayer() }
    let stuck = try #require(stage.hello(slow).leases(to: slowPeer).first)
    _ = stage.say(slow, .leaseBegun(stuck.id))
    var copies: [Int] = []
    for player in [fast, 2] {
      let peer = stage.players[player].peer
      var open = stage.hello(player).leases(to: peer)
      while let grant = open.first, grant.trials != stuck.trials {
        open.removeFirst()
        stage.advance(by: .milliseconds(10))
        _ = stage.say(player, .leaseBegun(grant.id))
        let effects = stage.finish(player, grant, number: stage.nextBatch())
        open += effects.leases(to: peer) + stage.settle(effects).leases(to: peer)
      }
    }
    for count in 0..<30 {
      stage.advance(by: .seconds(1))
      _ = stage.say(slow, .heartbeat(progress: [UInt64(count)]))
      for player in [fast, 2] where !copies.contains(player) {
        let effects = stage.say(player, .heartbeat(progress: [7]))
        let peer = stage.players[player].peer
        guard let grant = effects.leases(to: peer).first else { continue }
        copies.append(player)
        guard withClaim else {
          _ = stage.say(player, .goodbye)
          continue
        }
        var batch = stage.batch(grant, number: stage.nextBatch())
        batch.results[0].outcome = .failed(reason: "no luck")
        let after = stage.say(player, .results(batch))
        if !after.leases(to: stage.players[2].peer).isEmpty { copies.append(2) }
      }
      _ = stage.handle(.timePassed)
    }
    #expect(copies.count == 2)
  }

  /// Ten trials of the fast worker at a thousand a second, and one that the slow one never ends.
  @Test mutating func trialOfAMuchSlowerWorkerIsTrainedTwiceAtMost() throws {
    stage = CoordinatorStage([makeJob("variant-0", trials: 20)])
    for _ in 0..<3 { _ = stage.addPlayer() }
    let stuck = try #require(stage.hello(slow).leases(to: slowPeer).first)
    _ = stage.say(slow, .leaseBegun(stuck.id))
    var copies: [(player: Int, grant: LeaseGrant)] = []
    for player in [fast, 2] {
      let peer = stage.players[player].peer
      var open = stage.hello(player).leases(to: peer)
      var number: UInt64 = 0
      while let grant = open.first, grant.trials != stuck.trials {
        number += 1
        open.removeFirst()
        stage.advance(by: .milliseconds(10))
        _ = stage.say(player, .leaseBegun(grant.id))
        let effects = stage.finish(player, grant, number: number)
        open += effects.leases(to: peer) + stage.settle(effects).leases(to: peer)
      }
    }
    for count in 0..<30 {
      stage.advance(by: .seconds(1))
      _ = stage.say(slow, .heartbeat(progress: [UInt64(count)]))
      for player in [fast, 2] {
        let peer = stage.players[player].peer
        let effects = stage.say(player, .heartbeat(progress: [7]))
        for grant in effects.leases(to: peer) { copies.append((player, grant)) }
      }
      _ = stage.handle(.timePassed)
    }
    #expect(copies.count == 1)
    #expect(stage.coordinator.tally.copied == 1)
    let copy = try #require(copies.first)
    #expect(copy.grant.trials == stuck.trials)
    // The copy's result ends the sweep; the late one is told.
    let effects = stage.finish(copy.player, copy.grant, number: 99)
    let after = stage.settle(effects)
    #expect(stage.coordinator.isFinished)
    #expect(after.orders(to: slowPeer).contains(.leaseRevoked(stuck.id)))
  }
}

extension IntervalSet {
  func union(_ other: IntervalSet) -> IntervalSet {
    var union = self
    union.formUnion(other)
    return union
  }
}
