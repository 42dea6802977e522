import Scheduling
import SweepModel
import TrialStore

/// The jobs of some sweeps, registered in a store, with what the store already has of them.
struct StoredJobs: Sendable {
  /// A sweep that the coordinator serves.
  struct ServedSweep: Sendable {
    let key: SweepKey
    let sweep: Sweep
    /// The jobs of its variants, in their order.
    let jobs: [JobID]
  }

  private(set) var sweeps: [ServedSweep] = []
  private(set) var jobs: [CoordinatorJob] = []
  private(set) var variants: [JobID: VariantKey] = [:]

  /// Registers `sweeps`.
  init(_ sweeps: [Sweep], _ store: TrialStore) throws(StoreError) {
    for sweep in sweeps { try add(sweep, try store.register(sweep), store) }
  }

  /// Adds the sweeps that clients submitted and that are not complete.
  ///
  /// A complete one is no longer looked for from then on.
  mutating func addSubmissions(of store: TrialStore) throws(StoreError) {
    let known = Set(sweeps.map(\.key))
    for stored in try store.openSubmissions() where !known.contains(stored.id) {
      var others = self
      try others.add(stored.sweep, stored, store)
      let added = others.jobs.dropFirst(jobs.count)
      if added.allSatisfy(\.isComplete) {
        try store.endSubmission(of: stored.id)
      } else {
        self = others
      }
    }
  }

  private mutating func add(
    _ sweep: Sweep, _ stored: StoredSweep, _ store: TrialStore
  ) throws(StoreError) {
    var own: [JobID] = []
    for variant in sweep.variants {
      // By name: a store keeps the order in which it first saw the variants.
      guard let storedVariant = stored.variants.first(where: { $0.name == variant.name }) else {
        preconditionFailure("a registered sweep has the variants that it was registered with")
      }
      let recorded = try store.recordedIndices(storedVariant.key)
      let job = CoordinatorJob(sweep: sweep, variant: variant, recorded: recorded)
      jobs.append(job)
      own.append(job.id)
      variants[job.id] = storedVariant.key
    }
    sweeps.append(ServedSweep(key: stored.id, sweep: sweep, jobs: own))
  }
}

extension CoordinatorJob {
  /// Whether nothing is left to do.
  fileprivate var isComplete: Bool { recorded.count >= trials }
}
