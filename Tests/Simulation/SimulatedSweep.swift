import Randomness
import Scheduling
import SweepModel

/// The sweep of a simulation, or one for each job where they have priorities: their jobs, and what each trial
/// gives.
struct SimulatedSweep {
  static let goldenWeights = WeightsDigest(hashing: "golden".utf8)
  static let masterSeed = MasterSeed(1)

  /// The sweep of each job.
  private let sweeps: [Sweep]
  private let priorities: [Int]
  let jobs: [JobID]
  let variants: [VariantDigest]

  /// The variants of the jobs.
  private let named: [NamedVariant]

  /// One sweep of so many jobs; where `priorities` are given, a sweep for each of them instead. The jobs
  /// at the positions `needing` need a custom component.
  init(trials: UInt64, jobs: Int, priorities: [Int] = [], needing: Set<Int> = []) {
    precondition(priorities.isEmpty || priorities.count == jobs)
    let named = (0..<jobs).map { job in
      guard needing.contains(job) else { return Self.variants[job] }
      var variant = Self.variants[job].variant
      variant.components = [Self.component(version: 2)]
      return NamedVariant(name: Self.variants[job].name, variant: variant)
    }
    self.named = named
    let sweeps = (0..<jobs).map { job in
      Sweep(
        name: priorities.isEmpty ? "simulated" : "simulated-\(job)", masterSeed: Self.masterSeed,
        trials: trials,
        variants: priorities.isEmpty ? named : [named[job]])
    }
    let unrecorded = sweeps.enumerated().map { job, sweep in
      CoordinatorJob(sweep: sweep, variant: named[job], recorded: IntervalSet())
    }
    self.sweeps = sweeps
    self.priorities = priorities.isEmpty ? sweeps.map { _ in 0 } : priorities
    self.trials = trials
    self.jobs = unrecorded.map(\.id)
    variants = unrecorded.map(\.variant)
  }

  /// A custom component; jobs need version 2 of it.
  static func component(version: Int) -> ComponentIdentity {
    guard
      let identity = ComponentIdentity(
        family: .layer, name: "acme_scale", version: version, module: "AcmeLayers")
    else { preconditionFailure("a component's name") }
    return identity
  }

  /// Whether a program with these components can train a job.
  func canTrain(_ job: Int, with components: [ComponentIdentity]) -> Bool {
    named[job].variant.components.allSatisfy(components.contains)
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

  let trials: UInt64

  /// The jobs as a coordinator is given them, with what the store has of each.
  func coordinatorJobs(of audit: Double, from store: SimulatedStore) -> [CoordinatorJob] {
    let unsupported = store.unsupported()
    return sweeps.enumerated().map { number, sweep in
      let variant = named[number]
      // What only quarantined workers vouch for is to be trained again.
      func known(_ trials: IntervalSet) -> IntervalSet {
        var known = trials
        known.subtract(unsupported[number])
        return known
      }
      return CoordinatorJob(
        sweep: sweep, variant: variant, recorded: known(store.recorded[number]),
        priority: priorities[number], audit: audit,
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
