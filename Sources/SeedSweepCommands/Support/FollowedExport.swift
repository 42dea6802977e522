import Foundation
import SweepReport
import SweepRuntime

/// Prints the trials of a sweep as they are stored, until all are there.
struct FollowedExport {
  private var follower: StoreFollower
  private let path: String

  /// Trials with another result than was printed that are told of one by one.
  private static let mostReplaced: UInt64 = 20
  /// Between two looks at the store.
  private static let interval = DispatchTimeInterval.milliseconds(250)

  init(path: String, sweep: String?, format: TrialExport.Format, withHistory: Bool) {
    self.path = path
    follower = StoreFollower(path: path, sweep: sweep, format: format, withHistory: withHistory)
  }

  /// Prints until the sweep is complete.
  ///
  /// - Throws: ``CommandFailure`` where the sweep was cancelled, a signal asked for the end, or the store
  ///   cannot be used.
  mutating func run() throws {
    let stop = DispatchSemaphore(value: 0)
    let interruption = try Interruption { stop.signal() }
    // As in a pipe to `head` that has enough.
    _ = signal(SIGPIPE, SIG_DFL)
    var told: String?
    var replacedTold: UInt64 = 0
    while true {
      let progress: StoreFollower.Progress
      do {
        progress = try follower.poll(write: Output.write) { trial in
          guard replacedTold < Self.mostReplaced else { return }
          replacedTold += 1
          Diagnostics.line(
            "warning: trial \(trial) has another result since it was printed; a later export has it"
          )
        }
      } catch let error as RuntimeError {
        throw CommandFailure(error)
      }
      try Output.finish()
      switch progress {
      case .complete: return endWell()
      case .cancelled:
        throw CommandFailure(
          .answerIsNo,
          "the sweep was cancelled with \(follower.count) of \(total) trials recorded: submit it again to "
            + "continue it")
      case .following: told = nil
      case .waiting(let missing):
        if told != missing { Diagnostics.line("waiting for \(missing)") }
        told = missing
      }
      if Output.isAbandoned { raise(SIGPIPE) }
      if stop.wait(timeout: .now() + Self.interval) == .success, let signal = interruption.signal {
        throw CommandFailure(
          signal: signal,
          follower.total == nil
            ? "interrupted before the sweep was there"
            : "interrupted after \(follower.count) of \(total) trials")
      }
    }
  }

  private var total: String { follower.total.map(String.init) ?? "unknown" }

  private func endWell() {
    guard follower.replacedCount > 0 else { return }
    Diagnostics.line(
      "warning: \(follower.replacedCount) trials have other results than were printed: `seedsweep export "
        + "--store \(path)` prints those that stand")
  }
}
