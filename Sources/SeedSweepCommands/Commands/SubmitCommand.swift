import ArgumentParser
import SweepModel
import SweepReport
import SweepRuntime
import Training

/// `seedsweep submit`: hands a specification to a coordinator that runs.
struct SubmitCommand: ComponentCommand {
  static let configuration = CommandConfiguration(
    commandName: "submit",
    abstract: "Submit a specification to a running coordinator.",
    discussion: """
      The coordinator checks it, keeps the sweep in its store and runs it; it goes on with it when it is \
      started again. Data files that the specification names are sent to the coordinator, which keeps them \
      by their SHA-256 and gives them to its workers. If one of them is not here, none is sent, and the \
      coordinator looks for all of them beneath its own --data. \
      Submitted again, a sweep is found, made longer with more --trials, or gone on with where it was \
      cancelled.
      """)

  @Argument(
    help: ArgumentHelp("The specification, a YAML file.", valueName: "spec"),
    completion: .specification)
  var specification: String

  @OptionGroup var changes: SpecificationOverrides
  @OptionGroup var data: DataOption

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      """
      The sweep's priority, \(Limits.priorities.lowerBound) to \(Limits.priorities.upperBound): a sweep gets \
      workers before those with a lower one and shares them with those of the same (default: 0; for a sweep \
      that was submitted before, as it was).
      """,
      valueName: "n"))
  var priority: Int?

  @Flag(help: "Wait until every trial is recorded; the exit status is then that of `watch`.")
  var wait = false

  @OptionGroup var control: ControlOptions

  func validate() throws {
    guard let priority, !Limits.priorities.contains(priority) else { return }
    throw ValidationError(
      "--priority \(priority): \(Limits.priorities.lowerBound) to \(Limits.priorities.upperBound)")
  }

  func run(_ registry: ComponentRegistry) throws {
    let client = try control.client()
    var missing: String?
    let answer = try perform { () throws(RuntimeError) in
      do throws(RuntimeError) {
        return try client.submit(
          path: specification, overrides: changes.overrides, priority: priority, files: data.files,
          registry: registry
        ) { note in
          switch note {
          case .missing(let path): missing = path
          case .uploading(let path, let bytes): Diagnostics.line("sending \(path): \(bytes) bytes")
          }
        }
      } catch {
        // Where no coordinator answers, none looked for the file.
        guard let missing, error.kind == .input else { throw error }
        throw RuntimeError(
          .input,
          "\(error.message) (this client has no file \(missing): the coordinator looked for its own)"
        )
      }
    }
    if let missing {
      Diagnostics.line(
        "there is no file \(missing) here: the coordinator uses its own, beneath its --data")
    }
    for warning in answer.warnings { Diagnostics.line("warning: \(warning)") }
    let sweep = answer.sweep
    if wait {
      Diagnostics.line(Self.summary(sweep, isNew: answer.isNew))
      try SweepWatch(client, control, sweep: sweep.name).run()
    } else if control.format == .json {
      try Output.write(sweep.text(as: .json))
    } else {
      try Output.line(Self.summary(sweep, isNew: answer.isNew))
    }
  }

  private static func summary(_ sweep: SweepStatus, isNew: Bool) -> String {
    "\(isNew ? "submitted" : "found") sweep \(sweep.name): \(sweep.recorded) of \(sweep.asked) trials "
      + "recorded, \(sweep.state.rawValue)"
  }
}
