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
  public let audit: Double
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
    trials.ranges.flatMap { $0.indices.map { masterSeed.trialSeed(at: $0) } }
  }

  /// Says in what a result cannot be of this job, or nil if it can.
  func objection(to result: TrialResult) -> String? {
    guard result.index.rawValue < trials else {
      return "trial \(result.index) is beyond the \(trials) trials of this job"
    }
    guard result.seed == masterSeed.trialSeed(at: result.index) else {
      return "seed \(result.seed) is not that of trial \(result.index)"
    }
    guard result.seconds.isFinite, result.seconds >= 0 else {
      return "trial \(result.index) took \(result.seconds) seconds"
    }
    if case .failed(let reason) = result.outcome, reason.count > Limits.reasonLength {
      return "trial \(result.index) failed for a reason of \(reason.count) characters"
    }
    guard let measurements = result.measurements else { return nil }
    guard measurements.metrics.count == metricCount else {
      return "trial \(result.index) has \(measurements.metrics.count) metrics, not \(metricCount)"
    }
    guard measurements.history.count.isMultiple(of: historyColumnCount) else {
      return "trial \(result.index) has a history of \(measurements.history.count) values"
    }
    return nil
  }
}

/// Where the trials of one job are. The four sets are disjoint and together hold every trial.
struct JobState {
  var job: CoordinatorJob
  var isCancelled = false
  /// In the store.
  var recorded: IntervalSet
  /// Received, and on their way to the store.
  var committing = IntervalSet()
  /// Waiting to be leased. Those lent to workers are in `Coordinator.leases`.
  var pending: IntervalSet
  /// Parts of `pending` that may hold a trial that crashes its worker: each is leased by itself.
  var suspects: [TrialRange] = []
  /// How often a trial was alone in a lease whose worker crashed.
  var crashes: [TrialIndex: Int] = [:]

  init(_ job: CoordinatorJob) {
    self.job = job
    recorded = job.recorded
    pending = IntervalSet(TrialRange(0, job.trials))
    pending.subtract(job.recorded)
  }

  var isFinished: Bool { isCancelled || recorded.count == job.trials }

  /// Takes out at most `limit` trials to lease; suspects first, each as it is.
  mutating func takeRange(limit: UInt64) -> TrialRange? {
    while !suspects.isEmpty {
      // A late result may have emptied or split a suspect range since it was queued.
      let suspect = suspects.removeFirst()
      let waiting = pending.intersection(suspect).ranges
      guard let range = waiting.first else { continue }
      suspects.insert(contentsOf: waiting.dropFirst(), at: 0)
      pending.remove(range)
      return range
    }
    return pending.popFirst(limit: limit)
  }

  /// Gives back trials whose worker crashed, in parts that close in on the trial that is to blame.
  ///
  /// A lease of one trial leaves no doubt, and counts against it. Returns the trials that have
  /// crashed their workers as often as is allowed; they are neither pending nor leased any more.
  mutating func returnAfterCrash(_ remaining: IntervalSet) -> [TrialIndex] {
    if remaining.count == 1, let index = remaining.first {
      let count = crashes[index, default: 0] + 1
      crashes[index] = count
      guard count < Limits.trialCrashes else { return [index] }
    }
    pending.formUnion(remaining)
    for range in remaining.ranges {
      if remaining.ranges.count > 1 || range.count == 1 {
        suspects.append(range)
      } else {
        let middle = range.lowerBound.rawValue + range.count / 2
        suspects.append(TrialRange(range.lowerBound.rawValue, middle))
        suspects.append(TrialRange(middle, range.upperBound.rawValue))
      }
    }
    return []
  }
}
