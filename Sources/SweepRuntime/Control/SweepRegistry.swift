import Scheduling
import SweepModel
import SweepProtocol
import TrialStore

/// The sweeps that a coordinator serves, by the names that people know them by.
struct SweepRegistry {
  private struct Entry {
    let key: SweepKey
    var sweep: Sweep
    var priority: Int
    let jobs: [JobID]
    var files: [DataFile]
    var isCancelled = false
    /// Whether the store was told that it is done.
    var isNotedAsDone = false
    var exceptions = SweepExceptions()
  }

  /// A sweep that is done, or that has again something to do.
  struct Turn: Hashable {
    let sweep: SweepKey
    /// Of each variant.
    let trials: UInt64
    let isOver: Bool
  }

  /// A job's names.
  struct JobNames: Hashable {
    let sweep: String
    let variant: String
  }

  /// In the order in which they were added.
  private var entries: [Entry] = []
  private var positions: [String: Int] = [:]
  private var names: [JobID: JobNames] = [:]

  init(_ sweeps: [StoredJobs.ServedSweep]) {
    for sweep in sweeps { add(sweep, SweepExceptions()) }
  }

  var count: Int { entries.count }

  /// What the store calls the sweeps.
  var keys: [SweepKey] { entries.map(\.key) }

  /// The names, for messages.
  var sweepNames: [String] { entries.map(\.sweep.name) }

  /// Which sweeps there are, for messages.
  var listing: String {
    let shown = entries.prefix(10).map { "`\($0.sweep.name)`" }.joined(separator: ", ")
    switch entries.count {
    case 0: return "there is none"
    case 1: return "there is \(shown)"
    case 2...10: return "there are \(shown)"
    default: return "there are \(shown) and \(entries.count - 10) more"
    }
  }

  /// Adds a sweep, or goes on with one that was cancelled, or makes one longer.
  mutating func add(_ served: StoredJobs.ServedSweep, _ exceptions: SweepExceptions) {
    if let position = positions[served.sweep.name] {
      entries[position].sweep.trials = max(entries[position].sweep.trials, served.sweep.trials)
      entries[position].priority = served.priority
      entries[position].isCancelled = false
      entries[position].isNotedAsDone = false
      entries[position].exceptions = exceptions
      entries[position].files = served.files
      return
    }
    positions[served.sweep.name] = entries.count
    entries.append(
      Entry(
        key: served.key, sweep: served.sweep, priority: served.priority, jobs: served.jobs,
        files: served.files,
        exceptions: exceptions))
    for (job, variant) in zip(served.jobs, served.sweep.variants) {
      names[job] = JobNames(sweep: served.sweep.name, variant: variant.name)
    }
  }

  /// The files of sweeps that have something left to do.
  var openDataFiles: Set<FileDigest> {
    Set(
      entries.filter { !$0.isCancelled && !$0.isNotedAsDone }
        .flatMap { $0.files.map(\.digest) })
  }

  /// Marks a sweep as cancelled. Returns its jobs.
  ///
  /// - Precondition: it was added.
  mutating func cancel(_ key: SweepKey, _ exceptions: SweepExceptions) -> [JobID] {
    let position = position(of: key)
    entries[position].isCancelled = true
    entries[position].exceptions = exceptions
    return entries[position].jobs
  }

  /// The sweeps that became done, or undone, since this was last called.
  mutating func takeTurns(_ progress: [JobID: Coordinator.JobProgress]) -> [Turn] {
    var turns: [Turn] = []
    for position in entries.indices where !entries[position].isCancelled {
      let entry = entries[position]
      let isDone = Self.status(entry, progress).state == .finished
      guard isDone != entry.isNotedAsDone else { continue }
      entries[position].isNotedAsDone = isDone
      turns.append(Turn(sweep: entry.key, trials: entry.sweep.trials, isOver: isDone))
    }
    return turns
  }

  mutating func note(_ exceptions: [SweepKey: SweepExceptions]) {
    for position in entries.indices {
      if let news = exceptions[entries[position].key] { entries[position].exceptions = news }
    }
  }

  func key(ofSweep name: String) -> SweepKey? { positions[name].map { entries[$0].key } }

  func names(of job: JobID) -> JobNames? { names[job] }

  /// How far the sweeps are, given how far their jobs are.
  func statuses(_ progress: [JobID: Coordinator.JobProgress]) -> [SweepStatus] {
    entries.map { Self.status($0, progress) }
  }

  /// How far a sweep is.
  ///
  /// - Precondition: it was added.
  func status(
    ofSweep key: SweepKey, _ progress: [JobID: Coordinator.JobProgress]
  ) -> SweepStatus {
    Self.status(entries[position(of: key)], progress)
  }

  private func position(of key: SweepKey) -> Int {
    guard let position = entries.firstIndex(where: { $0.key == key }) else {
      preconditionFailure("sweeps are only ever added")
    }
    return position
  }

  private static func status(
    _ entry: Entry, _ progress: [JobID: Coordinator.JobProgress]
  ) -> SweepStatus {
    let jobs = entry.jobs.compactMap { progress[$0] }
    var status = SweepStatus(
      name: entry.sweep.name, masterSeed: entry.sweep.masterSeed, variants: entry.jobs.count,
      trials: entry.sweep.trials, asked: jobs.reduce(0) { $0 + $1.trials })
    status.priority = entry.priority
    status.recorded = jobs.reduce(0) { $0 + $1.recorded }
    status.diverged = entry.exceptions.diverged
    status.failed = entry.exceptions.failed
    status.violations = entry.exceptions.violations
    status.openAudits = jobs.reduce(0) { $0 + $1.audits }
    // What is still to be audited may yet be outvoted.
    if status.recorded >= status.asked, status.openAudits == 0 {
      status.state = .finished
    } else if entry.isCancelled {
      status.state = .cancelled
    }
    return status
  }
}
