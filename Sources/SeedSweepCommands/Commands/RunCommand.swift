import ArgumentParser
import Foundation
import SweepModel
import SweepReport
import SweepRuntime
import Training
import TrialStore

/// `seedsweep run`: the embedded default.
struct RunCommand: ComponentCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Train a sweep on this machine with worker processes, then print its summary.",
    discussion: """
      Trials that the store has already are not trained again: after Ctrl-C, a crash or a power cut \
      the same command continues. With a larger --trials it makes the sweep longer.
      """)

  @Argument(
    help: ArgumentHelp("The specification, a YAML file.", valueName: "spec"),
    completion: .specification)
  var specification: String

  @OptionGroup var changes: SpecificationOverrides

  @Option(
    parsing: .unconditional,
    help: """
      Worker processes (default: one for each core that the CPU affinity, the cgroup's CPU quota and \
      Slurm leave to this process). Fewer start where more would not fit into the memory limit.
      """)
  var workers: Int?

  @OptionGroup var data: DataOption
  @OptionGroup var store: StoreOption

  @Option(help: ArgumentHelp("The form of the summary.", valueName: "format"))
  var format: SummaryFormat = .table

  @OptionGroup var logging: LogOption

  func validate() throws {
    if let workers, !(1...Limits.localWorkers).contains(workers) {
      throw ValidationError("--workers \(workers): there can be 1 to \(Limits.localWorkers)")
    }
  }

  func run(_ registry: ComponentRegistry) throws {
    let prepared = try changes.prepare(specification, data, registry)
    let count = try workerCount(for: prepared)
    let options = LocalRun.Options(
      workers: count, memoryShare: UsableResources.ofThisProcess.memory.value / UInt64(count),
      executable: Executable.path, dataDirectory: data.files.directory, logLevel: logging.logLevel,
      logFormat: logging.logFormat.rawValue)
    let display = ProgressDisplay()
    let run = try perform { () throws(RuntimeError) in
      try LocalRun(
        prepared, openStore: store.opening(.readWrite), options: options,
        log: logging.logger("coordinator"),
        progress: display.meter)
    }
    // The thread that writes it may let go of it only after this process is over.
    defer { run.closeStore() }
    let interruption = try Interruption(stop: run.stop)
    let ending = try perform { () throws(RuntimeError) in try run.run() }
    if ending == .interrupted, let signal = interruption.signal {
      throw CommandFailure(
        signal: signal,
        "interrupted with \(display.meter.last.recorded) of \(display.meter.last.total) trials in "
          + "\(store.path); the same command continues")
    }
    try Summaries.print(
      prepared.sweep.name, in: run.store, trials: prepared.sweep.trials, as: format)
  }

  /// As many workers as were asked for, or as there are cores; fewer where the memory limits them.
  private func workerCount(for prepared: PreparedSweep) throws -> Int {
    let usable = UsableResources.ofThisProcess
    let wanted = workers ?? usable.defaultCount(limit: Limits.localWorkers)
    let fitting = usable.workers(needing: prepared.workerBytes)
    let memory =
      "each needs \(ByteCount.text(prepared.workerBytes)) for data and training, and "
      + "\(ByteCount.text(usable.memory.value)) of memory can be used (\(usable.memory.origin))"
    guard fitting > 0 else {
      throw CommandFailure(
        .environmentFailed,
        "\(specification): there is not enough memory for one worker: \(memory)")
    }
    if fitting < wanted {
      Diagnostics.line("warning: \(fitting) instead of \(wanted) workers: \(memory)")
    }
    return min(wanted, fitting)
  }
}
