import Foundation
import SweepModel
import Testing

/// Real processes with keys, over loopback.
@Suite struct KeyTests {
  private let scratch: Scratch

  /// A coordinator's keys that let alpha and beta in as workers and ann as a client; gamma is known
  /// to nobody.
  init() throws {
    scratch = try Scratch()
    try seedsweep("keys", "new", "coordinator", "--out", "coordinator-keys")
    for name in ["alpha", "beta", "gamma", "ann"] {
      try seedsweep("keys", "new", name, "--out", name)
      try FileManager.default.copyItem(
        atPath: scratch.path("coordinator-keys/coordinator.public"),
        toPath: scratch.path("\(name)/coordinator.public"))
    }
    for (name, role) in [("alpha", "worker"), ("beta", "worker"), ("ann", "client")] {
      try seedsweep(
        "keys", "allow", "\(name)/\(name).public", "--role", role, "--keys", "coordinator-keys")
    }
  }

  private func seedsweep(_ arguments: String...) throws {
    let ended = try RunningProgram(arguments, in: scratch).end()
    #expect(ended.status == 0, "\(arguments): \(ended.errors)")
    #expect(ended.output.isEmpty)
  }

  private func coordinator(_ specification: String = Program.example) throws -> Coordinator {
    try Coordinator(specification, in: scratch, arguments: ["--keys", "coordinator-keys"])
  }

  private func worker(_ coordinator: Coordinator, _ arguments: String...) throws -> RunningProgram {
    try RunningProgram(
      ["worker", "--connect", coordinator.endpoint, "--slots", "1"] + arguments, in: scratch)
  }

  private func expectRefusal(
    _ ended: Ended, status: Int32, _ words: String, at location: SourceLocation = #_sourceLocation
  ) {
    #expect(ended.status == status, "\(ended.errors)", sourceLocation: location)
    // A worker says what it may use of its machine before.
    let errors = ended.errorLines.filter { $0.hasPrefix("error: ") }
    #expect(errors.count == 1, "\(ended.errors)", sourceLocation: location)
    #expect(ended.errors.contains(words), "\(ended.errors)", sourceLocation: location)
  }

