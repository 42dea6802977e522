import ArgumentParser
import SweepReport
import SweepRuntime
import TrialStore

extension SummaryFormat: ExpressibleByArgument {}

/// Printing summaries, for the commands that end with one.
enum Summaries {
  /// Prints the summary of a sweep; of its first `trials` trials where that is given.
  ///
  /// - Throws: ``CommandFailure`` with status 1, after the summary, where trials of the sweep failed or
  ///   gave two results, be it beyond the first `trials`.
  static func print(
    _ name: String?, in store: TrialStore, trials: UInt64? = nil, as format: SummaryFormat,
    withHistory: Bool = false
  ) throws {
    let stored = try perform { () throws(RuntimeError) in try store.chosenSweep(name) }
    let summary = try perform { () throws(RuntimeError) in
      try store.summary(of: stored, trials: trials, withHistory: withHistory)
    }
    try Output.write(summary.text(as: format))
    try Output.finish()
    if format == .csv { Diagnostics.alarm(summary.trust) }
    let failed = try perform { () throws(RuntimeError) in try store.failedTrials(of: stored) }
    let beyond = failed - min(failed, summary.failed)
    if beyond > 0 {
      Diagnostics.line(
        "warning: \(beyond) trials of \(stored.sweep.name) beyond those above failed; "
          + "`seedsweep report` shows them")
    }
    if !summary.isClean || failed > 0 { throw CommandFailure(.answerIsNo) }
  }

  /// Says what is wrong with sweeps, after a command that prints no summary.
  ///
  /// - Throws: ``CommandFailure`` with status 1 where trials of one failed or gave two results.
  static func check(_ names: [String], in store: TrialStore) throws {
    var isClean = true
    for name in names {
      let (trust, failed) = try perform { () throws(RuntimeError) in
        let stored = try store.chosenSweep(name)
        return (try store.trust(of: stored), try store.failedTrials(of: stored))
      }
      for alarm in trust.alarms { Diagnostics.line("warning: \(name): \(alarm)") }
      if failed > 0 { Diagnostics.line("warning: \(name): \(failed) trials failed") }
      if failed > 0 || !trust.isClean { isClean = false }
    }
    if !isClean { throw CommandFailure(.answerIsNo) }
  }
}
