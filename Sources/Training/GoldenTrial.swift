import Kernels
import Randomness
import SweepModel

/// A trial whose bits the numeric contract states; a worker trains it before it takes any lease.
///
/// It is trial 1 of the sequence experiment with master seed 1 (docs/numeric-contract.md,
/// "Vectors").
public enum GoldenTrial {
  private static let masterSeed = MasterSeed(1)
  private static let index = TrialIndex(1)
  private static let metric = 0.010025916318732521
  /// The digest of its trained weights, as the contract states it.
  public static let expectedWeights: WeightsDigest = {
    let hex = "f029f8d69ec4319680f998f259818da4e3ef5141ce4106cf7203f465dd8ce661"
    guard let digest = WeightsDigest(hex: hex) else {
      preconditionFailure("the contract's digest has 64 digits")
    }
    return digest
  }()

  /// Trains it, compares the result with the contract, and returns the weights' digest.
  ///
  /// - Parameter kernels: those that will be trained with; the process's own where it is nil.
  /// - Throws: ``TrainingError`` where a bit differs, `KernelError` where there are no such
  ///   kernels.
  @discardableResult
  public static func verify(kernels: KernelSet? = nil) throws -> WeightsDigest {
    let kernels = try kernels ?? KernelSet.selected
    let plan = try TrainingPlan(variant: variant, data: data)
    let trial = (index: index, seed: masterSeed.trialSeed(at: index))
    // Alone, layer by layer, and in a pack, which trains as a stack.
    let results = [1, 2].flatMap { lanes in
      let trials = Array(repeating: trial, count: lanes)
      return Trainer(plan: plan, kernels: kernels, lanes: lanes)
        .train(trials, keepsHistory: false) ?? []
    }
    guard results.count == 3, results.allSatisfy({ isExpected($0) }) else {
      throw TrainingError(
        path: "",
        message: "the \(kernels) kernels do not give the numeric contract's golden trial: "
          + "this machine's results cannot be trusted; try others with "
          + "\(KernelSet.environmentVariable) and run doctor")
    }
    return expectedWeights
  }

  private static func isExpected(_ result: TrialResult) -> Bool {
    guard let measurements = result.measurements else { return false }
    return measurements.weightsDigest == expectedWeights
      && measurements.metrics.map(\.bitPattern) == [metric.bitPattern]
  }

  /// 9 pairs (i ÷ 10, (i + 1) ÷ 10).
  private static let data: TrainingData = {
    let value = { (position: Int) in Float(Double(position) / 10) }
    return TrainingData(
      sampleCount: 9, inputShape: [1], targetShape: [1], inputs: (0..<9).map(value),
      targets: (1..<10).map(value))
  }()

  private static var variant: ResolvedVariant {
    ResolvedVariant(
      data: Configuration(kind: "sequence", arguments: ["length": .integer(10)]),
      dataDigest: data.digest,
      layers: [dense(units: 10), dense(units: 1)],
      training: TrainingSettings(
        loss: Configuration(kind: "mean_squared_error"),
        optimizer: Configuration(
          kind: "adam",
          arguments: [
            "learning_rate": .number(0.001), "beta_1": .number(0.9), "beta_2": .number(0.999),
            "epsilon": .number(1e-7),
          ]),
        epochs: 100, batchSize: .all, shuffle: true),
      metrics: [Configuration(kind: "mean_squared_error")])
  }

  private static func dense(units: Int64) -> Configuration {
    Configuration(
      kind: "dense",
      arguments: [
        "units": .integer(units), "use_bias": .boolean(true),
        "activation": .configuration(Configuration(kind: "linear")),
        "kernel_initializer": .configuration(Configuration(kind: "glorot_uniform")),
        "bias_initializer": .configuration(Configuration(kind: "zeros")),
      ])
  }
}
