import ArgumentParser
import SweepReport
import SweepRuntime

extension TrialExport.Format: ExpressibleByArgument {}

/// `seedsweep export`: every trial.
struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Print every trial of a sweep, in the order of variants and indices.",
    discussion: """
      But for `seconds`, which comes last, the same trials give the same bytes, however many workers \
      trained them and whatever was killed on the way.

      With --follow, each trial is printed once, as soon as it is stored, until the sweep is complete. The \
      order is then that of arrival; a plain export afterwards is in order. A trial whose result is replaced \
      after it was printed (it failed first, or a worker was outvoted) is not printed again: standard error \
      names it. A store or a sweep that is not there yet is waited for. Where a submitted sweep is cancelled, \
      the exit status is 1.
      """)

  @Argument(
    help: ArgumentHelp("The sweep's name, where the store has several.", valueName: "sweep"))
  var sweep: String?

  @OptionGroup var store: StoreOption

  @Option(help: ArgumentHelp("The form of the output.", valueName: "format"))
  var format: TrialExport.Format = .csv

  @Flag(help: "Add the history: an array for each column, or in CSV a row for each epoch instead.")
  var history = false

  @Flag(help: "Print trials as they are stored, until the sweep is complete.")
  var follow = false

  func run() throws {
    if follow {
      var export = FollowedExport(
        path: store.path, sweep: sweep, format: format, withHistory: history)
      try export.run()
      return
    }
    let trialStore = try store.open(.readOnly)
    let stored = try perform { () throws(RuntimeError) in try trialStore.chosenSweep(sweep) }
    do {
      try trialStore.export(stored, as: format, withHistory: history, Output.write)
      // An export has the same bytes whatever happened on the way, and so cannot say it itself.
      Diagnostics.alarm(try trialStore.trust(of: stored))
    } catch let error as RuntimeError {
      throw CommandFailure(error)
    }
  }
}
