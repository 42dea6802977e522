import Scheduling
import SweepModel
import Synchronization

/// What a coordinator shows to those who measure it. The coordinator's thread makes one, others read it.
struct CoordinatorMetrics: Sendable {
  /// One sweep's share.
  struct Sweep: Sendable {
    var name: String
    var asked: UInt64
    var recorded: UInt64
  }

  /// When the process began, in seconds since 1970.
  var startTimeSeconds: Double = 0
  var epoch: UInt64 = 0
  var tally = Tally()
  var workers = 0
  var slots = 0
  var leases = 0
  var uncommittedResults = 0
  var sweeps: [Sweep] = []
  /// Trials that are to be trained and are not recorded.
  var pendingTrials: UInt64 = 0
  var waiting: [WaitingReason] = []
  var received: UInt64 = 0
  var rejected: UInt64 = 0
  var requests: UInt64 = 0
  /// From a result's arrival to its commit.
  var commitSeconds = Histogram(bounds: [
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
  ])

  /// All of it in the Prometheus text format.
  ///
  /// Labels are bounded: beyond ``Limits/measuredSweeps`` sweeps, of which those that are not finished
  /// come first, the others are added up under no name.
  var text: String {
    var output = MetricsText()
    func count(_ name: String, _ help: String, _ value: UInt64) {
      output.metric(name, .counter, help)
      output.sample(name, value)
    }
    func gauge(_ name: String, _ help: String, _ value: Double) {
      output.metric(name, .gauge, help)
      output.sample(name, value)
    }
    output.metric("seedsweep_build_info", .gauge, "Always 1; the versions are in the labels.")
    output.sample(
      "seedsweep_build_info", 1.0,
      labels: [
        "version": Versions.software, "contract": String(Versions.contract),
        "protocol": String(Versions.wireProtocol),
      ])
    gauge(
      "process_start_time_seconds", "Start time of the process since the Unix epoch in seconds.",
      startTimeSeconds)
    gauge(
      "seedsweep_coordinator_epoch", "Which life of a coordinator over its store this is.",
      Double(epoch))
    output.metric(
      "seedsweep_trials_recorded_total", .counter,
      "Trials recorded since the coordinator started, by status.")
    let completed = tally.recorded - min(tally.recorded, tally.diverged + tally.failed)
    for (status, value) in [
      ("completed", completed), ("diverged", tally.diverged), ("failed", tally.failed),
    ] {
      output.sample("seedsweep_trials_recorded_total", value, labels: ["status": status])
    }
    count(
      "seedsweep_results_confirmed_total", "Results that repeated a recorded one to the bit.",
      tally.confirmed)
    count(
      "seedsweep_determinism_violations_total", "Results that differ from the recorded one.",
      tally.violated)
    count("seedsweep_workers_lost_total", "Workers lost without a goodbye.", tally.workersLost)
    count("seedsweep_workers_refused_total", "Workers turned away.", tally.workersRefused)
    count(
      "seedsweep_variants_rejected_total", "Times that a worker could not train a variant.",
      tally.variantsRejected)
    gauge(
      "seedsweep_trials_pending", "Trials that are to be trained and are not recorded.",
      Double(pendingTrials))
    addWaiting(to: &output)
    gauge("seedsweep_workers", "Workers that are registered.", Double(workers))
    gauge("seedsweep_worker_slots", "Slots of the registered workers.", Double(slots))
    gauge("seedsweep_leases", "Leases that workers hold.", Double(leases))
    gauge(
      "seedsweep_results_uncommitted", "Results received and not yet on the disk.",
      Double(uncommittedResults))
    count("seedsweep_messages_received_total", "Messages of workers.", received)
    count("seedsweep_messages_rejected_total", "Messages that are none of ours.", rejected)
    count("seedsweep_control_requests_total", "Requests of clients.", requests)
    addSweeps(to: &output)
    output.metric(
      "seedsweep_commit_seconds", .histogram,
      "Time from the arrival of a batch of results to its commit.")
    output.histogram("seedsweep_commit_seconds", commitSeconds)
    return output.text
  }

  /// A series for each code, so that an alert on one need not wait for it to be there.
  private func addWaiting(to output: inout MetricsText) {
    let name = "seedsweep_waiting"
    output.metric(
      name, .gauge, "Whether trials wait, or workers do not train, for this reason (0 or 1).")
    for code in WaitingReason.Code.allCases {
      let isGiven = waiting.contains { $0.code == code }
      output.sample(name, isGiven ? 1.0 : 0.0, labels: ["reason": code.rawValue])
    }
  }

  private func addSweeps(to output: inout MetricsText) {
    let open = sweeps.filter { $0.recorded < $0.asked }
    let ordered = open + sweeps.filter { $0.recorded >= $0.asked }
    let shown = ordered.prefix(Limits.measuredSweeps)
    let others = ordered.dropFirst(Limits.measuredSweeps)
    for (name, help, value) in [
      ("seedsweep_sweep_trials", "Trials that a sweep is to have.", \Sweep.asked),
      ("seedsweep_sweep_trials_recorded", "Trials of a sweep that are recorded.", \.recorded),
    ] {
      output.metric(name, .gauge, help)
      for sweep in shown {
        output.sample(name, sweep[keyPath: value], labels: ["sweep": sweep.name])
      }
      if !others.isEmpty {
        let sum = others.reduce(0) { $0 + $1[keyPath: value] }
        output.sample(name, sum, labels: ["sweep": ""])
      }
    }
  }
}

/// Where the coordinator's thread leaves what others read.
final class MetricsBoard: Sendable {
  private struct State {
    var metrics = CoordinatorMetrics()
    var publishedAt: ContinuousClock.Instant
  }

  /// Time without news after which the coordinator counts as stuck.
  private static let patience = Duration.seconds(10)

  private let state = Mutex(State(publishedAt: .now))

  /// Leaves news.
  func publish(_ metrics: CoordinatorMetrics) {
    state.withLock { $0 = State(metrics: metrics, publishedAt: .now) }
  }

  /// The last news.
  var text: String { state.withLock(\.metrics).text }

  /// Whether the coordinator's thread is alive.
  var isHealthy: Bool { state.withLock(\.publishedAt).duration(to: .now) < Self.patience }
}
