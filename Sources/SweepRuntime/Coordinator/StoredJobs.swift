import Scheduling
import SweepModel
import TrialStore

/// The jobs of some sweeps, registered in a store, with what the store already has of them.
struct StoredJobs: Sendable {
  /// A sweep that the coordinator serves.
  struct ServedSweep: Sendable {
    let key: SweepKey
    let sweep: Sweep
    /// Higher is served first.
    let priority: Int
    /// The jobs of its variants, in their order.
    let jobs: [JobID]
    /// The files that its data are read from, as far as they are known.
    let files: [DataFile]
  }

  private(set) var sweeps: [ServedSweep] = []
  private(set) var jobs: [CoordinatorJob] = []
  private(set) var variants: [JobID: VariantKey] = [:]
  /// Workers that were found out, here or in an earlier life of the coordinator, and their keys.
  private(set) var quarantined: Set<WorkerID> = []
  private(set) var quarantinedKeys: Set<PublicKey> = []
  private let unsupported: [VariantKey: IntervalSet]
  /// The priorities of sweeps that were submitted.
  private let priorities: [SweepKey: Int]

  /// Registers `sweeps`, each with the files that its data were read from, and with the priority that they
  /// were submitted with; with `priority` where that is given.
  ///
  /// Of a sweep that a client wants more trials of than it has here, as many are served.
  init(
    _ sweeps: [(sweep: Sweep, files: [DataFile])], _ store: TrialStore, priority: Int? = nil
  ) throws(StoreError) {
    // A coordinator that was killed may not have come to it.
    for judged in try store.suspectedWorkers()
    where judged.isTrusted && judged.failures >= Limits.outvotedResults {
      _ = try store.distrust(judged.worker)
    }
    for judged in try store.suspectedWorkers() where !judged.isTrusted {
      if let worker = judged.worker.uuid.flatMap(WorkerID.init(bytes:)) {
        quarantined.insert(worker)
      }
      if let key = judged.worker.publicKey.flatMap(PublicKey.init(bytes:)) {
        quarantinedKeys.insert(key)
      }
    }
    // What stands on a quarantined worker's word alone is there, and yet to be done again.
    unsupported = try store.unsupportedTrials()
    priorities = try store.priorities()
    let wanted = Dictionary(
      uniqueKeysWithValues: try store.openSubmissions().map { ($0.id, $0.sweep.trials) })
    for (sweep, files) in sweeps {
      let stored = try store.register(sweep)
      var sweep = sweep
      sweep.trials = max(sweep.trials, wanted[stored.id] ?? 0)
      try store.noteDataFiles(files, of: stored.id)
      try add(sweep, stored, files, store, priority: priority)
    }
  }

  /// Adds the sweeps that clients submitted and that are not complete.
  ///
  /// A complete one is no longer looked for from then on.
  mutating func addSubmissions(of store: TrialStore) throws(StoreError) {
    let known = Set(sweeps.map(\.key))
    for stored in try store.openSubmissions() where !known.contains(stored.id) {
      var others = self
      try others.add(stored.sweep, stored, try store.dataFiles(of: stored.id), store)
      let added = others.jobs.dropFirst(jobs.count)
      if added.allSatisfy(\.isComplete) {
        try store.endSubmission(of: stored.id)
      } else {
        self = others
      }
    }
  }

  private mutating func add(
    _ sweep: Sweep, _ stored: StoredSweep, _ files: [DataFile], _ store: TrialStore,
    priority: Int? = nil
  ) throws(StoreError) {
    let priority = priority ?? priorities[stored.id] ?? 0
    var own: [JobID] = []
    for variant in sweep.variants {
      // By name: a store keeps the order in which it first saw the variants.
      guard let storedVariant = stored.variants.first(where: { $0.name == variant.name }) else {
        preconditionFailure("a registered sweep has the variants that it was registered with")
      }
      let job = try Self.job(
        sweep, variant, storedVariant.key, files, store, priority: priority,
        again: unsupported[storedVariant.key] ?? IntervalSet())
      jobs.append(job)
      own.append(job.id)
      variants[job.id] = storedVariant.key
    }
    sweeps.append(
      ServedSweep(key: stored.id, sweep: sweep, priority: priority, jobs: own, files: files))
  }

  private static func job(
    _ sweep: Sweep, _ variant: NamedVariant, _ key: VariantKey, _ files: [DataFile],
    _ store: TrialStore, priority: Int, again: IntervalSet
  ) throws(StoreError) -> CoordinatorJob {
    // A sweep may be asked for with fewer trials than it has.
    func known(_ indices: IntervalSet) -> IntervalSet {
      var known = indices.intersection(sweep.range)
      known.subtract(again)
      return known
    }
    let voters = try store.votingWorkers(key)
    return CoordinatorJob(
      sweep: sweep, variant: variant, recorded: known(try store.recordedIndices(key)),
      priority: priority, audit: sweep.audit, openAudits: known(try store.openAudits(key)),
      disputed: known(try store.disputed(key)), voters: voters.mapValues(known),
      files: variant.variant.named(among: files))
  }
}

extension CoordinatorJob {
  /// Whether nothing is left to do.
  fileprivate var isComplete: Bool {
    recorded.count >= trials && openAudits.isEmpty && disputed.isEmpty
  }
}
