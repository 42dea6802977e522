import Scheduling
import SweepModel
import TrialStore

/// The jobs of some sweeps, registered in a store, with what the store already has of them.
struct StoredJobs {
  private(set) var jobs: [CoordinatorJob] = []
  private(set) var variants: [JobID: VariantKey] = [:]

  init(_ sweeps: [PreparedSweep], _ store: TrialStore) throws(StoreError) {
    for prepared in sweeps {
      let stored = try store.register(prepared.sweep)
      for variant in prepared.sweep.variants {
        // By name: a store keeps the order in which it first saw the variants.
        guard let storedVariant = stored.variants.first(where: { $0.name == variant.name }) else {
          preconditionFailure("a registered sweep has the variants that it was registered with")
        }
        let recorded = try store.recordedIndices(storedVariant.key)
        let job = CoordinatorJob(sweep: prepared.sweep, variant: variant, recorded: recorded)
        jobs.append(job)
        variants[job.id] = storedVariant.key
      }
    }
  }
}
