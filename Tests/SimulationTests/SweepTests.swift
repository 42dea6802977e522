import Scheduling
import SweepModel
import Testing

@testable import Simulation

/// Whole sweeps with few faults or none, and what they must cost and give.
struct SweepTests {
  private func run(
    _ seed: UInt64, _ setup: Setup, _ prepare: (Simulation) -> Void = { _ in }
  ) -> Simulation {
    let simulation = Simulation(seed: seed, setup: setup)
    prepare(simulation)
    simulation.run()
    #expect(simulation.failure == nil, "seed \(seed)")
    return simulation
  }

  private func failed(_ simulation: Simulation) -> [UInt64] {
    (0..<simulation.setup.trials).filter {
      simulation.store[TrialKey(job: 0, index: TrialIndex($0))]?.status == .failed
    }
  }

  @Test(arguments: UInt64(0)..<10)
  func undisturbedSweepTrainsEachTrialOnce(seed: UInt64) {
    var setup = Setup()
    setup.trials = 300
    setup.jobs = 2
    // So short that nobody is worth being taken over from.
    setup.trialSeconds = 0.01
    let simulation = run(seed, setup)
    #expect(simulation.statistics.trained == 600, "seed \(seed)")
    #expect(simulation.workers.allSatisfy { $0.exit == .finished }, "seed \(seed)")
  }

  /// Where a worker is fifty times slower its last trials are copied, each once, and no other is trained twice.
  @Test(arguments: UInt64(0)..<4)
  func onlyLateTrialsAreTrainedTwice(seed: UInt64) throws {
    var setup = Setup()
    setup.trials = 300
    setup.trialSeconds = 0.1
    let simulation = run(seed, setup) {
      $0.startWorker(traits: WorkerProcess.Traits(slowness: 50), slots: 1)
    }
    let tally = try #require(simulation.coordinator?.machine.tally)
    #expect(tally.copied > 0, "seed \(seed)")
    #expect(simulation.statistics.trained <= 300 + Int(tally.copied), "seed \(seed)")
  }

  @Test(arguments: UInt64(0)..<4)
  func liarIsOutvotedByHonestWorkers(seed: UInt64) {
    var setup = Setup()
    setup.trials = 100
    setup.workers = 4
    setup.audit = 1
    let simulation = run(seed, setup) { simulation in
      simulation.at(1) { $0.inflict(.wrongBits) }
    }
    for index in (0..<setup.trials).map(TrialIndex.init) {
      let stored = simulation.store[TrialKey(job: 0, index: index)]
      let honest = SimulatedSweep.result(job: 0, index: index)
      #expect(stored?.agrees(with: honest) == true, "seed \(seed), trial \(index)")
    }
    #expect(!simulation.oracle.liars.isDisjoint(with: simulation.store.quarantined))
  }

  @Test(arguments: UInt64(0)..<4)
  func claimedFailuresAreNotBelieved(seed: UInt64) {
    var setup = Setup()
    setup.trials = 100
    setup.audit = 0.2
    let simulation = run(seed, setup) { simulation in
      for second in 1...2 { simulation.at(Double(second)) { $0.inflict(.claimFailures) } }
    }
    #expect(failed(simulation).isEmpty, "seed \(seed)")
    #expect(!simulation.oracle.claimers.isEmpty)
  }

  @Test(arguments: UInt64(300)..<306)
  func trialsThatCrashWorkersFailAndOnlyThey(seed: UInt64) {
    var setup = Setup()
    setup.trials = 120
    setup.mostSlots = 3
    setup.poison = [17, 18, 90].map { TrialKey(job: 0, index: TrialIndex($0)) }
    setup.isLocal = seed.isMultiple(of: 2)
    let simulation = run(seed, setup)
    #expect(failed(simulation) == [17, 18, 90], "seed \(seed)")
  }

  @Test func drainedWorkerHandsItsTrialsBack() {
    var setup = Setup()
    setup.trials = 100
    setup.workers = 2
    let simulation = run(8, setup) { simulation in
      simulation.at(4) {
        $0.workers[0].notes.append(.drainRequested)
        $0.wakeWorker(0)
      }
    }
    #expect(simulation.workers[0].exit == .drained)
    // Handed back, not crashed: nothing is suspect and nothing was trained twice.
    #expect(simulation.coordinator?.machine.tally.workersLost == 0)
    #expect(simulation.statistics.trained == 100)
  }

  /// Time limits that end all workers again and again cost no result, and no trial is charged.
  @Test(arguments: UInt64(0)..<6)
  func timeLimitsChargeNothingAndLoseNobody(seed: UInt64) {
    var setup = Setup()
    setup.trials = 120
    setup.workers = 2
    setup.trialSeconds = 2
    setup.limitedShare = 1
    setup.limitSeconds = 16...40
    setup.faultSeconds = 400
    let simulation = run(seed, setup)
    let limited = simulation.workers.filter { $0.limit != nil }
    #expect(limited.count > 2 && limited.contains { $0.exit == .outOfTime }, "seed \(seed)")
    #expect(limited.allSatisfy { $0.exit == .outOfTime || $0.exit == .finished }, "seed \(seed)")
    // Whoever leaves for its time limit is heard. At the end of the sweep a goodbye may be lost with its
    // connection, which a worker that finished closes at once.
    let finished = limited.filter { $0.exit == .finished }.count
    let lost = simulation.coordinator?.machine.tally.workersLost ?? .max
    #expect(lost <= UInt64(finished), "seed \(seed)")
    #expect(failed(simulation).isEmpty, "seed \(seed)")
  }

