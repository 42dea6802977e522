import Scheduling
import SweepModel
import Testing

/// Workers that cannot train a variant for the time being.
struct RejectionTests {
  /// Found by seed 424795: an audit that nobody seemed to be able to do was lent in the moment in which
  /// it was given up, and the sweep ended with it on its way.
  @Test func sweepDoesNotEndWhileACheckIsLent() throws {
    let sweep = makeSweep(trials: 1, names: ["variant-0"])
    let all = IntervalSet(TrialRange(0, 1))
    var stage = CoordinatorStage([
      CoordinatorJob(
        sweep: sweep, variant: sweep.variants[0], recorded: all, audit: 1, openAudits: all)
    ])
    let (first, second) = (stage.addPlayer(), stage.addPlayer())
    func leases(_ effects: [Coordinator.Effect], _ player: Int) -> [LeaseGrant] {
      effects.leases(to: stage.players[player].peer)
    }
    func reject(_ player: Int) -> [Coordinator.Effect] {
      stage.say(
        player,
        .variantRejected(
          VariantDigest(hashing: sweep.variants[0].variant.canonicalJSON.utf8),
          VariantRejection(.dataMissing, "its data are not here")))
    }
    #expect(leases(stage.hello(first), first).count == 1)
    _ = stage.hello(second)
    let lent = reject(first)
    #expect(leases(lent, second).count == 1)
    // The first can be asked again before the second has said that it cannot either.
    for _ in 0..<70 {
      stage.advance(by: .seconds(1))
      for player in [first, second] { _ = stage.say(player, .heartbeat(progress: [0])) }
      _ = stage.handle(.timePassed)
    }
    let after = reject(second)
    let again = leases(after, first)
    #expect(again.count == 1)
    #expect(!after.contains(.allFinished))
    #expect(!stage.coordinator.isFinished)
    // And now it is known that nobody can.
    #expect(reject(first).contains(.allFinished))
  }
}
