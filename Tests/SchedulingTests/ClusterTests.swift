import Randomness
import Scheduling
import SweepModel
import Testing

/// Whole sweeps over simulated networks. A failure names the seed that repeats it.
struct ClusterTests {
  /// Every trial exactly once, each with the seed of its index.
  private func expectComplete(_ cluster: SimulatedCluster, seed: UInt64) {
    for job in cluster.jobs {
      let results = cluster.store[job.id] ?? [:]
      #expect(UInt64(results.count) == job.trials, "seed \(seed)")
      for (index, result) in results {
        #expect(index.rawValue < job.trials, "seed \(seed)")
        #expect(result.seed == MasterSeed(1).trialSeed(at: index), "seed \(seed)")
      }
    }
    #expect(cluster.coordinator.tally.violated == 0, "seed \(seed)")
  }

  @Test(arguments: UInt64(0)..<10)
  func undisturbedSweepTrainsEachTrialOnce(seed: UInt64) {
    var cluster = SimulatedCluster(seed: seed, trials: 300, jobCount: 2)
    for count in 0..<3 { cluster.addWorker(slots: 1 + count) }
    let finished = cluster.run()
    #expect(finished, "seed \(seed)")
    expectComplete(cluster, seed: seed)
    // Nothing is trained twice but what was taken over or copied at the very end.
    let tally = cluster.coordinator.tally
    #expect(UInt64(cluster.trained) <= 600 + tally.takenOver + tally.copied, "seed \(seed)")
    #expect(cluster.trained <= 620, "seed \(seed)")
    #expect(cluster.coordinator.tally.recorded == 600)
  }

  @Test(arguments: UInt64(100)..<115)
  func faultsLoseNothing(seed: UInt64) {
    var cluster = SimulatedCluster(seed: seed, trials: 200, jobCount: 2)
    for count in 0..<3 { cluster.addWorker(slots: 1 + count % 2) }
    let finished = cluster.run { cluster, count in
      // Faults for a while, then peace, in which the sweep must end.
      guard count < 4_000, count % 50 == 49 else { return }
      switch Int.random(in: 0..<5, using: &cluster.random) {
      case 0:
        cluster.killWorker(Int.random(in: 0..<cluster.workers.count, using: &cluster.random))
        cluster.addWorker()
      case 1: cluster.restartCoordinator()
      case 2: cluster.reconnect(Int.random(in: 0..<cluster.workers.count, using: &cluster.random))
      case 3: cluster.now = cluster.now.advanced(by: .seconds(20))
      default: cluster.addWorker(slots: 2)
      }
      if cluster.workers.count > 6 { cluster.killWorker(0) }
    }
    #expect(finished, "seed \(seed)")
    expectComplete(cluster, seed: seed)
  }

  @Test(arguments: UInt64(300)..<310)
  func trialsThatCrashWorkersFailAndTheRestGoesOn(seed: UInt64) {
    var cluster = SimulatedCluster(seed: seed, trials: 120)
    let poison: Set<TrialIndex> = [TrialIndex(17), TrialIndex(18), TrialIndex(90)]
    cluster.poison = poison
    cluster.addWorker()
    cluster.addWorker()
    let finished = cluster.run()
    #expect(finished, "seed \(seed)")
    expectComplete(cluster, seed: seed)
    let failed = (cluster.store[cluster.jobs[0].id] ?? [:]).filter { $0.value.status == .failed }
    #expect(Set(failed.keys) == poison, "seed \(seed)")
    #expect(cluster.coordinator.tally.failed == 3)
  }

  @Test func workersEndWhenEverythingIsStored() {
    var cluster = SimulatedCluster(seed: 7, trials: 50)
    cluster.addWorker()
    cluster.addWorker()
    let finished = cluster.run()
    #expect(finished)
    for _ in 0..<2_000 { cluster.step() }
    #expect(cluster.workers.allSatisfy { $0.exit == .finished })
  }

  @Test func drainedWorkerHandsItsTrialsBack() {
    var cluster = SimulatedCluster(seed: 8, trials: 100)
    cluster.addWorker()
    cluster.addWorker()
    for _ in 0..<200 { cluster.step() }
    cluster.tellWorker(0, .drainRequested)
    let finished = cluster.run()
    #expect(finished)
    expectComplete(cluster, seed: 8)
    #expect(cluster.workers[0].exit == .drained)
    // Handed back, not crashed: nothing is suspect and nothing was trained twice.
    #expect(cluster.coordinator.tally.workersLost == 0)
    #expect(cluster.trained == 100)
  }

  @Test func coordinatorRestartKeepsTheWorkOfItsWorkers() {
    var cluster = SimulatedCluster(seed: 9, trials: 400)
    cluster.addWorker(slots: 2)
    for _ in 0..<400 { cluster.step() }
    let before = cluster.store[cluster.jobs[0].id]?.count ?? 0
    #expect(before > 0)
    cluster.restartCoordinator()
    let finished = cluster.run()
    #expect(finished)
    expectComplete(cluster, seed: 9)
    // The worker went on with what it held and sent again what was not acknowledged.
    #expect(cluster.trained == 400)
  }

  @Test func sweepOfABillionTrialsIsIntervals() {
    let job = makeJob("variant-0", trials: 1_000_000_000)
    var coordinator = SimulatedCluster.makeCoordinator([job], epoch: 1)
    _ = coordinator.handle(.timePassed, at: Instant(.zero))
    #expect(coordinator.progress[0].trials == 1_000_000_000)
    #expect(coordinator.progress[0].recorded == 0)
    coordinator.checkInvariants()
  }
}
