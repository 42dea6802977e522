import ArgumentParser
import Foundation
import SweepRuntime

/// `seedsweep keys`: who is who, and who is let in.
struct KeysCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "keys",
    abstract: "Generate keys and manage the coordinator's allow-list.",
    discussion: """
      `keys new --pair DIR` makes all that a coordinator, its workers and its clients need. A directory \
      of keys, for --keys, holds

        coordinator   coordinator.secret, and the public keys of whom it lets in:
                      workers/NAME.public and clients/NAME.public
        worker        NAME.secret and coordinator.public
        client        NAME.secret and coordinator.public

      Where machines do not trust each other, make each secret key on the machine that uses it, so that \
      only NAME.public files travel. To revoke a key, delete its file from workers/ or clients/: the \
      coordinator notices within a second. docs/security.md says what is protected from whom.
      """,
    subcommands: [KeysNewCommand.self, KeysAllowCommand.self, KeysListCommand.self])
}

/// `seedsweep keys new`.
struct KeysNewCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "new",
    abstract: "Generate the keys of a coordinator, its workers and its clients, or one key.",
    usage: """
      seedsweep keys new --pair <directory>
      seedsweep keys new <name> --out <directory>
      """,
    discussion: """
      With --pair, makes three directories, each complete for --keys: DIR/coordinator, DIR/worker and \
      DIR/client. Copy DIR/worker to every worker's machine and DIR/client to every client's. Run again, \
      it completes what was interrupted and changes nothing that is complete.

      With a name and --out, writes NAME.secret, which nobody else can read and nobody else needs, and \
      NAME.public. The name `coordinator` is the coordinator's; others are for people to tell keys apart.
      """)

  @Argument(
    help:
      "Whose key it is: letters, digits, -, _ and .; for a worker, for example, its machine's name."
  )
  var name: String?

  @Option(
    help: ArgumentHelp("Where to write the two files; made if missing.", valueName: "directory"))
  var out: String?

  @Option(
    help: ArgumentHelp(
      "Where to make the directories coordinator, worker and client; made if missing.",
      valueName: "directory"))
  var pair: String?

  func validate() throws {
    if let pair {
      if name != nil || out != nil {
        throw ValidationError("--pair makes all keys at once: give no name and no --out beside it")
      }
      if pair.isEmpty { throw ValidationError("--pair needs a directory") }
      return
    }
    guard let name, let out else {
      throw ValidationError(
        "give --pair DIR for all keys at once, or a name and --out DIR for one key")
    }
    guard KeyFile.isName(name) else {
      throw ValidationError(
        "`\(name)` cannot be a key's name: 1 to 64 letters, digits, -, _ and ., no - or . first")
    }
    if out.isEmpty { throw ValidationError("--out needs a directory") }
  }

  func run() throws {
    if let pair { return try makePair(in: pair) }
    guard let name, let out else { return }
    let paths = try perform { () throws(RuntimeError) in
      try KeyFile.generate(name: name).write(into: out)
    }
    Diagnostics.line("wrote \(paths.secret), the secret key: it stays on this machine")
    Diagnostics.line("wrote \(paths.public), the public key: give it to whoever must know it")
  }

  private func makePair(in directory: String) throws {
    let outcome = try perform { () throws(RuntimeError) in
      try KeyFolders(directory: directory).make()
    }
    switch outcome {
    case .made:
      Diagnostics.line("wrote \(directory)/coordinator, for the coordinator's --keys")
      Diagnostics.line(
        "wrote \(directory)/worker, for --keys of workers: copy it to their machines")
      Diagnostics.line("wrote \(directory)/client, for --keys of submit, status, watch and cancel")
    case .completed: Diagnostics.line("completed \(directory), which an interrupted run left")
    case .found: Diagnostics.line("\(directory) is complete already; nothing was changed")
    }
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
