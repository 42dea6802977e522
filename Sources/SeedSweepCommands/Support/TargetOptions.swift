import ArgumentParser
import SweepRuntime

/// Which coordinator a worker or client connects to, and how the connection is protected.
struct TargetOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The coordinator's address, such as tcp://127.0.0.1:7733.", valueName: "address"))
  var connect: String?

  @Option(
    help: ArgumentHelp(
      "The coordinator's access file, instead of --connect: wait until it exists, and read it again "
        + "whenever the connection is lost.", valueName: "file"),
    completion: .file())
  var access: String?

  @OptionGroup var security: KeyOptions

  func validate() throws {
    switch (connect, access) {
    case (nil, nil):
      throw ValidationError("name the coordinator with --connect ADDRESS or --access FILE")
    case (_?, _?): throw ValidationError("--connect and --access: one or the other")
    case (nil, ""): throw ValidationError("--access needs a file")
    case (nil, _), (_, nil): break
    }
  }

  /// The coordinator to connect to.
  ///
  /// - Throws: ``CommandFailure`` where the address needs keys, or they cannot be used.
  func target() throws -> CoordinatorTarget {
    let location: CoordinatorLocation
    if let connect {
      try perform { () throws(RuntimeError) in try security.policy.checkConnecting(to: connect) }
      location = .address(connect)
    } else {
      location = .accessFile(access ?? "")
    }
    return CoordinatorTarget(
      location, keys: try security.peer(), isInsecureAllowed: security.insecure)
  }
}
