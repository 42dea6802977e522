import Scheduling
import SweepModel
import Testing

/// Variants with custom components, and workers that have them or not.
struct ComponentTests {
  private static func component(_ version: Int, name: String = "acme_scale") -> ComponentIdentity {
    guard
      let identity = ComponentIdentity(
        family: .layer, name: name, version: version, module: "AcmeLayers")
    else { preconditionFailure("a component's name") }
    return identity
  }

  private static func job(
    _ name: String, trials: UInt64, needing components: [ComponentIdentity],
    openAudits: IntervalSet = IntervalSet(), recorded: IntervalSet = IntervalSet()
  ) -> CoordinatorJob {
    var variant = makeVariant(name)
    variant.components = components
    let sweep = Sweep(
      name: "sweep", masterSeed: MasterSeed(1), trials: trials,
      variants: [NamedVariant(name: name, variant: variant)])
    return CoordinatorJob(
      sweep: sweep, variant: sweep.variants[0], recorded: recorded, openAudits: openAudits)
  }

  /// A stage with a job that needs version 2 of a component, and one that needs nothing.
  private var stage = CoordinatorStage([
    Self.job("needing", trials: 4, needing: [Self.component(2)]), makeJob("plain", trials: 4),
  ])

  private mutating func hello(
    _ player: Int, _ components: [ComponentIdentity], held: [HeldLease] = []
  ) -> [Coordinator.Effect] {
    stage.hello(player, held: held) { $0.components = components }
  }

  private func variants(_ effects: [Coordinator.Effect], _ player: Int) -> Set<VariantDigest> {
    Set(effects.leases(to: stage.players[player].peer).map(\.variant))
  }

  private var needing: VariantDigest {
    Self.job("needing", trials: 4, needing: [Self.component(2)]).variant
  }

  @Test func identityIsPartOfTheVariant() {
    let plain = makeVariant("needing").digest
    #expect(needing != plain)
    #expect(Self.job("needing", trials: 4, needing: [Self.component(1)]).variant != needing)
  }

  @Test(arguments: [
    [], [component(1)], [component(3)], [component(2, name: "acme_other")],
  ])
  mutating func aWorkerWithoutTheComponentTrainsOnlyWhatNeedsNone(
    components: [ComponentIdentity]
  ) {
    let player = stage.addPlayer(slots: 8)
    var effects = hello(player, components)
    let plain = makeJob("plain", trials: 4).variant
    #expect(variants(effects, player) == [plain])
    for grant in effects.leases(to: stage.players[player].peer) {
      effects = stage.settle(stage.finish(player, grant, number: stage.nextBatch()))
      #expect(!variants(effects, player).contains(needing))
    }
    // Neither later, nor by taking it over.
    for second in 0..<100 {
      stage.advance(by: .seconds(1))
      effects = stage.say(player, .heartbeat(progress: [UInt64(second)]))
      #expect(effects.leases(to: stage.players[player].peer).isEmpty)
    }
  }

  @Test mutating func whatNobodyHasIsTold() throws {
    let player = stage.addPlayer()
    #expect(stage.coordinator.waitingReasons(at: stage.now).isEmpty)
    _ = hello(player, [Self.component(1)])
    let reason = try #require(stage.coordinator.waitingReasons(at: stage.now).first)
    #expect(reason.code == .componentMissing && reason.isBlocking)
    #expect(reason.sweep == "sweep" && reason.variant == "needing" && reason.trials == 4)
    #expect(reason.detail == "layer acme_scale version 2 from module AcmeLayers")
    let able = stage.addPlayer()
    let effects = hello(able, [Self.component(2), Self.component(1, name: "acme_other")])
    #expect(stage.coordinator.waitingReasons(at: stage.now).isEmpty)
    #expect(variants(effects, able).contains(needing))
    _ = stage.say(able, .goodbye)
    #expect(stage.coordinator.waitingReasons(at: stage.now).map(\.code) == [.componentMissing])
  }

  @Test mutating func aLeaseIsNotTakenOverByWhoCannotTrainIt() {
    var stage = CoordinatorStage([
      Self.job("needing", trials: 40, needing: [Self.component(2)])
    ])
    let able = stage.addPlayer(slots: 1)
    let grants = stage.hello(able) { $0.components = [Self.component(2)] }
      .leases(to: stage.players[able].peer)
    #expect(!grants.isEmpty)
    let plain = stage.addPlayer(slots: 8)
    #expect(stage.hello(plain).leases(to: stage.players[plain].peer).isEmpty)
    for second in 0..<300 {
      stage.advance(by: .seconds(1))
      for player in [able, plain] {
        let effects = stage.say(player, .heartbeat(progress: [UInt64(second)]))
        #expect(effects.leases(to: stage.players[plain].peer).isEmpty)
      }
      #expect(stage.handle(.timePassed).leases(to: stage.players[plain].peer).isEmpty)
    }
  }

  /// A check that no connected worker could do keeps no sweep from its end.
  @Test mutating func anAuditThatNobodyElseCanDoIsGivenUp() {
    let all = IntervalSet(TrialRange(0, 2))
    var stage = CoordinatorStage([
      Self.job(
        "needing", trials: 2, needing: [Self.component(2)], openAudits: all, recorded: all)
    ])
    #expect(!stage.coordinator.isFinished)
    let plain = stage.addPlayer()
    #expect(stage.hello(plain).leases(to: stage.players[plain].peer).isEmpty)
    #expect(stage.coordinator.isFinished)
  }

  /// A worker that comes back as another program drops what it cannot train any more.
  @Test mutating func heldLeasesNeedTheComponentToo() throws {
    let player = stage.addPlayer(slots: 8)
    let grant = try #require(
      hello(player, [Self.component(2)]).leases(to: stage.players[player].peer)
        .first { $0.variant == needing })
    let held = HeldLease(
      lease: grant.id, job: grant.job, remaining: grant.trials, hasBegun: true)
    let effects = hello(player, [], held: [held])
    let welcomes = effects.messages(to: stage.players[player].peer).compactMap { message in
      if case .welcome(let welcome) = message { welcome } else { nil }
    }
    #expect(welcomes.first?.adopted.isEmpty == true)
    #expect(!variants(effects, player).contains(needing))
  }
}
