import Kernels
import Randomness
import SweepModel
import Synchronization
import Training

/// The benchmark `experiment-2`: an epoch of the classification experiment, validation included.
enum Experiment2 {
  /// Values of a sample before and behind each dense layer.
  static let widths = [784, 256, 128, 10]
  static let classes = 10
  static let batchSize = 128
  static let validationSplit = 0.2

  static func measure(_ options: Options) throws -> [Measurement] {
    let kernels = try KernelSet.selected
    var measurements: [Measurement] = []
    for kind in ImageData.Kind.allCases where options.data.contains(kind) {
      let data = try ImageData.load(kind, directory: options.dataDirectory)
      let plan = try plan(data, epochs: options.epochs)
      measurements += measure(kind, plan, kernels, options)
    }
    return measurements
  }

  private static func measure(
    _ kind: ImageData.Kind, _ plan: TrainingPlan, _ kernels: KernelSet, _ options: Options
  ) -> [Measurement] {
    var single: Double?
    return (1...options.cores).map { threads in
      let peak = Peak.of(kernels)
      let before = peak?.measure() ?? .nan
      let run = train(plan, kernels: kernels, threads: threads)
      let operationsPerSecond = max(before, peak?.measure() ?? .nan)
      let epochs = run.wall
      let speedUp = Double(threads) * (single ?? epochs.minimum) / epochs.minimum
      single = single ?? epochs.minimum
      let details = [
        ("cores", Double(threads)), ("speed-up", speedUp),
        ("processor best", run.processor.minimum),
        ("validation accuracy", run.accuracy), ("GFLOP an epoch", operations(plan) / 1e9),
        ("share of peak", operations(plan) / epochs.minimum / operationsPerSecond),
      ]
      var measurement = Measurement(
        benchmark: "experiment-2",
        subject: "\(kind.rawValue), \(kernels), \(threads) trial(s) at once",
        unit: "s an epoch", timesOf: 1, epochs, details: details)
      measurement.labels = [("data", kind.rawValue)]
      return measurement
    }
  }

  /// What training took and gave.
  private struct Run {
    /// Seconds of the epochs of all trials, but for the first and the last.
    let wall: Durations
    /// The same of the trials' threads.
    let processor: Durations
    /// The last trial's, over the validation samples.
    let accuracy: Double
  }

  /// One trial on each thread.
  private static func train(_ plan: TrainingPlan, kernels: KernelSet, threads: Int) -> Run {
    let epochs = plan.variant.training.epochs
    let seconds = Mutex<[(wall: Double, processor: Double)]>([])
    let accuracy = Mutex(Double.nan)
    _ = spread(
      count: threads, threads: threads,
      makeWorker: { Trainer(plan: plan, kernels: kernels, lanes: 1) },
      work: { trainer, number in
        var starts: [(wall: ContinuousClock.Instant, processor: Double)] = []
        let index = TrialIndex(UInt64(number))
        let trial = (index: index, seed: MasterSeed(1).trialSeed(at: index))
        // From the end of an epoch's first batch to that of the next one's: a whole epoch. What
        // follows the last is no epoch.
        let results = trainer.train([trial], keepsHistory: false) { progress in
          if progress.epoch == starts.count + 1, progress.epoch < epochs {
            starts.append((.now, ProcessorTime.ofThread))
          }
          return .proceed
        }
        let times = zip(starts, starts.dropFirst()).map { start, end in
          ((end.wall - start.wall) / .seconds(1), end.processor - start.processor)
        }
        seconds.withLock { $0 += times }
        accuracy.withLock { $0 = results?.first?.measurements?.metrics.last ?? .nan }
      })
    let times = seconds.withLock { $0 }
    return Run(
      wall: Durations(times.map(\.wall)), processor: Durations(times.map(\.processor)),
      accuracy: accuracy.withLock { $0 })
  }

  /// Operations of the matrix products of an epoch, two for each multiply-add, as if no value were
  /// zero: forward and both gradients for training, forward for validation.
  static func operations(_ plan: TrainingPlan) -> Double {
    let products = zip(widths, widths.dropFirst()).map { Double($0 * $1) }
    let forward = products.reduce(0, +)
    let training = forward * 2 + products.dropFirst().reduce(0, +)
    let samples = Double(plan.data.sampleCount)
    let trained = (samples * (1 - validationSplit)).rounded(.down)
    return 2 * (trained * training + (samples - trained) * forward)
  }

  private static func plan(_ data: TrainingData, epochs: Int) throws -> TrainingPlan {
    let model = [
      Model.dense(units: widths[1], activation: "relu"), Model.dropout(rate: 0.4),
      Model.dense(units: widths[2], activation: "relu"), Model.dropout(rate: 0.3),
      Model.dense(units: widths[3], activation: "softmax"),
    ]
    let text = """
      {"contract": \(Versions.contract), "data": {"sequence": {"length": 10}},
      "data_sha256": "\(data.digest.hex)", "model": [\(model.joined(separator: ","))],
      "training": {"loss": {"sparse_categorical_crossentropy": {"from_logits": false}},
        "optimizer": {"rmsprop": {
        "learning_rate": 0.001, "rho": 0.9, "epsilon": 1e-7}},
        "epochs": \(epochs), "batch_size": \(batchSize), "shuffle": true,
        "validation_split": \(validationSplit)},
      "metrics": [{"sparse_categorical_accuracy": {}}]}
      """
    return try TrainingPlan(variant: ResolvedVariant(canonicalJSON: text.utf8), data: data)
  }
}
