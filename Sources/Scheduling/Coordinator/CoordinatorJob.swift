import Randomness
import SweepModel

/// One variant of one sweep as the coordinator is given it.
public struct CoordinatorJob: Hashable, Sendable {
  /// The job's identity on the wire.
  public let id: JobID
  /// From which the trials' seeds are derived.
  public let masterSeed: MasterSeed
  /// The variant.
  public let variant: VariantDigest
  /// The variant's canonical JSON.
  public let specification: [UInt8]
  /// The number of metrics of each result.
  public let metricCount: Int
  /// The number of values in each epoch's row of a history.
  public let historyColumnCount: Int
  /// The trials to run.
  public let trials: UInt64
  /// Whether results keep the values of their history.
  public let keepsHistory: Bool
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
  /// - Precondition: `audit` is in 0...1.
  public init(
    sweep: Sweep, variant: NamedVariant, recorded: IntervalSet, audit: Double = 0,
    openAudits: IntervalSet = IntervalSet(), disputed: IntervalSet = IntervalSet(),
    voters: [WorkerID: IntervalSet] = [:]
  ) {
    precondition((0...1).contains(audit), "a share of trials is between 0 and 1")
    self.audit = audit
    self.openAudits = openAudits
    self.disputed = disputed
    self.voters = voters
    let canonical = Array(variant.variant.canonicalJSON.utf8)
    self.variant = VariantDigest(hashing: canonical)
    id = JobID(
      sweep: sweep.name, masterSeed: sweep.masterSeed, variant: variant.name, digest: self.variant)
    masterSeed = sweep.masterSeed
    specification = canonical
    metricCount = variant.variant.metricNames.count
    historyColumnCount = variant.variant.historyColumns.count
    trials = sweep.trials
    keepsHistory = sweep.keepsHistory
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
      && results[position].outcome.has(
        metrics: metricCount, historyColumns: historyColumnCount)
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
    if case .failed(let reason) = result.outcome {
      return Objection(
        text: "trial \(index) failed for a reason of \(reason.count) characters")
    }
    let metrics = result.measurements?.metrics.count ?? 0
    if metrics != metricCount {
      return Objection(text: "trial \(index) has \(metrics) metrics, not \(metricCount)")
    }
    let values = result.measurements?.history.count ?? 0
    return Objection(text: "trial \(index) has a history of \(values) values")
  }
}

extension TrialResult.Outcome {
  /// Whether it has so many metrics, and whole rows of a history; or a reason that is not too long.
  ///
  /// The cases with measurements stand apart, as a pattern that joins them copies what it binds.
  @inline(__always)
  fileprivate borrowing func has(metrics: Int, historyColumns: Int) -> Bool {
    switch self {
    case .completed(let measurements):
      measurements.metrics.count == metrics
        && measurements.history.count.isMultiple(of: historyColumns)
    case .diverged(_, let measurements):
      measurements.metrics.count == metrics
        && measurements.history.count.isMultiple(of: historyColumns)
    case .failed(let reason):
      reason.utf8.count <= Limits.reasonLength || reason.count <= Limits.reasonLength
    }
  }
}
