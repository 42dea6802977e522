import Foundation
import SweepModel
import Testing

/// Access files between real processes.
@Suite struct AccessTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func expectLine(
    _ ended: Ended, status: Int32, _ words: String, at location: SourceLocation = #_sourceLocation
  ) {
    #expect(ended.status == status, "\(ended.errors)", sourceLocation: location)
    // A worker says what it may use of its machine before.
    let lines = ended.errorLines.filter { !$0.contains(" slot (") && !$0.contains(" slots (") }
    #expect(lines.count == 1, "\(ended.errors)", sourceLocation: location)
    #expect(ended.errors.contains(words), "\(ended.errors)", sourceLocation: location)
  }

  private func access() throws -> JSONValue {
    let url = scratch.url.appendingPathComponent("access.json")
    return try JSONValue(parsing: try Data(contentsOf: url))
  }

  @Test(
    arguments: [
      ("tcp://127.0.0.1:*", nil, "tcp://127.0.0.1:"),
      ("tcp://localhost:*", nil, "tcp://127.0.0.1:"),
      ("tcp://lo:*", nil, "tcp://127.0.0.1:"),
      ("tcp://127.0.0.1:*", "localhost", "tcp://localhost:"),
      ("tcp://127.0.0.1:*", "here:99", "tcp://here:99"),
    ] as [(String, String?, String)])
  func theFileNamesTheCoordinator(listen: String, advertise: String?, address: String) throws {
    var arguments = ["coordinator", "--listen", listen, "--access", "access.json"]
    if let advertise { arguments += ["--advertise", advertise] }
    let program = try RunningProgram(arguments, in: scratch)
    let endpoint = try CoordinatorProgram.endpoint(of: program)
    let file = try access()
    guard case .string(let written)? = file["address"] else {
      Issue.record("\(file)")
      return
    }
    #expect(written.hasPrefix(address))
    let port = endpoint.split(separator: ":").last ?? ""
    if advertise?.contains(":") != true { #expect(written.hasSuffix(":\(port)")) }
    #expect(file["public_key"] == .null)
    #expect(file["pid"] == .integer(Int64(program.identifier)))
    if advertise?.contains(":") != true {
      let status = try Program.run("status", "--access", "access.json", in: scratch)
      #expect(status.status == 0, "\(status.errors)")
    }
    program.send(SIGTERM)
    _ = try program.end()
    #expect(!FileManager.default.fileExists(atPath: scratch.path("access.json")))
  }

  /// Another coordinator's file outlives the end of this one.
  @Test func aFileThatWasReplacedStays() throws {
    let first = try CoordinatorProgram.start(in: scratch, "--access", "access.json")
    let second = try CoordinatorProgram.start(
      in: scratch, "--access", "access.json", "--store", "other.sqlite")
    first.program.send(SIGTERM)
    _ = try first.program.end()
    #expect(try access()["address"] == .string(second.endpoint))
    second.program.send(SIGTERM)
    _ = try second.program.end()
    #expect(!FileManager.default.fileExists(atPath: scratch.path("access.json")))
  }

  @Test func whatCannotBeUsedIsSaidInOneLine() throws {
    try FileManager.default.createDirectory(
      atPath: scratch.path("folder"), withIntermediateDirectories: false)
    #expect(mkfifo(scratch.path("pipe"), 0o600) == 0)
    try scratch.write("", to: "empty")
    try scratch.write(String(repeating: "x", count: 1 << 20), to: "huge")
    try scratch.write("{\"address\": \"tcp://10.0.0.5:7733\"", to: "half")
    for (name, words) in [
      ("folder", "not a regular file"), ("pipe", "not a regular file"), ("empty", "it is empty"),
      ("huge", "longer than"), ("half", "not a JSON object"), ("half/x", "Not a directory"),
    ] {
      expectLine(
        try Program.run("status", "--access", name, in: scratch), status: 2, words)
      expectLine(
        try Program.run("worker", "--access", name, "--slots", "1", in: scratch), status: 2, words)
    }
    for arguments in [[], ["--access", "a", "--connect", "tcp://127.0.0.1:1"], ["--access", ""]] {
      for command in ["worker", "status", "watch"] {
        let ended = try RunningProgram([command] + arguments, in: scratch).end()
        expectLine(ended, status: 2, "--access")
      }
    }
    expectLine(
      try Program.run("status", "--access", "missing", "--timeout", "1", in: scratch), status: 3,
      "missing is not there")
    expectLine(
      try Program.run("worker", "--access", "missing", "--give-up-after", "1", in: scratch),
      status: 0, "there is no access file missing")
    func coordinator(_ arguments: String...) throws -> Ended {
      try RunningProgram(["coordinator", "--listen"] + arguments, in: scratch).end()
    }
    let here = "tcp://127.0.0.1:*"
    expectLine(try coordinator(here, "--access", "none/x"), status: 2, "create it first")
    expectLine(try coordinator(here, "--access", "folder"), status: 2, "not a regular file")
    expectLine(try coordinator(here, "--advertise", "x"), status: 2, "--access FILE")
    expectLine(
      try coordinator("tcp://nothing.invalid:*"), status: 2, "neither a host name")
    #expect(!FileManager.default.fileExists(atPath: scratch.path("seedsweep.sqlite")))
  }

  /// An address without keys in an access file is no safer than on the command line.
  @Test func anAddressThatOthersReachNeedsKeys() throws {
    try scratch.write(
      """
      {"address": "tcp://10.0.0.5:7733", "public_key": null, "epoch": 1, "pid": 1, "host": "x"}
      """, to: "access.json")
    expectLine(
      try Program.run("status", "--access", "access.json", in: scratch), status: 2, "--insecure")
  }

  @Test func onlyTheOwnFolderOfKeysIsBelieved() throws {
    for name in ["keys", "other"] {
      #expect(try Program.run("keys", "new", "--pair", name, in: scratch).status == 0)
    }
    let other = try CoordinatorProgram.start(
      in: scratch, "--access", "access.json", "--keys", "other/coordinator", "--store", "o.sqlite")
    let words = "names another coordinator key than keys/client/coordinator.public"
    expectLine(
      try Program.run(
        "status", "--access", "access.json", "--keys", "keys/client", "--timeout", "1", in: scratch),
      status: 2, words)
    // The worker says it once and waits for the coordinator that is meant.
    let worker = try RunningProgram(
      ["worker", "--access", "access.json", "--keys", "keys/worker", "--slots", "1"], in: scratch)
    wait { worker.errors.contains("names another coordinator key") || !worker.isRunning }
    let coordinator = try RunningProgram(
      [
        "coordinator", Program.example, "--listen", "tcp://127.0.0.1:*", "--access", "access.json",
        "--keys", "keys/coordinator", "--exit-when-done",
      ], in: scratch)
    #expect(try coordinator.end().status == 0)
    let ended = try worker.end()
    expectLine(ended, status: 0, "names another coordinator key")
    other.program.send(SIGTERM)
    _ = try other.program.end()
  }
}

