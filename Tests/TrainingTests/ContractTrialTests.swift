import Kernels
import SweepModel
import Testing
import Training

/// Trials against an independent program, alone and in packs, with every set of kernels.
@Suite struct ContractTrialTests {
  @Test(arguments: ContractTrial.everything, KernelSet.available)
  func trialAloneHasTheExpectedBits(_ golden: ContractTrial, _ kernels: KernelSet) throws {
    // One trainer for all: what a trial leaves behind must not reach the next.
    let trainer = Trainer(plan: try golden.plan(), kernels: kernels, lanes: 1)
    for (trial, expected) in zip(golden.trials, golden.expected) {
      let results = try #require(trainer.train([trial], keepsHistory: true))
      expect(results[0], expected, of: golden)
    }
  }

  @Test(arguments: ContractTrial.everything, [2, 3, 5, 8, 11, 16])
  func trialInAPackHasTheExpectedBits(_ golden: ContractTrial, _ lanes: Int) throws {
    for kernels in KernelSet.available {
      let trainer = Trainer(plan: try golden.plan(), kernels: kernels, lanes: 16)
      for rotation in [0, 1] {
        // Every trial comes to stand in several lanes, beside itself and beside others.
        let positions = (0..<lanes).map { ($0 + rotation) % golden.trials.count }
        let results = try #require(
          trainer.train(positions.map { golden.trials[$0] }, keepsHistory: false))
        for (result, position) in zip(results, positions) {
          expect(result, golden.expected[position], of: golden)
        }
      }
    }
  }

  /// More threads than cores, and more than some layers have rows.
  @Test(arguments: ContractTrial.everything, [2, 3, 5])
  func trialOfSeveralThreadsHasTheExpectedBits(_ golden: ContractTrial, _ threads: Int) throws {
    for kernels in KernelSet.available {
      let trainer = Trainer(plan: try golden.plan(), kernels: kernels, lanes: 1, threads: threads)
      for (trial, expected) in zip(golden.trials, golden.expected) {
        let results = try #require(trainer.train([trial], keepsHistory: true))
        expect(results[0], expected, of: golden)
      }
    }
  }

  @Test func resultsNameTheirTrials() throws {
    let golden = ContractTrial.all[0]
    let trainer = Trainer(plan: try golden.plan(), kernels: .reference, lanes: 3)
    let results = try #require(trainer.train(golden.trials.reversed(), keepsHistory: false))
    #expect(results.map(\.index) == golden.trials.map(\.index).reversed())
    #expect(results.map(\.seed) == golden.trials.map(\.seed).reversed())
    #expect(results.allSatisfy { $0.seconds > 0 && $0.seconds.isFinite })
  }

  private func expect(
    _ result: TrialResult, _ expected: ContractTrial.Expected, of golden: ContractTrial,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    switch (result.outcome, expected.divergedAtEpoch) {
    case (.completed(let measurements), nil):
      expect(measurements, expected, golden, sourceLocation)
    case (.diverged(let epoch, let measurements), let expectedEpoch?):
      #expect(epoch == expectedEpoch, sourceLocation: sourceLocation)
      expect(measurements, expected, golden, sourceLocation)
    default:
      Issue.record("\(result.status), expected otherwise", sourceLocation: sourceLocation)
    }
  }

  private func expect(
    _ measurements: TrialResult.Measurements, _ expected: ContractTrial.Expected,
    _ golden: ContractTrial, _ sourceLocation: SourceLocation
  ) {
    #expect(
      measurements.metrics.map(\.bitPattern) == expected.metrics, sourceLocation: sourceLocation)
    #expect(measurements.weightsDigest.hex == expected.weights, sourceLocation: sourceLocation)
    #expect(measurements.historyDigest.hex == expected.history, sourceLocation: sourceLocation)
    #expect(
      measurements.variableFingerprints == expected.fingerprints, sourceLocation: sourceLocation)
    if let columns = golden.historyColumnCount, !measurements.history.isEmpty {
      let lastLoss = measurements.history[measurements.history.count - columns]
      #expect(lastLoss.bitPattern == expected.lastLoss, sourceLocation: sourceLocation)
    }
  }
}
