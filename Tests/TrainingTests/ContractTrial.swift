import SweepModel
import Testing
import Training

/// A trial whose bits an independent program computed (see ContractTrials.swift).
struct ContractTrial: Sendable, CustomTestStringConvertible {
  let name: String
  /// The resolved variant as JSON.
  let variant: String
  let sampleCount: Int
  let inputWidth: Int
  let targetWidth: Int
  /// The bits of the data.
  let inputs: [UInt32]
  let targets: [UInt32]
  /// The results of trials 0, 1, 2… of master seed 1.
  let expected: [Expected]

  struct Expected: Sendable {
    let seed: String
    let divergedAtEpoch: Int?
    /// The bits of the metrics after training.
    let metrics: [UInt64]
    /// The bits of the loss of the last epoch.
    let lastLoss: UInt64
    let weights: String
    let history: String
    let fingerprints: [UInt64]
  }

  /// Those of models that give values, of models that tell classes apart, of every activation and
  /// initializer, of layers with windows, of sequences, and of the rest of training.
  static let everything = all + classifiers + activations + convolutions + sequences + training

  var testDescription: String { name }

  var data: TrainingData {
    TrainingData(
      sampleCount: sampleCount, inputShape: [inputWidth], targetShape: [targetWidth],
      inputs: inputs.map(Float.init(bitPattern:)), targets: targets.map(Float.init(bitPattern:)))
  }

  /// The plan; its check of the data's digest compares ours with the other program's.
  func plan() throws -> TrainingPlan {
    try TrainingPlan(
      variant: try ResolvedVariant(canonicalJSON: variant.utf8), data: data)
  }

  /// Values of an epoch of the history.
  var historyColumnCount: Int? {
    try? ResolvedVariant(canonicalJSON: variant.utf8).historyColumns.count
  }

  var trials: [(index: TrialIndex, seed: TrialSeed)] {
    expected.enumerated().map { position, expected in
      (TrialIndex(UInt64(position)), TrialSeed(hex: expected.seed) ?? TrialSeed(0))
    }
  }
}

extension ContractTrial.Expected {
  /// A result with one metric.
  init(
    seed: String, divergedAtEpoch: Int?, metric: UInt64, lastLoss: UInt64, weights: String,
    history: String, fingerprints: [UInt64]
  ) {
    self.init(
      seed: seed, divergedAtEpoch: divergedAtEpoch, metrics: [metric], lastLoss: lastLoss,
      weights: weights, history: history, fingerprints: fingerprints)
  }
}
