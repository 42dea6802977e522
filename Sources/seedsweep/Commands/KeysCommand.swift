import ArgumentParser
import Foundation
import SweepRuntime

/// `seedsweep keys`: who is who, and who is let in.
struct KeysCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "keys",
    abstract: "Make keys, and say whom a coordinator lets in.",
    discussion: """
      A directory of keys, for --keys, holds

        coordinator   coordinator.secret, and the public keys of whom it lets in:
                      workers/NAME.public and clients/NAME.public
        worker        NAME.secret and coordinator.public
        client        NAME.secret and coordinator.public

      Make each secret key on the machine that uses it; only NAME.public files travel. To revoke a \
      key, delete its file from workers/ or clients/: the coordinator sees it within a second. \
      docs/security.md tells what is protected from whom.
      """,
    subcommands: [KeysNewCommand.self, KeysAllowCommand.self, KeysListCommand.self])
}

/// `seedsweep keys new`.
struct KeysNewCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "new",
    abstract: "Make a secret key and its public key.",
    discussion: """
      Writes NAME.secret, which nobody else can read and nobody else needs, and NAME.public. The name \
      `coordinator` is the coordinator's; others are for people to tell keys apart.
      """)

  @Argument(
    help: "Whose key it is: letters, digits, -, _ and .; for a worker its machine's name, say.")
  var name: String

  @Option(
    help: ArgumentHelp("Where to write the two files; made if missing.", valueName: "directory"))
  var out: String

  func validate() throws {
    guard KeyFile.isName(name) else {
      throw ValidationError(
        "`\(name)` cannot be a key's name: 1 to 64 letters, digits, -, _ and ., no - or . first")
    }
    if out.isEmpty { throw ValidationError("--out needs a directory") }
  }

  func run() throws {
    let paths = try perform { () throws(RuntimeError) in
      try KeyFile.generate(name: name).write(into: out)
    }
    Diagnostics.line("wrote \(paths.secret), the secret key: it stays on this machine")
    Diagnostics.line("wrote \(paths.public), the public key: give it to whoever must know it")
  }
}

/// `seedsweep keys allow`.
struct KeysAllowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "allow",
    abstract: "Let the owner of a public key in, as a worker or as a client.",
    discussion: """
      Checks the file and copies it into workers/ or clients/ of the coordinator's directory. A \
      coordinator that runs sees it within a second. A worker takes leases and gives results; a \
      client submits and cancels sweeps and asks how they stand.
      """)

  @Argument(help: ArgumentHelp("The public key's file.", valueName: "file"))
  var file: String

  @Option(help: "What it may be: worker or client.")
  var role: KeyRole

  @Option(help: ArgumentHelp("The coordinator's directory of keys.", valueName: "directory"))
  var keys: String

  func validate() throws {
    // An empty one would be the root of the file system.
    if keys.isEmpty { throw ValidationError("--keys needs a directory") }
  }

  func run() throws {
    let path = try perform { () throws(RuntimeError) in
      try KeyFile.readPublic(file).allow(as: role.roles, in: keys)
    }
    Diagnostics.line("wrote \(path); delete it to revoke the key")
  }
}

/// `seedsweep keys list`.
struct KeysListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "Show the public keys in a directory of keys, and what each is there for.")

  @Option(help: ArgumentHelp("The directory of keys.", valueName: "directory"))
  var keys: String

  func validate() throws {
    if keys.isEmpty { throw ValidationError("--keys needs a directory") }
  }

  func run() throws {
    let listing = try perform { () throws(RuntimeError) in try KeyListing(directory: keys) }
    for line in listing.lines { try Output.line(line) }
    if listing.lines.isEmpty, listing.problems.isEmpty {
      Diagnostics.line("\(keys) holds no public keys")
    }
    for problem in listing.problems { Diagnostics.line("warning: \(problem)") }
  }
}

/// What a key may be for.
enum KeyRole: String, CaseIterable, ExpressibleByArgument {
  case worker
  case client

  var roles: AccessRoles {
    switch self {
    case .worker: .worker
    case .client: .client
    }
  }
}
