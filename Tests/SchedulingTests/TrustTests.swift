import Scheduling
import SweepModel
import Testing

/// Audits, disputes, votes and quarantine.
struct TrustTests {
  private var stage: CoordinatorStage

  init() {
    stage = Self.makeStage(audit: 1, trials: 4)
  }

  private static func makeStage(
    audit: Double, trials: UInt64, recorded: IntervalSet = IntervalSet(),
    openAudits: IntervalSet = IntervalSet(), disputed: IntervalSet = IntervalSet(),
    voters: [WorkerID: IntervalSet] = [:], quarantined: Set<WorkerID> = [],
    endsWhenFinished: Bool = true
  ) -> CoordinatorStage {
    let sweep = makeSweep(trials: trials, names: ["variant-0"])
    let job = CoordinatorJob(
      sweep: sweep, variant: sweep.variants[0], recorded: recorded, audit: audit,
      openAudits: openAudits, disputed: disputed, voters: voters)
    return CoordinatorStage(
      [job], quarantined: quarantined, endsWhenFinished: endsWhenFinished)
  }

  /// The player trains all that it is given; `judge` plays the store. Returns the trials, in order.
  private mutating func work(
    _ player: Int, from first: [Coordinator.Effect], ulp: UInt64 = 0,
    judge: (TrialResult) -> Coordinator.CommitOutcome = { _ in .recorded }
  ) -> (trials: [TrialIndex], effects: [Coordinator.Effect]) {
    let peer = stage.players[player].peer
    var open = first.leases(to: peer)
    var trials: [TrialIndex] = []
    var all = first
    while !open.isEmpty, trials.count < 100 {
      let grant = open.removeFirst()
      trials += grant.trials.ranges.flatMap { Array($0.indices) }
      stage.advance(by: .milliseconds(10))
      let effects = stage.finish(player, grant, number: stage.nextBatch(), ulp: ulp)
      let after = stage.settle(effects, judge: judge)
      open += effects.leases(to: peer) + after.leases(to: peer)
      all += effects + after
    }
    return (trials, all)
  }

  @Test mutating func auditsGoToAnotherWorkerAndHoldTheEndBack() {
    let first = stage.addPlayer()
    let second = stage.addPlayer()
    let start = stage.hello(first)
    // It is known before the first is through, so that there is somebody to audit it.
    stage.now = stage.now.advanced(by: .milliseconds(1))
    let commits = work(first, from: start).effects.commits
    #expect(commits.allSatisfy { $0.audits == IntervalSet($0.results) })
    // Alone, it has done what it can: its own results are not its to audit.
    #expect(stage.coordinator.isFinished)
    stage = Self.makeStage(audit: 1, trials: 4)
    _ = stage.addPlayer()
    _ = stage.addPlayer()
    let began = stage.hello(first)
    let joined = stage.hello(second)
    let done = work(first, from: began)
    #expect(!stage.coordinator.isFinished)
    let audited = work(second, from: joined + done.effects) {
      done.trials.contains($0.index) ? .confirmed : .recorded
    }
    #expect(Set(done.trials).isSubset(of: Set(audited.trials)))
  }

  /// Found by the simulation: nothing looked at a job again whose last check was given up for hangs.
  @Test mutating func auditThatHangsTooOftenIsGivenUpAndTheSweepEnds() throws {
    stage = Self.makeStage(audit: 1, trials: 1)
    let first = stage.addPlayer()
    let second = stage.addPlayer()
    let began = stage.hello(first)
    let joined = stage.hello(second)
    let done = work(first, from: began)
    let peer = stage.players[second].peer
    var open = (joined + done.effects).leases(to: peer)
    for _ in 0..<Limits.trialCrashes {
      #expect(!stage.coordinator.isFinished)
      let grant = try #require(open.first)
      _ = stage.say(second, .leaseBegun(grant.id))
      let range = try #require(grant.trials.ranges.first)
      open = stage.say(second, .trialsHung(grant.job, range)).leases(to: peer)
    }
    #expect(stage.coordinator.isFinished)
  }

