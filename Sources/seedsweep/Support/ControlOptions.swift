import ArgumentParser
import SweepModel
import SweepReport
import SweepRuntime

extension CoordinatorStatus.Format: ExpressibleByArgument {}

/// Which coordinator a command is for, and how long to wait for it.
struct ControlOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The coordinator's address, such as tcp://127.0.0.1:7733.", valueName: "address"))
  var connect: String

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Give up, with exit status 3, when the coordinator has been silent for so many seconds.",
      valueName: "seconds"))
  var timeout = 10

  @OptionGroup var security: KeyOptions

  @Option(help: ArgumentHelp("The form of the output.", valueName: "format"))
  var format: CoordinatorStatus.Format = .table

  private static let mostPatienceSeconds = 86_400

  func validate() throws {
    if !(1...Self.mostPatienceSeconds).contains(timeout) {
      throw ValidationError("--timeout \(timeout): 1 to \(Self.mostPatienceSeconds)")
    }
  }

  func client() throws -> ControlClient {
    let keys = try security.peer(connectingTo: connect)
    return try perform { () throws(RuntimeError) in
      try ControlClient(endpoint: connect, keys: keys, timeout: .seconds(timeout))
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
