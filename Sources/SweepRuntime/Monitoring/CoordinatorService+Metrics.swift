import Scheduling
import SweepModel

extension CoordinatorService {
  /// The address at which metrics are served; nil where they are not.
  public var metricsAddress: String? {
    monitor.address.map { "http://\($0.text)/metrics" }
  }

  /// Leaves what is known for those who measure.
  func publishMetrics() {
    monitor.publish { metrics in
      metrics.epoch = machine.epoch.rawValue
      metrics.tally = machine.tally
      metrics.workers = machine.workerCount
      metrics.slots = machine.slotCount
      metrics.leases = machine.leaseCount
      metrics.uncommittedResults = uncommittedResults
      let sweeps = registry.statuses(progressByJob)
      metrics.sweeps = sweeps.map {
        CoordinatorMetrics.Sweep(name: $0.name, asked: $0.asked, recorded: $0.recorded)
      }
      metrics.pendingTrials = sweeps.filter { $0.state == .running }
        .reduce(0) { $0 + ($1.asked - min($1.asked, $1.recorded)) }
    }
  }
}
