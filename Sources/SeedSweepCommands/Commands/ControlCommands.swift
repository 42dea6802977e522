import ArgumentParser
import SweepModel
import SweepReport
import SweepRuntime

/// `seedsweep status`: how a coordinator is.
struct StatusCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Show the state of a running coordinator, its sweeps and its workers.")

  @OptionGroup var control: ControlOptions

  func run() throws {
    let client = try control.client()
    let status = try perform { () throws(RuntimeError) in try client.status() }
    try Output.write(status.text(as: control.format))
  }
}

/// `seedsweep watch`: how far a coordinator is, until its sweeps are done.
struct WatchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "watch",
    abstract: "Show the progress of a running coordinator until its sweeps are done.",
    discussion: """
      Progress goes to standard error, the outcome to standard output. The coordinator may restart \
      meanwhile, if it is not away for longer than --timeout. Exit status: 0 where everything asked for is \
      recorded; 1 where trials failed, a trial gave two results, or a sweep was cancelled.
      """)

  @Argument(help: ArgumentHelp("The sweep's name (default: all sweeps).", valueName: "sweep"))
  var sweep: String?

  @OptionGroup var control: ControlOptions

  func validate() throws {
    if let sweep { try SweepName.validate(sweep) }
  }

  func run() throws { try SweepWatch(try control.client(), control, sweep: sweep).run() }
}

/// `seedsweep cancel`: no more of a sweep.
struct CancelCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cancel",
    abstract: "Cancel a sweep: assign no more of its trials.",
    discussion: """
      What is recorded stays, and so does what workers finish before they hear of it. To submit the sweep \
      again goes on with it.
      """)

  @Argument(help: ArgumentHelp("The sweep's name.", valueName: "sweep"))
  var sweep: String

  @OptionGroup var control: ControlOptions

  func validate() throws { try SweepName.validate(sweep) }

  func run() throws {
    let client = try control.client()
    let status = try perform { () throws(RuntimeError) in try client.cancel(sweep) }
    if control.format == .json {
      try Output.write(status.text(as: .json))
    } else {
      try Output.line(
        "sweep \(status.name): \(status.state.rawValue) with \(status.recorded) of \(status.asked) "
          + "trials recorded")
    }
  }
}
