import ArgumentParser
import SweepModel
import SweepReport
import SweepRuntime

extension CoordinatorStatus.Format: ExpressibleByArgument {}

/// Which coordinator a command is for, and how long to wait for it.
struct ControlOptions: ParsableArguments {
  @OptionGroup var coordinator: TargetOptions

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Give up, with exit status 3, when the coordinator has not answered for this many seconds.",
      valueName: "seconds"))
  var timeout = 10

  @Option(help: ArgumentHelp("The form of the output.", valueName: "format"))
  var format: CoordinatorStatus.Format = .table

  private static let mostPatienceSeconds = 86_400

  func validate() throws {
    if !(1...Self.mostPatienceSeconds).contains(timeout) {
      throw ValidationError("--timeout \(timeout): 1 to \(Self.mostPatienceSeconds)")
    }
  }

  func client() throws -> ControlClient {
    let target = try coordinator.target()
    return try perform { () throws(RuntimeError) in
      try ControlClient(target: target, timeout: .seconds(timeout))
    }
  }
}

/// A sweep's name on a command line.
enum SweepName {
  static func validate(_ name: String) throws {
    guard (1...Limits.nameLength).contains(name.count) else {
      throw ValidationError("a sweep's name has 1 to \(Limits.nameLength) characters")
    }
  }
}
