import ArgumentParser
import Foundation
import SweepModel
import Training

/// The command line: it parses arguments, calls what does the work, and prints.
struct SeedSweepCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "seedsweep",
    abstract: "Train one network with many random seeds, and re-run any trial to the same bits.",
    discussion: """
      A first sweep, on this machine:

        seedsweep run examples/sequence.yaml      train 100 trials, print the summary
        seedsweep seeds --master-seed 1           list the seeds of the trials
        seedsweep rerun 74298876fc8d8048          train one of them again, alone, and compare

      On many machines, start one coordinator and any number of workers:

        seedsweep coordinator SPEC --listen tcp://127.0.0.1:7733 --exit-when-done
        seedsweep worker --connect tcp://127.0.0.1:7733
        seedsweep submit SPEC --connect tcp://127.0.0.1:7733     submit another sweep
        seedsweep status --connect tcp://127.0.0.1:7733          see also watch and cancel

      Results are kept in ./seedsweep.sqlite; running a sweep again continues it.
      Exit status: 0 done; 1 the answer is "no" (a re-run that differs, failed trials);
      2 unusable arguments or input; 3 the machine, the disk or the network failed; 128 + n ended by
      signal n.
      """,
    version: "seedsweep \(Versions.software) (numeric contract \(Versions.contract), "
      + "protocol \(Versions.wireProtocol))",
    subcommands: [
      RunCommand.self, RerunCommand.self, TrainCommand.self, FetchModelCommand.self,
      PredictCommand.self, EvaluateCommand.self, ShowCommand.self, ExportModelCommand.self,
      ReportCommand.self,
      CompareCommand.self,
      ExportCommand.self, BackupCommand.self, SeedsCommand.self, CheckCommand.self,
      CoordinatorCommand.self, WorkerCommand.self, SubmitCommand.self, StatusCommand.self,
      WatchCommand.self, CancelCommand.self, KeysCommand.self, DoctorCommand.self,
    ])

  /// Runs the command that the process's arguments name, with these components.
  static func main(_ entries: [ComponentRegistry.Entry]) {
    StandardDescriptors.reserve()
    do {
      let registry = try registry(of: entries)
      var command = try parseAsRoot()
      if var command = command as? any ComponentCommand {
        try command.run(registry)
      } else {
        try command.run()
      }
      try Output.finish()
    } catch let failure as CommandFailure {
      failure.end()
    } catch {
      CommandFailure(parsing: error, by: Self.self).end()
    }
  }

  private static func registry(
    of entries: [ComponentRegistry.Entry]
  ) throws -> ComponentRegistry {
    if entries.isEmpty { return .builtIn }
    do {
      return try ComponentRegistry(entries)
    } catch {
      throw CommandFailure(.unusableInput, "this program's components: \(error)")
    }
  }
}
