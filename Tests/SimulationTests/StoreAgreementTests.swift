import Foundation
import Scheduling
import SweepModel
import Testing
import TrialStore

@testable import Simulation
@testable import SweepRuntime

/// The simulated store against the real one: what it promises is what simulations rely on.
struct StoreAgreementTests {
  private static let trials: UInt64 = 5

  private func withRealStore(_ body: (TrialStore, VariantKey) throws -> Void) throws {
    let directory = FileManager.default.temporaryDirectory
      .appendingPathComponent("store-agreement-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    let store = try TrialStore(
      path: directory.appendingPathComponent("store.sqlite").path, access: .readWrite)
    let sweep = Sweep(
      name: "agreement", masterSeed: SimulatedSweep.masterSeed, trials: Self.trials,
      variants: [SimulatedSweep.variants[0]])
    let registered = try store.register(sweep)
    try body(store, registered.variants[0].key)
  }

  private func outcome(_ outcome: CommitOutcome) -> Coordinator.CommitOutcome {
    switch outcome {
    case .inserted, .retried: .recorded
    case .confirmed, .ignored: .confirmed
    case .violated: .violated
    // In the order of the workers' rows, which the simulated store has not.
    case .settled(let outvoted):
      .settled(outvoted: outvoted.compactMap(WorkerID.init(hex:)).sorted())
    }
  }

  /// Results of some trials as an honest worker, a liar or the coordinator would commit them.
  private func commit(
    _ number: UInt64, by worker: WorkerID?, error: UInt64, _ random: inout SimulationRandom
  ) -> Coordinator.Commit {
    var audits = IntervalSet()
    var results: [TrialResult] = []
    for index in 0..<Self.trials where random.chance(0.5) {
      let index = TrialIndex(index)
      var result = SimulatedSweep.result(job: 0, index: index)
      let seed = result.seed
      if random.chance(0.5) {
        result = SimulatedSweep.result(job: 0, index: index, seed: seed, error: error)
      }
      if worker == nil || random.chance(0.05) { result.outcome = .failed(reason: "crashed") }
      results.append(result)
      if random.chance(0.3) { audits.insert(index) }
    }
    return Coordinator.Commit(
      id: Coordinator.CommitID(number), job: JobID(1), results: results, worker: worker,
      audits: audits)
  }

  @Test(arguments: UInt64(1)...60)
  func commitsGiveTheSameOutcomes(seed: UInt64) throws {
    var random = SimulationRandom(seed: seed)
    let workers = (0..<6).compactMap { WorkerID(bytes: Array(repeating: UInt8($0), count: 16)) }
    let liars = random.integer(0...3)
    try withRealStore { real, variant in
      var simulated = SimulatedStore(jobs: 1, trials: Self.trials)
      for number in UInt64(1)...25 {
        let choice = random.integer(0...workers.count)
        if choice < liars, random.chance(0.1) {
          let expected = simulated.distrust(workers[choice])[0]
          let found = try real.distrust(StoredWorker(name: workers[choice].hex))
          #expect(found[variant] ?? IntervalSet() == expected, "seed \(seed), commit \(number)")
          continue
        }
        let worker = choice < workers.count ? workers[choice] : nil
        let commit = commit(
          number, by: worker, error: choice < liars ? UInt64(choice) + 1 : 0, &random)
        let name = worker?.hex ?? StoredWorker.coordinator
        let batch = StoredBatch(
          variant: variant, results: commit.results, worker: StoredWorker(name: name),
          audits: commit.audits)
        let found = try real.commit([batch])[0].map(outcome)
        #expect(found == simulated.apply(commit, job: 0), "seed \(seed), commit \(number)")
        try expectAgreement(real, variant, simulated, "seed \(seed), commit \(number)")
      }
    }
  }

  private func expectAgreement(
    _ real: TrialStore, _ variant: VariantKey, _ simulated: SimulatedStore, _ place: String
  ) throws {
    #expect(try real.recordedIndices(variant) == simulated.recorded[0], "\(place)")
    #expect(try real.openAudits(variant) == simulated.openAudits(of: 0), "\(place)")
    #expect(try real.disputed(variant) == simulated.disputed(of: 0), "\(place)")
    let unsupported = try real.unsupportedTrials()[variant] ?? IntervalSet()
    #expect(unsupported == simulated.unsupported()[0], "\(place)")
    #expect(try real.votingWorkers(variant) == simulated.voters(of: 0), "\(place)")
    for index in 0..<Self.trials {
      let key = TrialKey(job: 0, index: TrialIndex(index))
      let stored = try real.result(variant, index: key.index)
      #expect(stored?.outcome == simulated[key]?.outcome, "\(place)")
    }
  }
}
