import Testing

@testable import Simulation

/// Simulations whose faults the seed draws. scripts/test runs thousands more in a release build.
struct SwarmTests {
  @Test(arguments: UInt64(1)...40)
  func nothingIsLostAndTheSweepFinishes(seed: UInt64) {
    let simulation = Simulation(seed: seed)
    simulation.run()
    #expect(simulation.failure == nil, "seed \(seed)")
  }

  @Test(arguments: UInt64(41)...50)
  func aSeedReplaysExactly(seed: UInt64) {
    let runs = (0..<2).map { _ in
      let simulation = Simulation(seed: seed)
      simulation.run()
      return simulation
    }
    #expect(runs[0].fingerprint == runs[1].fingerprint, "seed \(seed)")
    #expect(runs[0].eventCount == runs[1].eventCount, "seed \(seed)")
    #expect(runs[0].store.contentDigest == runs[1].store.contentDigest, "seed \(seed)")
  }

  @Test(arguments: Fault.allCases)
  func eachFaultAloneIsSurvived(fault: Fault) {
    for seed in UInt64(1)...2 {
      var setup = Setup()
      setup.trials = 80
      setup.faultSeconds = 10
      setup.faults = [(fault, 0.5)]
      setup.audit = 0.1
      let simulation = Simulation(seed: seed, setup: setup)
      simulation.run()
      #expect(simulation.failure == nil, "seed \(seed)")
      #expect(simulation.statistics.faults > 0, "seed \(seed)")
    }
  }
}
