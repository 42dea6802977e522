import Scheduling
import SweepModel
import Testing

@Suite("How many trials a lease holds")
struct LeaseSizeTests {
  private static let trials: UInt64 = 1_000_000
  private var stage = CoordinatorStage([makeJob("variant-0", trials: trials)])
  private var batches: UInt64 = 0

  /// The player trains its oldest lease, at so many trials a second; returns the leases that it got for
  /// that, and leaves the others in `leases`.
  private mutating func work(
    _ player: Int, _ leases: inout [LeaseGrant], speed: Double, lanes: Int = 1
  ) -> [LeaseGrant] {
    let grant = leases.removeFirst()
    let peer = stage.players[player].peer
    var effects = stage.say(player, .leaseBegun(grant.id, lanes: lanes))
    stage.advance(by: .seconds(Double(grant.seeds.count) / speed))
    batches += 1
    effects += stage.finish(player, grant, number: batches)
    let after = stage.settle(effects)
    let new = effects.leases(to: peer) + after.leases(to: peer)
    leases += new
    return new
  }

  @Test("Of a variant that trains in packs, leases are full packs of all slots")
  mutating func packs() throws {
    let player = stage.addPlayer(slots: 3)
    var leases = stage.hello(player).leases(to: stage.players[player].peer)
    // What was lent before the worker said how many trials a pack has.
    let early = leases.count
    var sizes: [Int] = []
    for _ in 0..<12 {
      sizes += work(player, &leases, speed: 1_000, lanes: 16).map(\.seeds.count)
    }
    #expect(sizes.count == 12)
    #expect(sizes.allSatisfy { $0.isMultiple(of: 48) && $0 > 0 }, "\(early) and then \(sizes)")
    // Not a second's, which is no whole number of packs.
    #expect(sizes.last == 960)
  }

  @Test("A pack that takes longer than a lease should is lent whole")
  mutating func longPacks() throws {
    let player = stage.addPlayer(slots: 2)
    var leases = stage.hello(player).leases(to: stage.players[player].peer)
    var sizes: [Int] = []
    for _ in 0..<4 {
      sizes += work(player, &leases, speed: 0.5, lanes: 64).map(\.seeds.count)
    }
    #expect(sizes == [128, 128, 128, 128])
  }

  @Test("Packs beyond all limits change nothing but the size of leases")
  mutating func absurdPacks() throws {
    let player = stage.addPlayer(slots: 1_024)
    var leases = stage.hello(player).leases(to: stage.players[player].peer)
    for _ in 0..<4 {
      let new = work(player, &leases, speed: 1_000, lanes: Int(UInt32.max))
      #expect(new.allSatisfy { UInt64($0.seeds.count) <= Limits.leaseTrials })
    }
  }

  @Test("A lease that was short changes little of what is known of a worker's speed")
  mutating func shortLeases() throws {
    let player = stage.addPlayer()
    var leases = stage.hello(player).leases(to: stage.players[player].peer)
    for _ in 0..<8 { _ = work(player, &leases, speed: 1_000) }
    #expect(leases.last.map { (950...1_000).contains($0.seeds.count) } == true)
    // A part is handed back, and the two trials that are left wait for others to be sent with.
    for _ in 0..<2 {
      let grant = leases[0]
      let kept = IntervalSet(
        TrialRange(
          grant.trials.ranges[0].lowerBound.rawValue, grant.trials.ranges[0].lowerBound.rawValue + 2
        ))
      var returned = grant.trials
      returned.subtract(kept)
      _ = stage.say(player, .trialsReturned(grant.id, returned))
      leases[0].trials = kept
      leases[0].seeds = Array(grant.seeds.prefix(2))
      _ = work(player, &leases, speed: 40)
      let status = stage.coordinator.workerConditions(at: stage.now).first
      #expect((status?.trialsPerSecond ?? 0) > 900, "after two trials in 50 ms")
    }
  }

  @Test("Near the end a slow worker is lent no more than it can finish with the others")
  mutating func slowWorkersAtTheEnd() throws {
    stage = CoordinatorStage([makeJob("variant-0", trials: 20_000)])
    let slow = stage.addPlayer()
    let fast = stage.addPlayer()
    var slowLeases = stage.hello(slow).leases(to: stage.players[slow].peer)
    var fastLeases = stage.hello(fast).leases(to: stage.players[fast].peer)
    for _ in 0..<3 { _ = work(slow, &slowLeases, speed: 300) }
    while let lease = fastLeases.last, lease.trials.first?.rawValue ?? 0 < 18_500 {
      _ = work(fast, &fastLeases, speed: 10_000)
    }
    // About a thousand trials are left, which is a tenth of a second for both.
    slowLeases = work(slow, &slowLeases, speed: 300)
    #expect(slowLeases.count == 1)
    #expect(slowLeases[0].seeds.count < 40, "\(slowLeases[0].seeds.count)")
  }
}
