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

  /// What a worker or a client that connects to `endpoint` proves itself with; nil without keys.
  ///
  /// - Throws: ``CommandFailure`` where the address needs keys, or they cannot be used.
  func peer(connectingTo endpoint: String) throws -> PeerKeys? {
    try check(endpoint)
    return try perform { () throws(RuntimeError) in
      guard let keys else { return nil }
      return try PeerKeys(directory: keys)
    }
  }

  /// What a coordinator that listens at `endpoint` proves itself with; nil without keys.
  ///
  /// - Throws: ``CommandFailure`` where the address needs keys, or they cannot be used.
  func coordinator(listeningAt endpoint: String) throws -> CoordinatorKeys? {
    try check(endpoint)
    return try perform { () throws(RuntimeError) in
      guard let keys else { return nil }
      return try CoordinatorKeys(directory: keys)
    }
  }

  private func check(_ endpoint: String) throws {
    try perform { () throws(RuntimeError) in
      try EndpointPolicy.check(endpoint, hasKeys: keys != nil, isInsecureAllowed: insecure)
    }
  }
}