  @Test mutating func floorIsKeptAndNewcomersAreWatched() {
    stage = Self.makeStage(audit: 0.05, trials: 20_000)
    let first = stage.addPlayer()
    var effects = stage.hello(first)
    var chosen: [Int] = []
    var number: UInt64 = 0
    var open = effects.leases(to: stage.players[first].peer)
    while !open.isEmpty {
      let grant = open.removeFirst()
      number += 1
      stage.advance(by: .milliseconds(grant.seeds.count))
      effects = stage.finish(first, grant, number: number)
      for commit in effects.commits {
        for range in commit.audits.ranges { chosen += range.indices.map { Int($0.rawValue) } }
      }
      let after = stage.settle(effects)
      open += effects.leases(to: stage.players[first].peer)
      open += after.leases(to: stage.players[first].peer)
    }
    // The very first result is audited for sure, and 1/(n + 1) is above the floor for twenty.
    #expect(chosen.contains(0))
    #expect(chosen.count { $0 < 20 } >= 2)
    // 5% of 20,000 with a standard deviation of 31.
    #expect((850...1_170).contains(chosen.count))
    #expect(stage.coordinator.tally.audited == UInt64(chosen.count))
  }

  @Test mutating func withoutAShareNothingIsAudited() {
    stage = Self.makeStage(audit: 0, trials: 50)
    let first = stage.addPlayer()
    let effects = work(first, from: stage.hello(first)).effects
    let audits = effects.commits.map(\.audits.count)
    #expect(audits == [UInt64](repeating: 0, count: audits.count))
    #expect(stage.coordinator.isFinished)
  }

  @Test mutating func otherModelsOfProcessorAreAskedFirst() throws {
    stage = Self.makeStage(audit: 1, trials: 2_000)
    let first = stage.addPlayer(processor: "A")
    let same = stage.addPlayer(processor: "A")
    let other = stage.addPlayer(processor: "B")
    let start = try #require(stage.hello(first).leases(to: stage.players[first].peer).first)
    let effects = stage.finish(first, start)
    _ = stage.hello(same)
    _ = stage.hello(other)
    _ = stage.settle(effects)
    // One with the same processor is given new trials; the audit waits for the other.
    #expect(!leases(of: same).contains { $0.trials == start.trials })
    #expect(leases(of: other).contains { $0.trials == start.trials })
  }

  private mutating func leases(of player: Int) -> [LeaseGrant] {
    // A hello hands back what was held and is given leases anew.
    stage.hello(player).leases(to: stage.players[player].peer)
  }

  @Test mutating func disputeIsSettledByAThirdWorker() throws {
    let first = stage.addPlayer()
    let liar = stage.addPlayer()
    let third = stage.addPlayer()
    let begun = stage.hello(first)
    let joined = stage.hello(liar)
    let honest = work(first, from: begun)
    let index = try #require(honest.trials.first)
    let lied = work(liar, from: joined + honest.effects, ulp: 1) {
      honest.trials.contains($0.index) ? .violated : .recorded
    }
    #expect(lied.trials.contains(index))
    let violated = Coordinator.Notice.determinismViolated(
      makeJob("variant-0", trials: 4).id, index, stage.players[liar].worker)
    #expect(lied.effects.notices.contains(violated))
    // Of two workers neither is more than half: it stays open.
    #expect(stage.coordinator.progress[0].disputes > 0)
    let liarID = stage.players[liar].worker
    let votes = work(third, from: stage.hello(third)) { result in
      honest.trials.contains(result.index) ? .settled(outvoted: [liarID]) : .confirmed
    }
    #expect(votes.trials.contains(index))
    #expect(votes.effects.notices.contains(.workerOutvoted(liarID, violatedJob, index)))
  }

  private var violatedJob: JobID { makeJob("variant-0", trials: 4).id }

