import ArgumentParser
import Foundation
import SweepRuntime

/// How a connection is protected: with keys, or on the user's word not at all.
struct KeyOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The directory of keys (see `seedsweep help keys`): everything is encrypted, and both sides "
        + "prove who they are. Any address but ipc and loopback needs it.",
      valueName: "directory"))
  var keys: String?

  @Flag(
    help: """
      Allow an address that others can reach without keys. Anyone who reaches it can read and forge \
      results: for private networks only.
      """)
  var insecure = false

  func validate() throws {
    if keys != nil, insecure {
      throw ValidationError("--keys and --insecure: one or the other")
    }
    if keys == "" { throw ValidationError("--keys needs a directory") }
  }

  /// Which addresses may be used.
  var policy: EndpointPolicy { EndpointPolicy(hasKeys: keys != nil, isInsecureAllowed: insecure) }

  /// What a worker or a client proves itself with; nil without keys.
  ///
  /// - Throws: ``CommandFailure`` where they cannot be used.
  func peer() throws -> PeerKeys? {
    try perform { () throws(RuntimeError) in
      guard let keys else { return nil }
      return try PeerKeys(directory: keys)
    }
  }

  /// What a coordinator proves itself with; nil without keys.
  ///
  /// - Throws: ``CommandFailure`` where they cannot be used.
  func coordinator() throws -> CoordinatorKeys? {
    try perform { () throws(RuntimeError) in
      guard let keys else { return nil }
      return try CoordinatorKeys(directory: keys)
    }
  }
}
