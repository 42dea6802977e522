import ArgumentParser
import SweepModel
import SweepReport
import SweepRuntime
import TrialStore

/// `seedsweep compare`: is B really better than A, or was it the seed?
struct CompareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Compare two variants of a sweep, seed by seed, and say what may be concluded.",
    discussion: """
      All variants train with the same seeds, so that trials can be compared in pairs. For each metric: \
      the mean difference A − B with its 95% t-interval, the probability that A is better with its \
      bootstrap interval, the p-value of the sign-flip permutation test, and in words whether one is \
      better, or how many more trials it would take to tell. Trials that did not complete in both \
      variants are counted and named. Where trials of the two gave other bits when run again, the exit \
      status is 1. The figures are the same to the bit on every machine. \
      `seedsweep report` lists the variants.
      """)

  @Argument(help: ArgumentHelp("The first variant, A.", valueName: "variant-a"))
  var variantA: String

  @Argument(help: ArgumentHelp("The second variant, B.", valueName: "variant-b"))
  var variantB: String

  @Option(
    parsing: .singleValue,
    help: ArgumentHelp(
      "A metric to compare; can be repeated (default: all that both have).", valueName: "name"))
  var metric: [String] = []

  @Option(help: ArgumentHelp("The sweep, where the store has several.", valueName: "name"))
  var sweep: String?

  @Option(
    parsing: .unconditional,
    help: "Only the first so many trials of each variant (default: all).")
  var trials: UInt64?

  @OptionGroup var store: StoreOption

  @Option(help: ArgumentHelp("The form of the output.", valueName: "format"))
  var format: SummaryFormat = .table

  func validate() throws {
    if let trials, !(1...Limits.trials).contains(trials) {
      throw ValidationError("--trials \(trials): a sweep has 1 to \(Limits.trials) trials")
    }
  }

  func run() throws {
    let trialStore = try store.open(.readOnly)
    let comparison = try perform { () throws(RuntimeError) in
      try trialStore.comparison(
        of: try trialStore.chosenSweep(sweep), variantA, variantB, metrics: metric, trials: trials)
    }
    try Output.write(comparison.text(as: format))
    try Output.finish()
    if format == .csv { Diagnostics.alarm(comparison.trust) }
    if !comparison.trust.isClean { throw CommandFailure(.answerIsNo) }
  }
}
