import Randomness
import Scheduling
import SweepModel

let goldenWeights = WeightsDigest(hashing: "golden".utf8)

func makeVariant(_ name: String) -> ResolvedVariant {
  ResolvedVariant(
    data: Configuration(kind: name), dataDigest: DataDigest(hashing: name.utf8), layers: [],
    training: TrainingSettings(
      loss: Configuration(kind: "loss"), optimizer: Configuration(kind: "optimizer"), epochs: 1,
      batchSize: .all, shuffle: false),
    metrics: [Configuration(kind: "metric")])
}

func makeSweep(trials: UInt64, names: [String]) -> Sweep {
  Sweep(
    name: "sweep", masterSeed: MasterSeed(1), trials: trials,
    variants: names.map { NamedVariant(name: $0, variant: makeVariant($0)) })
}

func makeJob(_ name: String, trials: UInt64, recorded: IntervalSet = IntervalSet())
  -> CoordinatorJob
{
  let sweep = makeSweep(trials: trials, names: [name])
  return CoordinatorJob(sweep: sweep, variant: sweep.variants[0], recorded: recorded)
}

extension CoordinatorJob {
  /// The same job in a later life of the coordinator.
  func resumed(_ recorded: IntervalSet) -> CoordinatorJob {
    let names = (0..<10).map { "variant-\($0)" }
    for name in names where makeJob(name, trials: trials).id == id {
      return makeJob(name, trials: trials, recorded: recorded)
    }
    preconditionFailure("a job that no fixture made")
  }
}

func makeIdentity(_ id: WorkerID, slots: Int = 1) -> WorkerIdentity {
  WorkerIdentity(
    id: id, host: "host", processor: "processor", instructionSet: "reference", slots: slots,
    goldenWeights: goldenWeights)
}

/// A result that depends on the seed alone, as a trained one does.
func makeResult(_ index: TrialIndex, _ seed: TrialSeed, ulp: UInt64 = 0) -> TrialResult {
  let bytes = withUnsafeBytes(of: seed.rawValue &+ ulp, Array.init)
  return TrialResult(
    index: index, seed: seed,
    outcome: .completed(
      TrialResult.Measurements(
        metrics: [Double(seed.rawValue >> 11)], weightsDigest: WeightsDigest(hashing: bytes),
        historyDigest: HistoryDigest(hashing: bytes), variableFingerprints: [seed.rawValue],
        history: [1, 2])),
    seconds: 0.001)
}
