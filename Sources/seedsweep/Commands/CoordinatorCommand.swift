import ArgumentParser
import Foundation
import Scheduling
import SweepModel
import SweepRuntime
import TrialStore

/// `seedsweep coordinator`: lends trials to workers anywhere.
struct CoordinatorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "coordinator",
    abstract: "Lend the trials of sweeps to workers on any machines, and keep their results.",
    discussion: """
      Workers may come and go, and so may the coordinator: started again with the same store it \
      continues, and its workers come back by themselves.
      """)

  @Argument(
    help: ArgumentHelp("The specifications, YAML files.", valueName: "spec"),
    completion: .specification)
  var specifications: [String]

  @OptionGroup var changes: SpecificationOverrides

  @Option(
    help: ArgumentHelp(
      "Where to listen, such as tcp://127.0.0.1:7733; port * takes a free one, which is printed.",
      valueName: "address"))
  var listen: String

  @OptionGroup var data: DataOption
  @OptionGroup var store: StoreOption
  @OptionGroup var security: InsecureOption

  @Flag(help: "End, and let the workers end, once every trial is in the store.")
  var exitWhenDone = false

  @OptionGroup var logging: LogOption

  func validate() throws {
    if specifications.count > Limits.sweeps {
      throw ValidationError("\(specifications.count) specifications: at most \(Limits.sweeps)")
    }
  }

  func run() throws {
    try security.check(listen)
    let prepared = try specifications.map { try changes.prepare($0, data) }
    try refuseRepeatedNames(prepared)
    let display = ProgressDisplay()
    let service = try perform { () throws(RuntimeError) in
      try CoordinatorService(
        sweeps: prepared, openStore: store.opening(.readWrite), endpoint: listen, endsWhenFinished: exitWhenDone,
        log: logging.logger("coordinator"), progress: display.meter)
    }
    Diagnostics.line("listening at \(service.endpoint)")
    let interruption = try Interruption(stop: service.stop)
    let ending = try perform { () throws(RuntimeError) in try service.run() }
    let last = display.meter.last
    switch (ending, interruption.signal) {
    case (.interrupted, let signal?):
      throw CommandFailure(
        signal: signal,
        "interrupted with \(last.recorded) of \(last.total) trials in \(store.path); the same "
          + "command continues")
    case (.finished, _), (.interrupted, nil):
      Diagnostics.line(
        "\(last.recorded) of \(last.total) trials are in \(store.path); "
          + "`seedsweep report --store \(store.path)` summarises them")
      try Summaries.check(prepared.map(\.sweep.name), in: service.store)
    }
  }

  private func refuseRepeatedNames(_ prepared: [PreparedSweep]) throws {
    var seen: Set<String> = []
    for (path, sweep) in zip(specifications, prepared.map(\.sweep))
    where !seen.insert(sweep.name).inserted {
      throw CommandFailure(
        .unusableInput,
        "\(path): another specification here has the name `\(sweep.name)` too; give each its own")
    }
  }
}
