import Randomness
import Scheduling
import SweepModel

/// The sweep of a simulation: its jobs, and what each trial gives.
struct SimulatedSweep {
  static let goldenWeights = WeightsDigest(hashing: "golden".utf8)
  static let masterSeed = MasterSeed(1)

  private let sweep: Sweep
  let jobs: [JobID]
  let variants: [VariantDigest]

  init(trials: UInt64, jobs: Int) {
    let sweep = Sweep(
      name: "simulated", masterSeed: Self.masterSeed, trials: trials,
      variants: Self.variants[..<jobs].map { $0 })
    let unrecorded = sweep.variants.map {
      CoordinatorJob(sweep: sweep, variant: $0, recorded: IntervalSet())
    }
    self.sweep = sweep
    self.jobs = unrecorded.map(\.id)
    variants = unrecorded.map(\.variant)
  }

  static let mostJobs = 4

  static let variants = (0..<mostJobs).map { number in
    NamedVariant(
      name: "variant-\(number)",
      variant: ResolvedVariant(
        data: Configuration(kind: "data-\(number)"),
        dataDigest: DataDigest(hashing: "data-\(number)".utf8), layers: [],
        training: TrainingSettings(
          loss: Configuration(kind: "loss"), optimizer: Configuration(kind: "optimizer"),
          epochs: 7, batchSize: .all, shuffle: false),
        metrics: [Configuration(kind: "metric")]))
  }

  var trials: UInt64 { sweep.trials }

  /// The jobs as a coordinator is given them, with what the store has of each.
  func coordinatorJobs(of audit: Double, from store: SimulatedStore) -> [CoordinatorJob] {
    let unsupported = store.unsupported()
    return sweep.variants.enumerated().map { number, variant in
      // What only quarantined workers vouch for is to be trained again.
      func known(_ trials: IntervalSet) -> IntervalSet {
        var known = trials
        known.subtract(unsupported[number])
        return known
      }
      return CoordinatorJob(
        sweep: sweep, variant: variant, recorded: known(store.recorded[number]), audit: audit,
        openAudits: known(store.openAudits(of: number)),
        disputed: known(store.disputed(of: number)),
        voters: store.voters(of: number).mapValues(known))
    }
  }

  func position(of job: JobID) -> Int? { jobs.firstIndex(of: job) }
  func position(of variant: VariantDigest) -> Int? { variants.firstIndex(of: variant) }

  /// What training gives: a function of the variant and the seed, as with real trials.
  ///
  /// One of 16 trials diverges. `error` is added to a metric in units of its last place.
  static func result(
    job: Int, index: TrialIndex, seed: TrialSeed, error: UInt64 = 0
  ) -> TrialResult {
    let word = SplitMix64.mix(seed.rawValue ^ UInt64(job) << 56)
    let metric = Double(bitPattern: Double(word >> 11).bitPattern &+ error)
    let other = SplitMix64.mix(word &+ error)
    let measurements = TrialResult.Measurements(
      metrics: [metric], weightsDigest: WeightsDigest(words: (word, other, word ^ 1, other ^ 1)),
      historyDigest: HistoryDigest(words: (other, word, other ^ 2, word ^ 2)),
      variableFingerprints: [word, other], history: [])
    let diverges = word % 16 == 3
    return TrialResult(
      index: index, seed: seed,
      outcome: diverges
        ? .diverged(atEpoch: 1 + Int(word % 7), measurements) : .completed(measurements),
      seconds: 0.001)
  }

  static func result(job: Int, index: TrialIndex) -> TrialResult {
    result(job: job, index: index, seed: masterSeed.trialSeed(at: index))
  }
}