extension Faults {
  /// A scheduler starts a coordinator again somewhere else.
  @Suite struct MovedCoordinatorTests {
    @Test func workersAndClientsFollowTheAccessFile() throws {
      var choices = FaultChoices(of: "workersAndClientsFollowTheAccessFile")
      let bench = try FaultBench(FaultSweep(epochs: 24_000))
      let access = ["--access", "access.json"]
      // Before there is a coordinator.
      var waiting = try bench.start(["status", "--timeout", "120"] + access)
      let workers = try (0..<2).map { _ in
        try bench.start(["worker", "--slots", "1", "--log-level", "info"] + access)
      }
      let arguments = FaultBench.hastyTiming + access
      var coordinator = try bench.coordinator(arguments: arguments)
      var recorded: UInt64 = 0
      var answered = 0
      for _ in 0..<5 {
        wait {
          guard coordinator.program.isRunning else { return true }
          return bench.recorded > recorded
        }
        recorded = bench.recorded
        // Who looks at the file now and then may miss a coordinator that soon ends.
        wait { !waiting.isRunning || !coordinator.program.isRunning }
        if waiting.isRunning { break }
        #expect(try waiting.end().status == 0, "\(waiting.errors)")
        answered += 1
        choices.pause(milliseconds: 2..<120)
        coordinator.program.send(SIGKILL)
        let ended = try coordinator.program.end()
        if ended.status == 0 { break }
        // It reads the file that the dead coordinator left.
        waiting = try bench.start(["status", "--timeout", "120"] + access)
        choices.pause(milliseconds: 2..<1_200)
        let before = coordinator.endpoint
        coordinator = try bench.coordinator(arguments: arguments)
        #expect(coordinator.endpoint != before)
      }
      let ended = try coordinator.program.end()
      if waiting.isRunning { waiting.send(SIGKILL) }
      _ = try waiting.end()
      // One before there was a coordinator, and one beside the file that a dead one left.
      #expect(answered >= 2, "the sweep was too short")
      #expect(ended.status == 0, "seed \(choices.seed): \(ended.errors)")
      for worker in workers { #expect(try worker.end().status == 0, "\(worker.errors)") }
      try bench.expectUndisturbed("seed \(choices.seed)")
      #expect(!FileManager.default.fileExists(atPath: bench.scratch.path("access.json")))
    }
  }
}
