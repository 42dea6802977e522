import ArgumentParser
import SweepReport
import SweepRuntime
import TrialStore

extension SummaryFormat: ExpressibleByArgument {}

/// Printing summaries, for the commands that end with one.
enum Summaries {
  /// Prints the summary of a sweep; of its first `trials` trials where that is given.
  ///
  /// - Throws: ``CommandFailure`` with status 1, after the summary, where trials failed or a trial
  ///   gave two results.
  static func print(
    _ name: String?, in store: TrialStore, trials: UInt64? = nil, as format: SummaryFormat,
    withHistory: Bool = false
  ) throws {
    let summary = try perform { () throws(RuntimeError) in
      try store.summary(of: try store.chosenSweep(name), trials: trials, withHistory: withHistory)
    }
    try Output.write(summary.text(as: format))
    try Output.finish()
    if !summary.isClean { throw CommandFailure(.answerIsNo) }
  }
}