  /// A worker that is outvoted twice is refused, and what it alone produced is trained again.
  @Test mutating func outvotedTwiceIsQuarantined() throws {
    stage = Self.makeStage(
      audit: 0.01, trials: 3, recorded: IntervalSet(TrialRange(0, 3)),
      disputed: IntervalSet(TrialRange(0, 2)))
    let key = try #require(PublicKey(bytes: Array(repeating: 9, count: 32)))
    let liar = stage.addPlayer(key: key)
    let judge = stage.addPlayer()
    let liarID = stage.players[liar].worker
    _ = stage.hello(liar) { $0.slots = 1 }
    let effects = stage.hello(judge)
    let votes = work(judge, from: effects + stage.say(liar, .heartbeat(progress: [0]))) { _ in
      .settled(outvoted: [liarID])
    }
    // The liar held one of the two disputes; it goes back to the judge when its holder is silent.
    stage.advance(by: .seconds(11))
    let rest = work(
      judge,
      from: stage.say(judge, .heartbeat(progress: [0]))
        + stage.handle(.timePassed)
    ) { _ in .settled(outvoted: [liarID]) }
    let all = votes.effects + rest.effects
    #expect(all.contains(.distrust(liarID)))
    #expect(all.notices.contains(.workerQuarantined(liarID, failures: 2)))
    #expect(!stage.coordinator.isFinished, "the store has not said what stands on its word")
    let alone = stage.handle(
      .workerDistrusted(liarID, [violatedJob3: IntervalSet(TrialRange(2, 3))]))
    #expect(stage.coordinator.progress[0].recorded == 2)
    let again = work(judge, from: alone) { _ in .confirmed }
    #expect(again.trials == [TrialIndex(2)])
    #expect(stage.coordinator.isFinished)
    #expect(stage.hello(liar).refusals.map(\.code) == [.quarantined])
    let cousin = stage.addPlayer(key: key)
    #expect(stage.hello(cousin).refusals.map(\.code) == [.quarantined])
  }

  private var violatedJob3: JobID { makeJob("variant-0", trials: 3).id }

  @Test mutating func knownQuarantineIsKeptAfterARestart() {
    let liar = stage.addPlayer()
    let worker = stage.players[liar].worker
    stage = Self.makeStage(audit: 0.1, trials: 4, quarantined: [worker])
    _ = stage.addPlayer()
    #expect(stage.hello(liar).refusals.map(\.code) == [.quarantined])
  }

  @Test mutating func openAuditsOfTheStoreAreTakenUpByOthersThanTheirVoters() {
    let owner = stage.addPlayer()
    let worker = stage.players[owner].worker
    let all = IntervalSet(TrialRange(0, 4))
    stage = Self.makeStage(
      audit: 0.1, trials: 4, recorded: all, openAudits: IntervalSet(TrialRange(1, 3)),
      voters: [worker: all])
    _ = stage.addPlayer()
    let other = stage.addPlayer()
    // Nobody has been here yet: what is open waits for the first worker.
    #expect(!stage.coordinator.isFinished)
    let effects = stage.hello(other)
    #expect(stage.hello(owner).leases(to: stage.players[owner].peer).isEmpty)
    let checked = work(other, from: effects) { _ in .confirmed }
    #expect(Set(checked.trials) == [TrialIndex(1), TrialIndex(2)])
    #expect(stage.coordinator.isFinished)
    #expect(stage.coordinator.progress[0].audits == 0)
  }

  @Test mutating func longerJobBringsItsOpenAudits() {
    stage = Self.makeStage(
      audit: 0, trials: 2, recorded: IntervalSet(TrialRange(0, 2)), endsWhenFinished: false)
    let owner = stage.addPlayer()
    _ = stage.hello(owner)
    let sweep = makeSweep(trials: 6, names: ["variant-0"])
    let all = IntervalSet(TrialRange(0, 6))
    let longer = CoordinatorJob(
      sweep: sweep, variant: sweep.variants[0], recorded: all, audit: 0.1,
      openAudits: IntervalSet(TrialRange(3, 5)), voters: [stage.players[owner].worker: all])
    _ = stage.handle(.jobsAdded([longer]))
    #expect(stage.coordinator.progress[0].audits == 2)
    let other = stage.addPlayer()
    let checked = work(other, from: stage.hello(other)) { _ in .confirmed }
    #expect(Set(checked.trials) == [TrialIndex(3), TrialIndex(4)])
    #expect(stage.coordinator.progress[0].audits == 0)
  }

  @Test mutating func disputeEndsWithFiveVotes() {
    stage = Self.makeStage(
      audit: 0.1, trials: 1, recorded: IntervalSet(TrialRange(0, 1)),
      disputed: IntervalSet(TrialRange(0, 1)), endsWhenFinished: false)
    var votes = 0
    for _ in 0..<8 {
      let player = stage.addPlayer()
      votes += work(player, from: stage.hello(player)) { _ in .violated }.trials.count
    }
    #expect(votes == 5)
    #expect(stage.coordinator.isFinished)
    #expect(stage.coordinator.progress[0].disputes == 1)
  }
}

extension IntervalSet {
  init(_ results: [TrialResult]) {
    self.init()
    for result in results { insert(result.index) }
  }
}
