import ArgumentParser
import Foundation
import SweepModel
import SweepReport
import SweepRuntime
import Training

/// `seedsweep rerun`: one trial, here, alone, and the verdict.
struct RerunCommand: ComponentCommand {
  static let configuration = CommandConfiguration(
    commandName: "rerun",
    abstract: "Train one trial again, here and alone, and compare it with what was recorded.",
    discussion: """
      A trial is a function of its variant and its seed, so that it can be trained again on any machine, \
      to the same bits. Exit status 0: identical, or nothing was recorded; 1: different, with the first \
      epoch, column and variable that differ.
      """)

  @Argument(
    help: ArgumentHelp("The trial's seed: 16 hexadecimal digits.", valueName: "seed"),
    transform: TrialSeed.init(parsing:))
  var seed: TrialSeed

  @Option(
    name: .customLong("store"),
    help: ArgumentHelp(
      "The file with the recorded results (default: \(StoreOption.defaultPath)).",
      valueName: "file"))
  var store: String?

  @Option(
    help: ArgumentHelp(
      "A specification to take the trial from, instead of a store.",
      valueName: "spec"),
    completion: .specification)
  var spec: String?

  @Option(help: ArgumentHelp("The sweep, where the store has several.", valueName: "name"))
  var sweep: String?

  @Option(help: ArgumentHelp("The variant, where the sweep has several.", valueName: "name"))
  var variant: String?

  @OptionGroup var data: DataOption

  @Option(help: ArgumentHelp("The form of the output.", valueName: "format"))
  var format: TextFormat = .text

  func validate() throws {
    if store != nil, spec != nil {
      throw ValidationError("--store and --spec: give the one that the trial is to be taken from")
    }
    if sweep != nil, spec != nil {
      throw ValidationError("--sweep chooses from a store; a specification is one sweep")
    }
  }

  func run(_ registry: ComponentRegistry) throws {
    let rerun = try perform { () throws(RuntimeError) in try train(registry) }
    let verdict = RerunVerdict(
      recorded: rerun.recorded, rerun: rerun.result, variant: rerun.variant.variant,
      variableNames: rerun.variableNames)
    let report = RerunReport(
      sweep: rerun.sweep, variant: rerun.variant, result: rerun.result, verdict: verdict,
      dispute: rerun.dispute)
    switch format {
    case .text: try Output.write(report.text)
    case .json: try Output.line(report.json.indentedText)
    }
    try Output.finish()
    if case .different = verdict { throw CommandFailure(.answerIsNo) }
  }

  private func train(_ registry: ComponentRegistry) throws(RuntimeError) -> Rerun {
    if let spec {
      return try Rerun(
        seed,
        specification: try PreparedSweep(path: spec, files: data.files, registry: registry),
        variant: variant, files: data.files, registry: registry)
    }
    let path = store ?? StoreOption.defaultPath
    if store == nil, !FileManager.default.fileExists(atPath: path) {
      throw RuntimeError(
        .input,
        "there is no \(path) here: say with --store or --spec where the trial is to be taken from")
    }
    return try Rerun(
      seed, storePath: path, sweep: sweep, variant: variant, files: data.files,
      registry: registry)
  }
}
