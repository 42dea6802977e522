import Scheduling
import SweepModel

/// How far a coordinator is, for people.
public struct SweepProgress: Hashable, Sendable {
  /// All trials of all variants, but for those of sweeps that were cancelled.
  public var total: UInt64 = 0
  /// Trials that the store had before.
  public var recordedBefore: UInt64 = 0
  /// Trials that the store has.
  public var recorded: UInt64 = 0
  /// Trials of this run whose loss stopped being finite.
  public var diverged: UInt64 = 0
  /// Trials of this run that failed.
  public var failed: UInt64 = 0
  /// Results of this run that differ from the one that was there.
  public var violated: UInt64 = 0
  /// Workers that are connected.
  public var workers = 0
  /// Time since the coordinator began to serve.
  public var elapsed = Duration.zero

  /// Whether nothing but time has passed.
  func isSame(as other: SweepProgress) -> Bool {
    var other = other
    other.elapsed = elapsed
    return self == other
  }
}

/// Tells how far a coordinator is, no oftener than is of use.
public final class ProgressMeter {
  private let interval: Duration
  private let show: (SweepProgress, _ isLast: Bool) -> Void
  private let start = ContinuousClock.now
  private var shown: ContinuousClock.Instant
  private var progress = SweepProgress()

  /// Calls `show` about every `interval`, and once at the end.
  public init(
    every interval: Duration, show: @escaping (SweepProgress, _ isLast: Bool) -> Void
  ) {
    self.interval = interval
    self.show = show
    shown = start
  }

  /// What was last known.
  public var last: SweepProgress { progress }

  func begin(_ jobs: [Coordinator.JobProgress]) {
    count(jobs)
    progress.recordedBefore = progress.recorded
  }

  private func count(_ jobs: [Coordinator.JobProgress]) {
    // Of what was cancelled nobody waits for the rest.
    let wanted = jobs.filter { !$0.isCancelled || $0.recorded >= $0.trials }
    progress.total = wanted.reduce(0) { $0 + $1.trials }
    progress.recorded = wanted.reduce(0) { $0 + $1.recorded }
  }

  func update(_ machine: Coordinator) {
    let now = ContinuousClock.now
    guard shown.duration(to: now) >= interval else { return }
    shown = now
    let before = progress
    take(machine)
    // A coordinator that waits for workers, or has finished, has nothing new to say.
    if !progress.isSame(as: before) { show(progress, false) }
  }

  func end(_ machine: Coordinator) {
    take(machine)
    show(progress, true)
  }

  private func take(_ machine: Coordinator) {
    let jobs = machine.progress
    count(jobs)
    // Sweeps may have come while this one ran.
    let all = jobs.reduce(0) { $0 + $1.recorded }
    progress.recordedBefore = min(progress.recorded, all - min(all, machine.tally.recorded))
    progress.diverged = machine.tally.diverged
    progress.failed = machine.tally.failed
    progress.violated = machine.tally.violated
    progress.workers = machine.workerCount
    progress.elapsed = start.duration(to: .now)
  }
}