  @Test func aSweepWithKeysIsTheSameSweep() throws {
    let coordinator = try coordinator()
    let workers = try ["alpha", "beta"].map { try worker(coordinator, "--keys", $0) }
    #expect(try coordinator.program.end().status == 0)
    for worker in workers {
      // One that came after the end waits for another coordinator.
      worker.send(SIGTERM)
      #expect(try worker.end().status == 0, "\(worker.errors)")
    }
    let plain = try Scratch()
    #expect(try Program.run("run", Program.example, in: plain).status == 0)
    #expect(try Export.withoutSeconds(in: scratch) == Export.withoutSeconds(in: plain))
    for file in try FileManager.default.contentsOfDirectory(atPath: scratch.url.path) {
      guard file.hasSuffix(".err") || file.hasSuffix(".out") else { continue }
      #expect(
        try !String(contentsOfFile: scratch.path(file), encoding: .utf8).contains("secret-key"))
    }
  }

  @Test func whoeverCannotBeLetInSaysWhyAndEnds() throws {
    let coordinator = try coordinator()
    expectRefusal(
      try Program.run("status", "--connect", coordinator.endpoint, "--keys", "gamma", in: scratch),
      status: 2, "does not let the key gamma")
    expectRefusal(try worker(coordinator).end(), status: 2, "uses keys: give --keys DIR")
    expectRefusal(
      try worker(coordinator, "--keys", "ann").end(), status: 2, "its key is a client's")
    // Another coordinator's key in its place.
    try seedsweep("keys", "new", "coordinator", "--out", "other")
    try FileManager.default.removeItem(atPath: scratch.path("beta/coordinator.public"))
    try FileManager.default.copyItem(
      atPath: scratch.path("other/coordinator.public"),
      toPath: scratch.path("beta/coordinator.public"))
    expectRefusal(
      try worker(coordinator, "--keys", "beta").end(), status: 3,
      "beta/coordinator.public is probably not its key")
    // None of them has kept those who may.
    let good = try worker(coordinator, "--keys", "alpha")
    #expect(try coordinator.program.end().status == 0)
    #expect(try good.end().status == 0)
  }

  /// Nothing has to be started again.
  @Test func aKeyThatIsAllowedLaterIsLetIn() throws {
    let coordinator = try coordinator()
    let worker = try worker(coordinator, "--keys", "gamma")
    let file = try String(contentsOfFile: scratch.path("gamma/gamma.public"), encoding: .utf8)
    var reason: JSONValue?
    try wait {
      let status = try Program.run(
        "status", "--connect", coordinator.endpoint, "--keys", "ann", "--format", "json",
        in: scratch)
      guard status.status == 0, case .array(let reasons)? = try status.json["waiting"] else {
        return !worker.isRunning
      }
      reason = reasons.first { $0["code"] == "unknown_key" }
      return reason != nil || !worker.isRunning
    }
    guard case .string(let key)? = reason?["key"], case .string(let text)? = reason?["text"] else {
      Issue.record("the key is not told: \(worker.errors)")
      return
    }
    #expect(key.count == 40 && file.contains(key))
    #expect(text.contains("seedsweep keys allow") && text.contains("127.0.0.1"), "\(text)")
    try seedsweep(
      "keys", "allow", "gamma/gamma.public", "--role", "worker", "--keys", "coordinator-keys")
    let ended = try coordinator.program.end()
    #expect(ended.status == 0)
    #expect(ended.errors.components(separatedBy: "was turned away").count == 2, "\(ended.errors)")
    let left = try worker.end()
    #expect(left.status == 0)
    #expect(
      left.errors.components(separatedBy: "does not let the key gamma").count == 2,
      "\(left.errors)")
  }

  @Test func keysAgainstACoordinatorWithoutAreSaid() throws {
    let coordinator = try Coordinator(Program.example, in: scratch)
    let ended = try worker(coordinator, "--keys", "alpha").end()
    expectRefusal(ended, status: 2, "uses no keys")
    coordinator.program.send(SIGTERM)
    _ = try coordinator.program.end()
  }

  @Test func aRevokedKeyEndsItsWorkerInMidRun() throws {
    let path = try scratch.slowSpecification(epochs: 80_000, trials: 2_400)
    let coordinator = try coordinator(path)
    let revoked = try worker(coordinator, "--keys", "alpha")
    func recorded() throws -> Int {
      let export = try Program.run("export", "--format", "jsonl", in: scratch)
      return export.status == 0 ? export.output.split(separator: "\n").count : 0
    }
    try wait { try recorded() > 2 || !revoked.isRunning }
    let listed = scratch.path("coordinator-keys/workers/alpha.public")
    let kept = scratch.path("alpha.kept")
    try FileManager.default.moveItem(atPath: listed, toPath: kept)
    expectRefusal(try revoked.end(), status: 2, "key")
    #expect(coordinator.program.isRunning)
    let denied = try worker(coordinator, "--keys", "alpha", "--give-up-after", "2").end()
    #expect(denied.status == 2)
    #expect(denied.errors.contains("error: the coordinator at"), "\(denied.errors)")
    #expect(denied.errors.contains("does not let the key alpha"))
    // Allowed again, it is welcome.
    try FileManager.default.moveItem(atPath: kept, toPath: listed)
    let allowed = try worker(coordinator, "--keys", "alpha")
    let other = try worker(coordinator, "--keys", "beta")
    #expect(try coordinator.program.end().status == 0)
    #expect(try allowed.end().status == 0)
    #expect(try other.end().status == 0)
    #expect(try recorded() == 2_400)
  }

  @Test func onlyClientsKeysControl() throws {
    let coordinator = try coordinator(try scratch.slowSpecification(epochs: 80_000, trials: 2_400))
    for name in ["alpha", "gamma"] {
      for command in [["status"], ["cancel", "sequence"]] {
        let ended = try RunningProgram(
          command + ["--connect", coordinator.endpoint, "--keys", name], in: scratch
        ).end()
        #expect(ended.status != 0)
        #expect(ended.errorLines.count == 1, "\(ended.errors)")
        #expect(ended.errors.contains("key"), "\(ended.errors)")
      }
    }
    let ended = try Program.run(
      "status", "--connect", coordinator.endpoint, "--keys", "ann", in: scratch)
    #expect(ended.status == 0, "\(ended.errors)")
    coordinator.program.send(SIGTERM)
    _ = try coordinator.program.end()
  }

  @Test func secretsThatOthersCanReadAreRefused() throws {
    #expect(chmod(scratch.path("alpha/alpha.secret"), 0o644) == 0)
    expectRefusal(
      try Program.run("worker", "--connect", "tcp://127.0.0.1:9", "--keys", "alpha", in: scratch),
      status: 2, "chmod 600 alpha/alpha.secret")
    #expect(chmod(scratch.path("coordinator-keys/coordinator.secret"), 0o620) == 0)
    expectRefusal(
      try Program.run(
        "coordinator", Program.example, "--listen", "tcp://127.0.0.1:*", "--keys",
        "coordinator-keys", in: scratch), status: 2, "chmod 600 coordinator-keys")
  }

  /// A Kubernetes Secret as it is mounted for a user with `fsGroup`: root's files that only the group reads.
  @Test(
    arguments: [
      (0o440, 4_242, 3, "no coordinator answers"), (0o640, 4_242, 3, "no coordinator answers"),
      (0o444, 4_242, 2, "defaultMode: 0440"), (0o460, 4_242, 2, "defaultMode: 0440"),
      // It could be read only as a member of the group.
      (0o440, 5_000, 2, "Permission denied"),
    ] as [(mode_t, gid_t, Int32, String)])
  func filesOfRootAreReadThroughTheirGroup(
    mode: mode_t, group: gid_t, status: Int32, words: String
  ) throws {
    let setpriv = "/usr/bin/setpriv"
    guard geteuid() == 0, FileManager.default.isExecutableFile(atPath: setpriv) else {
      print("skipped: only root can give files away, and setpriv is needed to be another user")
      return
    }
    for path in ["", "ann"] { #expect(chmod(scratch.path(path), 0o755) == 0) }
    let secret = scratch.path("ann/ann.secret")
    #expect(chown(secret, 0, group) == 0)
    #expect(chmod(secret, mode) == 0)
    func asUser(_ arguments: String...) throws -> Ended {
      let rights = ["--reuid", "12345", "--regid", "12345", "--groups", "4242"]
      return try RunningProgram(rights + arguments, in: scratch, program: setpriv).end()
    }
    // A checkout in a home that nobody else may enter.
    guard try asUser(Program.path, "--version").status == 0 else {
      print("skipped: other users cannot run \(Program.path)")
      return
    }
    expectRefusal(
      try asUser(
        Program.path, "status", "--connect", "tcp://127.0.0.1:9", "--timeout", "1", "--keys", "ann"),
      status: status, words)
  }

  @Test func withKeysAnyAddressWillDo() throws {
    let coordinator = try Coordinator(
      Program.example, in: scratch, at: "tcp://0.0.0.0:*",
      arguments: ["--keys", "coordinator-keys"])
    let endpoint = coordinator.endpoint.replacingOccurrences(of: "0.0.0.0", with: "127.0.0.1")
    let worker = try RunningProgram(
      ["worker", "--connect", endpoint, "--keys", "alpha"], in: scratch)
    #expect(try coordinator.program.end().status == 0)
    #expect(try worker.end().status == 0)
  }

  @Test func keysAreListedAndNeverOverwritten() throws {
    let listing = try Program.run("keys", "list", "--keys", "coordinator-keys", in: scratch)
    #expect(listing.status == 0)
    let uses = listing.output.split(separator: "\n").map {
      $0.split(separator: " ").enumerated().filter { $0.offset != 1 }.map { String($0.element) }
    }
    #expect(
      uses == [
        ["own", "coordinator"], ["worker", "alpha"], ["worker", "beta"], ["client", "ann"],
      ])
    let before = try String(contentsOfFile: scratch.path("alpha/alpha.secret"), encoding: .utf8)
    expectRefusal(
      try Program.run("keys", "new", "alpha", "--out", "alpha", in: scratch), status: 2,
      "never overwritten")
    #expect(
      try String(contentsOfFile: scratch.path("alpha/alpha.secret"), encoding: .utf8) == before)
    expectRefusal(
      try Program.run("keys", "new", "../alpha", "--out", "x", in: scratch), status: 2,
      "cannot be a key's name")
  }

  // Limits of the system

  @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/prlimit")))
  func tooFewFilesAreSaid() throws {
    let limit = ["/usr/bin/prlimit", "--nofile=256:256"]
    let coordinator = try Coordinator(Program.example, in: scratch, prefix: limit)
    #expect(coordinator.program.errors.contains("enough for 114 workers"))
    coordinator.program.send(SIGTERM)
    _ = try coordinator.program.end()
    let ended = try RunningProgram(
      Array(limit.dropFirst()) + [
        Program.path, "coordinator", Program.example, "--listen", "tcp://127.0.0.1:*",
        "--max-workers", "1000",
      ], in: scratch, program: limit[0]
    ).end()
    expectRefusal(ended, status: 3, "ulimit -n 1253")
  }

  /// The commands of docs/security.md, one after the other, as a person would type them.
  @Test func theGuideWorks() throws {
    let scratch = try Scratch()
    let page = try String(
      contentsOf: Program.root.appendingPathComponent("docs/security.md"), encoding: .utf8)
    let commands = page.split(separator: "\n").filter { $0.hasPrefix("$ ") }.map { $0.dropFirst(2) }
    #expect(commands.count >= 7)
    // A port that nobody has: the one on the page may be taken.
    let probe = try Coordinator(Program.example, in: scratch)
    let address = probe.endpoint.dropFirst("tcp://".count)
    probe.program.send(SIGTERM)
    _ = try probe.program.end()
    try FileManager.default.removeItem(atPath: scratch.path("seedsweep.sqlite"))
    try FileManager.default.createSymbolicLink(
      at: scratch.url.appendingPathComponent("examples"),
      withDestinationURL: Program.root.appendingPathComponent("examples"))
    try FileManager.default.createDirectory(
      atPath: scratch.path("bin"), withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(
      atPath: scratch.path("bin/seedsweep"), withDestinationPath: Program.path)
    let script =
      "set -e\n"
      + commands.joined(separator: "\n").replacingOccurrences(of: "10.0.0.5:7733", with: address)
      + "\nwait\n"
    let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
    let ended = try RunningProgram(
      ["-c", script], in: scratch, program: "/bin/bash",
      environment: ["PATH": "\(scratch.path("bin")):\(path)"]
    ).end()
    #expect(ended.status == 0, "\(ended.errors)")
    #expect(ended.errors.contains("100 of 100 trials"), "\(ended.errors)")
    #expect(
      !FileManager.default.fileExists(atPath: scratch.path("coordinator-keys/workers/alpha.public"))
    )
  }
}
