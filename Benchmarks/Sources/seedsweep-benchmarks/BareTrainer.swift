import Datasets
import Foundation
import Kernels
import Randomness
import SweepModel
import Training

/// The benchmark `trainer`: the trials of a variant through trainers alone, as many at once as there
/// are cores. What a coordinator and a worker need longer for the same trials is their overhead.
enum BareTrainer {
  static func measure(_ options: Options) throws -> [Measurement] {
    guard let path = options.variant else {
      throw OptionError(message: "trainer needs --variant; see --help")
    }
    let variant = try ResolvedVariant(canonicalJSON: try firstVariant(in: path).utf8)
    let plan = try TrainingPlan(variant: variant, data: try Dataset.load(variant.data))
    let kernels = try KernelSet.selected
    let lanes = plan.packLanes
    var processor = Double.infinity
    let times = Durations(
      (0..<options.repetitions).map { _ in
        let start = ProcessorTime.ofProcess
        let seconds = spread(
          count: (options.seeds + lanes - 1) / lanes, threads: options.cores,
          makeWorker: { Trainer(plan: plan, kernels: kernels) },
          work: { trainer, pack in
            let trials = (pack * lanes..<min(options.seeds, (pack + 1) * lanes)).map { number in
              let index = TrialIndex(UInt64(number))
              return (index: index, seed: MasterSeed(1).trialSeed(at: index))
            }
            _ = trainer.train(trials, keepsHistory: false)
          })
        processor = min(processor, ProcessorTime.ofProcess - start)
        return seconds
      })
    return [
      Measurement(
        benchmark: "trainer", subject: "\(options.seeds) trials, \(options.cores) thread(s)",
        unit: "s", timesOf: 1, times,
        details: [
          ("cores", Double(options.cores)), ("lanes", Double(lanes)), ("processor best", processor),
        ])
    ]
  }

  /// The canonical JSON of the first variant that `check` printed.
  private static func firstVariant(in path: String) throws -> String {
    let document = try JSONValue(parsing: Data(contentsOf: URL(fileURLWithPath: path)))
    guard case .array(let variants)? = document["variants"],
      let resolved = variants.first?["resolved"]
    else {
      throw OptionError(message: "\(path) is not what `seedsweep check --format json` prints")
    }
    return resolved.canonicalText
  }
}

extension JSONValue {
  /// The member of an object; nil where there is none.
  fileprivate subscript(name: String) -> JSONValue? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.name == name }?.value
  }
}
