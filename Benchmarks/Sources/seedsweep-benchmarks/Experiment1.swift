import Datasets
import Kernels
import Randomness
import SweepModel
import Synchronization
import Training

/// The benchmark `experiment-1`: trials of the sequence experiment through trainers alone, without
/// coordinator, transport and store.
///
/// As the experiment is, shuffled each epoch; and, to compare with what leaves that out, unshuffled.
enum Experiment1 {
  static func measure(_ options: Options) throws -> [Measurement] {
    try [true, false].flatMap { try measure(options, shuffles: $0) }
  }

  private static func measure(_ options: Options, shuffles: Bool) throws -> [Measurement] {
    let plan = try plan(shuffles: shuffles)
    let kernels = try KernelSet.selected
    var single: Double?
    return (1...options.cores).map { threads in
      var losses: [Double] = []
      var processor = Double.infinity
      let times = Durations(
        (0..<options.repetitions).map { _ in
          let start = ProcessorTime.ofProcess
          let run = train(options.seeds, plan: plan, kernels: kernels, threads: threads)
          processor = min(processor, ProcessorTime.ofProcess - start)
          losses = run.losses.sorted()
          return run.seconds
        })
      let speedUp = (single ?? times.minimum) / times.minimum
      single = single ?? times.minimum
      return Measurement(
        benchmark: "experiment-1",
        subject: "\(options.seeds) trials, \(kernels), \(threads) thread(s)"
          + (shuffles ? "" : ", unshuffled"),
        unit: "us a trial", timesOf: 1e6 / Double(options.seeds), times,
        details: [
          ("cores", Double(threads)), ("speed-up", speedUp),
          ("processor best", 1e6 * processor / Double(options.seeds)),
          ("mean loss", losses.reduce(0, +) / Double(losses.count)),
          ("median loss", losses[losses.count / 2]),
        ])
    }
  }

  private static func train(
    _ count: Int, plan: TrainingPlan, kernels: KernelSet, threads: Int
  ) -> (seconds: Double, losses: [Double]) {
    let lanes = plan.packLanes
    let losses = Mutex<[Double]>([])
    let seconds = spread(
      count: (count + lanes - 1) / lanes, threads: threads,
      makeWorker: { Trainer(plan: plan, kernels: kernels) },
      work: { trainer, pack in
        // As a worker has them: from its lease.
        let range = TrialRange(UInt64(pack * lanes), UInt64(min(count, (pack + 1) * lanes)))
        let trials = zip(range.indices, MasterSeed(1).trialSeeds(of: range)).map {
          (index: $0, seed: $1)
        }
        let results = trainer.train(trials, keepsHistory: false) ?? []
        losses.withLock { losses in
          for result in results {
            if case .completed(let measurements) = result.outcome {
              losses.append(measurements.metrics[0])
            }
          }
        }
      })
    return (seconds, losses.withLock { $0 })
  }

  private static func plan(shuffles: Bool) throws -> TrainingPlan {
    let data = try Dataset.load(
      Configuration(kind: "sequence", arguments: ["length": .integer(10)]))
    let model = [10, 1].map { Model.dense(units: $0, activation: "linear") }
    let text = """
      {"contract": \(Versions.contract), "data": {"sequence": {"length": 10}},
      "data_sha256": "\(data.digest.hex)", "model": [\(model.joined(separator: ","))],
      "training": {"loss": {"mean_squared_error": {}}, "optimizer": {"adam": {
        "learning_rate": 0.001, "beta_1": 0.9, "beta_2": 0.999, "epsilon": 1e-7}},
        "epochs": 100, "batch_size": "all", "shuffle": \(shuffles)},
      "metrics": [{"mean_squared_error": {}}]}
      """
    return try TrainingPlan(variant: ResolvedVariant(canonicalJSON: text.utf8), data: data)
  }
}

/// Layers as variants write them in JSON: a form that outlives changes of the settings' types.
enum Model {
  static func dense(units: Int, activation: String) -> String {
    """
    {"dense": {"units": \(units), "activation": {"\(activation)": {}}, "use_bias": true,
    "kernel_initializer": {"glorot_uniform": {}}, "bias_initializer": {"zeros": {}}}}
    """
  }

  static func dropout(rate: Double) -> String { "{\"dropout\": {\"rate\": \(rate)}}" }
}
