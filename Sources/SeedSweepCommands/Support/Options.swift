import ArgumentParser
import Datasets
import Foundation
import Logging
import SweepModel
import SweepRuntime
import Training
import TrialStore

/// Where results are kept.
struct StoreOption: ParsableArguments {
  static let defaultPath = "seedsweep.sqlite"

  @Option(
    name: .customLong("store"),
    help: ArgumentHelp(
      "The file that keeps the results (default: \(defaultPath)).", valueName: "file"))
  var chosenPath: String?

  var path: String { chosenPath ?? Self.defaultPath }

  func open(_ access: TrialStore.Access) throws -> TrialStore {
    try perform(opening(access))
  }

  /// Whether there is a file.
  var exists: Bool { FileManager.default.fileExists(atPath: path) }

  /// What opens it, when the time has come.
  func opening(_ access: TrialStore.Access) -> () throws(RuntimeError) -> TrialStore {
    { [path] () throws(RuntimeError) in
      do throws(StoreError) {
        return try TrialStore(path: path, access: access)
      } catch {
        throw RuntimeError(error)
      }
    }
  }
}

/// Where data are.
struct DataOption: ParsableArguments {
  /// The environment's variable that says it where no option does.
  static let variable = "SEEDSWEEP_DATA"

  @Option(
    name: .customLong("data"),
    help: ArgumentHelp(
      "Base directory for relative data paths (default: $\(variable), or the current directory).",
      valueName: "directory"))
  var chosenDirectory: String?

  private var directory: String {
    chosenDirectory ?? ProcessInfo.processInfo.environment[Self.variable] ?? ""
  }

  /// For what the command line names.
  var files: DataFiles { DataFiles(directory: directory, option: "--data") }

  /// For a worker: nil where it was given no directory.
  var ownFiles: OwnFiles? { directory.isEmpty ? nil : OwnFiles(directory: directory) }

  /// For a worker that `run` started, which may read what `run` read.
  var filesOfRun: OwnFiles { OwnFiles(directory: directory, areUnconfined: true) }

  /// For what clients submit: the directory's files alone, and none where none was chosen.
  var filesOfClients: DataFiles {
    DataFiles(confinedTo: directory.isEmpty ? nil : directory)
  }
}

/// What of a specification the command line may change.
struct SpecificationOverrides: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: "Trials of each variant, instead of the specification's number.")
  var trials: UInt64?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The master seed, instead of the specification's: decimal, or hex with 0x.",
      valueName: "seed"))
  var masterSeed: MasterSeed?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The share of trials, 0 to 1, to run again on another worker and compare, instead of the "
        + "specification's.", valueName: "share"))
  var audit: Double?

  func validate() throws {
    if let audit, !(0...1).contains(audit) {
      throw ValidationError("--audit \(audit): a share is from 0 to 1, such as 0.01")
    }
    if let trials, !(1...Limits.trials).contains(trials) {
      throw ValidationError("--trials \(trials): a sweep has 1 to \(Limits.trials) trials")
    }
  }

  var overrides: PreparedSweep.Overrides {
    PreparedSweep.Overrides(trials: trials, masterSeed: masterSeed, audit: audit)
  }

  /// Reads a specification, and tells what is probably not meant of it.
  func prepare(
    _ path: String, _ data: DataOption, _ registry: ComponentRegistry = .builtIn
  ) throws -> PreparedSweep {
    let sweep = try perform { () throws(RuntimeError) in
      try PreparedSweep(
        path: path, overrides: overrides, files: data.files, registry: registry)
    }
    Diagnostics.warn(sweep.warnings)
    return sweep
  }
}

/// How much is said about what goes on.
struct LogOption: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "What to log to standard error: trace, debug, info, warning, error or critical.",
      valueName: "level"))
  var logLevel: Logger.Level = .warning

  @Option(
    help: ArgumentHelp(
      "How to log: text, or json for one object a line.", valueName: "format"))
  var logFormat: TextFormat = .text

  func logger(_ label: String) -> Logger {
    var logger = Logger(label: label) { label in
      switch logFormat {
      case .text: StreamLogHandler.standardError(label: label)
      case .json: JSONLogHandler(label: label) { Diagnostics.write($0) }
      }
    }
    logger.logLevel = logLevel
    return logger
  }
}

extension MasterSeed: ExpressibleByArgument {
  /// Decimal, or hexadecimal after `0x`.
  public init?(argument: String) { self.init(text: argument) }
}

extension TrialSeed {
  /// Reads the seed of a command line.
  init(parsing text: String) throws {
    guard let seed = TrialSeed(hex: text) else {
      throw ValidationError("a seed has 16 hexadecimal digits, such as 74298876fc8d8048")
    }
    self = seed
  }
}

extension Logger.Level: @retroactive ExpressibleByArgument {}

extension CompletionKind {
  static let specification = CompletionKind.file(extensions: ["yaml", "yml"])
}