  /// A process that could not even say goodbye before its limit has not crashed in its trials.
  @Test func workerThatIsKilledAtItsTimeLimitChargesNoTrial() {
    var setup = Setup()
    setup.trials = 30
    setup.workers = 1
    setup.trialSeconds = 4
    setup.limitedShare = 1
    setup.limitSeconds = 20...20
    setup.faultSeconds = 900
    let simulation = run(5, setup) { simulation in
      for round in 0..<30 {
        simulation.at(8 + Double(round) * 16) { simulation in
          for number in simulation.livingWorkers {
            simulation.stopWorker(number, for: 60 * .second)
          }
        }
      }
    }
    #expect((simulation.coordinator?.machine.tally.workersLost ?? 0) > Limits.trialCrashes)
    #expect(failed(simulation).isEmpty)
  }

  /// A trial that takes longer than any worker has is tried once, and waits for one that has the time.
  @Test func trialLongerThanAnyTimeLimitIsNotTriedAgainAndAgain() {
    var setup = Setup()
    setup.trials = 2
    setup.workers = 2
    setup.mostSlots = 1
    setup.trialSeconds = 200
    setup.limitedShare = 1
    setup.limitSeconds = 60...60
    setup.faultSeconds = 3_600
    let simulation = run(6, setup)
    #expect(simulation.workers.count > 20)
    // Each of the first workers begins one, and those that come after the sweep is mended finish them.
    #expect(simulation.statistics.begun <= 6, "\(simulation.statistics.begun)")
    #expect(simulation.statistics.longTrials > 0)
    #expect(failed(simulation).isEmpty)
  }

  @Test func coordinatorRestartKeepsTheWorkOfItsWorkers() {
    var setup = Setup()
    setup.trials = 200
    setup.workers = 1
    let simulation = run(9, setup) { $0.at(5) { $0.killCoordinator() } }
    #expect(simulation.statistics.lives == 2)
    // The worker went on with what it held and sent again what was not acknowledged.
    #expect(simulation.statistics.trained == 200)
  }

  // In the debug build the invariants of ten thousand workers take minutes.
  @Test func hellosOfAThousandStrangersDoNotStopTheSweep() {
    var setup = Setup()
    setup.trials = 200
    setup.checksAlways = false
    let simulation = run(3, setup) { $0.at(2) { $0.flood(with: 1_000) } }
    #expect(Double(simulation.now) / 1e9 < 120)
  }

  /// The same bytes for each seed, whoever trained it, in whatever portions, under whatever faults.
  @Test func workersAndLeasesAndFaultsLeaveNoTrace() {
    var digests: Set<UInt64> = []
    for (seed, workers) in [(UInt64(1), 1), (2, 4), (3, 9)] {
      for leaseSeconds in [0.1, 5] {
        var setup = Setup()
        setup.workers = workers
        setup.policy.leaseTarget = .milliseconds(Int(leaseSeconds * 1_000))
        setup.faultSeconds = workers > 1 ? 10 : 0
        setup.faults = [(.killWorker, 0.2), (.killCoordinator, 0.1), (.breakConnection, 0.5)]
        digests.insert(run(seed, setup).store.contentDigest)
      }
    }
    #expect(digests.count == 1)
  }

  @Test func longerSweepBeginsWithTheShorterOne() {
    var setup = Setup()
    let short = run(1, setup)
    setup.trials *= 2
    let long = run(2, setup)
    for index in 0..<short.setup.trials {
      let key = TrialKey(job: 0, index: TrialIndex(index))
      #expect(short.store[key]?.seed == long.store[key]?.seed)
      #expect(short.store[key]?.outcome == long.store[key]?.outcome)
    }
  }

  @Test func sweepOfABillionTrialsIsIntervals() {
    let sweep = Sweep(
      name: "large", masterSeed: SimulatedSweep.masterSeed, trials: 1_000_000_000,
      variants: [SimulatedSweep.variants[0]])
    let job = CoordinatorJob(sweep: sweep, variant: sweep.variants[0], recorded: IntervalSet())
    var coordinator = Coordinator(
      jobs: [job], epoch: CoordinatorEpoch(1), goldenWeights: SimulatedSweep.goldenWeights,
      endsWhenFinished: true)
    _ = coordinator.handle(.timePassed, at: Instant(.zero))
    #expect(coordinator.progress[0].trials == 1_000_000_000)
    #expect(coordinator.progress[0].recorded == 0)
    coordinator.checkInvariants()
  }
}
