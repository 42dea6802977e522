import ArgumentParser
import SweepReport

/// `seedsweep report`: the summary of what the store has.
struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Summarise the results of a sweep.",
    discussion: """
      For each variant and metric: mean, its 95% t-interval, standard deviation (n − 1), median, \
      interquartile mean, and the trials that have the minimum and maximum. Diverged and failed trials \
      are counted, never averaged in. The figures are the same to the bit for any order in which the \
      results arrived. It can be asked for while the sweep runs. With --history also the mean of the loss \
      and each metric by epoch, as a table and as curves.
      """)

  @Argument(
    help: ArgumentHelp("The sweep's name, where the store has several.", valueName: "sweep"))
  var sweep: String?

  @OptionGroup var store: StoreOption

  @Option(help: ArgumentHelp("The form of the summary.", valueName: "format"))
  var format: SummaryFormat = .table

  @Flag(
    help: """
      Add the history by epoch: mean and 95% interval over the trials that reached the epoch, and \
      curves; in CSV a row for each variant, epoch and column instead.
      """)
  var history = false

  func run() throws {
    try Summaries.print(
      sweep, in: try store.open(.readOnly), as: format, withHistory: history)
  }
}
