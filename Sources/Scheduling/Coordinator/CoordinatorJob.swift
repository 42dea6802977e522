import Randomness
import SweepModel

/// One variant of one sweep as the coordinator is given it.
public struct CoordinatorJob: Hashable, Sendable {
  /// The job's identity on the wire.
  public let id: JobID
  /// The name of its sweep.
  public let sweepName: String
  /// The name of its variant.
  public let variantName: String
  /// The priority of its sweep: higher is served first.
  public let priority: Int
  /// From which the trials' seeds are derived.
  public let masterSeed: MasterSeed
  /// The variant.
  public let variant: VariantDigest
  /// The variant's canonical JSON.
  public let specification: [UInt8]
  /// The custom components that a worker's program needs to train it.
  public let components: [ComponentIdentity]
  /// The files that its data are read from, as far as they are known.
  public let files: [DataFile]
  /// What the results of a trial can be.
  let sizes: ResultSizes
  /// The trials to run.
  public let trials: UInt64
  /// Whether results keep the values of their history.
  public let keepsHistory: Bool
  /// What becomes of the models of its trials.
  public internal(set) var models: ModelKeeping
  /// The trials whose results the store has.
  public let recorded: IntervalSet
  /// The least share of trials that are trained again by another worker, in 0...1; 0 for none.
  public internal(set) var audit: Double
  /// Recorded trials that were chosen to be trained again and have not been.
  public let openAudits: IntervalSet
  /// Recorded trials with results that differ, none of which has a majority.
  public let disputed: IntervalSet
  /// Which of the open audits and disputes each worker has given a result of, as far as is known: it
  /// is not asked again.
  public let voters: [WorkerID: IntervalSet]

  /// The job of one variant.
  ///
  /// - Precondition: `audit` is in 0...1, and `priority` within ``Limits/priorities``.
  public init(
    sweep: Sweep, variant: NamedVariant, recorded: IntervalSet, priority: Int = 0,
    audit: Double = 0,
    openAudits: IntervalSet = IntervalSet(), disputed: IntervalSet = IntervalSet(),
    voters: [WorkerID: IntervalSet] = [:], files: [DataFile] = []
  ) {
    precondition((0...1).contains(audit), "a share of trials is between 0 and 1")
    precondition(Limits.priorities.contains(priority))
    self.priority = priority
    self.audit = audit
    self.openAudits = openAudits
    self.disputed = disputed
    self.voters = voters
    self.files = files
    components = variant.variant.components
    let canonical = Array(variant.variant.canonicalJSON.utf8)
    self.variant = VariantDigest(hashing: canonical)
    id = JobID(
      sweep: sweep.name, masterSeed: sweep.masterSeed, variant: variant.name, digest: self.variant)
    sweepName = sweep.name
    variantName = variant.name
    masterSeed = sweep.masterSeed
    specification = canonical
    sizes = ResultSizes(variant.variant)
    trials = sweep.trials
    keepsHistory = sweep.keepsHistory
    models = sweep.models
    self.recorded = recorded.intersection(sweep.range)
  }

  /// The seeds of `trials`, by ascending index.
  func seeds(of trials: IntervalSet) -> [TrialSeed] {
    if trials.ranges.count == 1 { return masterSeed.trialSeeds(of: trials.ranges[0]) }
    return trials.ranges.flatMap { masterSeed.trialSeeds(of: $0) }
  }

  /// Why results cannot be of this job.
  struct Objection: Error, Hashable {
    let text: String
  }

  /// Checks that results can be of this job, each of another trial; returns their indices.
  func indices(of results: [TrialResult]) -> Result<IntervalSet, Objection> {
    // Millions come a second: they are read where they lie, as a copy of one counts the references of
    // all its arrays up and down.
    results.withUnsafeBufferPointer { indices(of: $0) }
  }

  private func indices(of results: UnsafeBufferPointer<TrialResult>)
    -> Result<IntervalSet, Objection>
  {
    var indices = IntervalSet()
    // Results come in runs: an interval and a row of seeds for each, not for each result.
    var start = 0
    while start < results.count {
      let first = results[start].index.rawValue
      var end = start + 1
      while end < results.count, results[end].index.rawValue == first &+ UInt64(end - start) {
        end += 1
      }
      guard first < trials, UInt64(end - start) <= trials - first else {
        let last = results[end - 1].index
        return .failure(
          Objection(text: "trial \(last) is beyond the \(trials) trials of this job"))
      }
      let run = TrialRange(first, first + UInt64(end - start))
      let seeds = masterSeed.trialSeeds(of: run)
      for position in start..<end where !fits(results, position, seeds[position - start]) {
        return .failure(objection(to: results[position], seed: seeds[position - start]))
      }
      indices.insert(run)
      start = end
    }
    guard indices.count == UInt64(results.count) else {
      return .failure(Objection(text: "a batch has two results of one trial"))
    }
    return .success(indices)
  }

  @inline(__always)
  private func fits(
    _ results: UnsafeBufferPointer<TrialResult>, _ position: Int, _ seed: TrialSeed
  ) -> Bool {
    results[position].seed == seed && results[position].seconds.isFinite
      && results[position].seconds >= 0
      && sizes.fit(results[position].outcome)
  }

  /// What is wrong with a result that does not fit.
  private func objection(to result: TrialResult, seed: TrialSeed) -> Objection {
    let index = result.index
    if result.seed != seed {
      return Objection(text: "seed \(result.seed) is not that of trial \(index)")
    }
    if !result.seconds.isFinite || result.seconds < 0 {
      return Objection(text: "trial \(index) took \(result.seconds) seconds")
    }
    return Objection(text: "trial \(index) has \(sizes.misfit(result.outcome))")
  }
}
