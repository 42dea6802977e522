import ArgumentParser
import Foundation
import Scheduling
import SweepModel
import SweepRuntime
import Training
import TrialStore

/// `seedsweep coordinator`: lends trials to workers anywhere.
struct CoordinatorCommand: ComponentCommand {
  static let configuration = CommandConfiguration(
    commandName: "coordinator",
    abstract: "Assign the trials of sweeps to workers on any machines, and keep their results.",
    discussion: """
      Workers may come and go, and so may the coordinator: started again with the same store it \
      continues, and its workers come back by themselves. `seedsweep submit` gives it more sweeps while it \
      runs; it continues those, too, from its store. Data files travel to the workers by themselves. Clients \
      send theirs, or name files beneath --data; the specifications named here may name any file.
      """)

  @Argument(
    help: ArgumentHelp(
      "The specifications, YAML files; none to wait for `submit`.", valueName: "spec"),
    completion: .specification)
  var specifications: [String] = []

  @OptionGroup var changes: SpecificationOverrides

  @Option(
    help: ArgumentHelp(
      "Where to listen: tcp://HOST:PORT. HOST is an IP address (IPv6 in brackets), a host name, a network "
        + "interface such as eth0, or * for all IPv4 addresses; PORT may be * for a free one, which is "
        + "printed.", valueName: "address"))
  var listen: String

  @Option(
    help: ArgumentHelp(
      "Write the access file, from which workers and clients learn the address (--access), and remove it "
        + "at the end.", valueName: "file"), completion: .file())
  var access: String?

  @Option(
    help: ArgumentHelp(
      "The host, or HOST:PORT, to write to the access file (default: the address listened at; for * this "
        + "machine's name).", valueName: "host"))
  var advertise: String?

  @OptionGroup var data: DataOption
  @OptionGroup var uploads: UploadOptions
  @OptionGroup var store: StoreOption
  @OptionGroup var security: KeyOptions

  @Option(
    help: ArgumentHelp(
      "Workers to serve at most (default: as many as the system lets this process connect).",
      valueName: "n"))
  var maxWorkers: Int?

  @Flag(help: "End, and let the workers end, once every trial is in the store.")
  var exitWhenDone = false

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Serve metrics for Prometheus at this port; 0 takes a free one, which is printed.",
      valueName: "port"))
  var metricsPort: Int?

  @Option(
    help: ArgumentHelp(
      """
      Serve metrics at this IP address, such as 0.0.0.0: everyone who reaches it can read them \
      (default: 127.0.0.1).
      """,
      valueName: "address"))
  var metricsListen: String?

  @OptionGroup var timing: TimingOptions
  @OptionGroup var logging: LogOption

  func validate() throws {
    if specifications.count > Limits.sweeps {
      throw ValidationError("\(specifications.count) specifications: at most \(Limits.sweeps)")
    }
    if let maxWorkers, !(1...Limits.workers).contains(maxWorkers) {
      throw ValidationError("--max-workers \(maxWorkers): 1 to \(Limits.workers)")
    }
    if access == "" { throw ValidationError("--access needs a file") }
    if advertise != nil, access == nil {
      throw ValidationError("--advertise is what the access file says: give --access FILE too")
    }
    if let metricsPort, !(0...Int(UInt16.max)).contains(metricsPort) {
      throw ValidationError("--metrics-port \(metricsPort): a port is 0 to \(UInt16.max)")
    }
    if let metricsListen {
      guard metricsPort != nil else {
        throw ValidationError("--metrics-listen needs --metrics-port, the port to listen at")
      }
      guard MetricsAddress(host: metricsListen, port: 0) != nil else {
        throw ValidationError(
          "--metrics-listen \(metricsListen): an IP address, such as 0.0.0.0 or ::")
      }
    }
  }

  func run(_ registry: ComponentRegistry) throws {
    let address = try perform { () throws(RuntimeError) in
      try ListenAddress(listen, advertising: advertise, policy: security.policy)
    }
    if let warning = address.warning { Diagnostics.line("warning: \(warning)") }
    let keys = try security.coordinator()
    if let access {
      try perform { () throws(RuntimeError) in try AccessFile.checkWritable(access) }
    }
    // Before a store is made.
    if exitWhenDone, specifications.isEmpty, !store.exists { throw nothingToDo }
    let prepared = try specifications.map { try changes.prepare($0, data, registry) }
    try refuseRepeatedNames(prepared)
    let display = ProgressDisplay()
    let service = try perform { () throws(RuntimeError) in
      try CoordinatorService(
        sweeps: prepared, openStore: store.opening(.readWrite),
        options: CoordinatorService.Options(
          endpoint: address.endpoint, keys: keys, maxWorkers: maxWorkers,
          endsWhenFinished: exitWhenDone, clientFiles: data.filesOfClients,
          cache: uploads.location, registry: registry, metrics: metrics, policy: timing.policy),
        log: logging.logger("coordinator"), progress: display.meter)
    }
    // The thread that writes it may let go of it only after this process is over.
    defer { service.closeStore() }
    if exitWhenDone, service.hasNoSweeps { throw nothingToDo }
    let accessFile = AccessFile(of: service, at: address, keys: keys)
    if let access {
      try perform { () throws(RuntimeError) in try accessFile.write(to: access) }
    }
    defer { if let access { accessFile.remove(from: access) } }
    Diagnostics.line("listening at \(service.endpoint)")
    if let address = service.metricsAddress { Diagnostics.line("metrics at \(address)") }
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
      // Without the option its end says nothing of its sweeps.
      let cancelled = exitWhenDone ? service.cancelledSweeps : []
      // Where all of them were cancelled, nothing was to be recorded in the end.
      if last.total > 0 || cancelled.isEmpty {
        let sweeps = service.sweeps
        if sweeps.count > 1 {
          for sweep in sweeps where sweep.state != .cancelled {
            Diagnostics.line(
              "\(sweep.name): \(sweep.recorded) of \(sweep.asked) trials recorded")
          }
        }
        let name = sweeps.count > 1 ? "NAME " : ""
        Diagnostics.line(
          "\(last.recorded) of \(last.total) trials are in \(store.path); "
            + "`seedsweep report \(name)--store \(store.path)` summarises them")
      }
      for sweep in cancelled {
        Diagnostics.line(
          "warning: \(sweep.name): cancelled with \(sweep.recorded) of \(sweep.asked) trials recorded; "
            + "to submit it again goes on with it")
      }
      try Summaries.check(service.sweepNames, in: service.store)
      if !cancelled.isEmpty { throw CommandFailure(.answerIsNo) }
    }
  }

  private var metrics: MetricsAddress? {
    metricsPort.flatMap { port in
      MetricsAddress(host: metricsListen ?? MetricsAddress.loopbackHost, port: port)
    }
  }

  private var nothingToDo: CommandFailure {
    CommandFailure(
      .unusableInput,
      "--exit-when-done without a specification, and \(store.path) has no submitted sweep that is not "
        + "done: name a specification, or leave the option out and submit one")
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
