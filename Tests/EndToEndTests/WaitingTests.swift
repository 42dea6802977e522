import Foundation
import SweepModel
import Testing

/// A coordinator and workers that say why nothing happens, and go on when the cause is gone, without anything
/// being started again.
@Suite struct WaitingTests {
  private let scratch: Scratch
  /// A silence after which nobody is there: reasons come after three times as long.
  private static let timing = ["--heartbeat-interval", "0.2", "--silence-limit", "1"]

  init() throws { scratch = try Scratch() }

  private func coordinator(
    _ specification: String = Program.example, _ arguments: String...
  ) throws -> Coordinator {
    try Coordinator(specification, in: scratch, arguments: Self.timing + arguments)
  }

  private func worker(_ endpoint: String, _ arguments: String...) throws -> RunningProgram {
    try RunningProgram(
      ["worker", "--connect", endpoint, "--slots", "1"] + arguments, in: scratch)
  }

  /// The reasons that `status` gives, by code.
  private func reasons(_ endpoint: String, _ arguments: String...) throws -> [JSONValue] {
    let status = try RunningProgram(
      ["status", "--connect", endpoint, "--format", "json"] + arguments, in: scratch
    ).end()
    guard status.status == 0, case .array(let reasons)? = try status.json["waiting"] else {
      return []
    }
    return reasons
  }

  private func wait(
    for code: String, at endpoint: String, _ arguments: String..., blocking: Bool = true
  ) throws -> JSONValue? {
    var found: JSONValue?
    try EndToEndTests.wait {
      let status = try RunningProgram(
        ["status", "--connect", endpoint, "--format", "json"] + arguments, in: scratch
      ).end()
      guard status.status == 0, case .array(let reasons)? = try status.json["waiting"] else {
        return false
      }
      found = reasons.first {
        $0["code"] == .string(code) && $0["blocking"] == .boolean(blocking)
      }
      return found != nil
    }
    return found
  }

  private func table() throws -> String {
    try FileManager.default.createDirectory(
      atPath: scratch.path("worker-data"), withIntermediateDirectories: false)
    let rows = (0..<20).map { "\($0),\(2 * $0 + 1)" }
    try scratch.write((["a,b"] + rows).joined(separator: "\n"), to: "table.csv")
    return try scratch.write(
      """
      name: table
      trials: 3
      data: {kind: csv, path: table.csv, target: b}
      model: [dense: {units: 1}]
      training: {loss: mean_squared_error, optimizer: adam, epochs: 2}

      """, to: "table.yaml")
  }

  @Test func noWorker() throws {
    let coordinator = try coordinator()
    let reason = try #require(try wait(for: "no_workers", at: coordinator.endpoint))
    #expect(reason["text"]?.text?.contains("seedsweep worker") == true)
    let table = try Program.run("status", "--connect", coordinator.endpoint, in: scratch)
    #expect(table.output.contains("waiting: no worker has been connected for"), "\(table.output)")
    let watch = try RunningProgram(["watch", "--connect", coordinator.endpoint], in: scratch)
    EndToEndTests.wait { watch.errors.contains("waiting: no worker") || !watch.isRunning }
    let worker = try worker(coordinator.endpoint)
    let ended = try coordinator.program.end()
    #expect(ended.status == 0)
    // Said once each.
    #expect(ended.errors.components(separatedBy: "no worker has been connected").count == 2)
    let watched = try watch.end()
    #expect(watched.status == 0)
    #expect(watched.errors.components(separatedBy: "waiting: ").count == 2, "\(watched.errors)")
    _ = try worker.end()
  }

  @Test func aWorkerSaysThatNoCoordinatorIsThere() throws {
    let probe = try coordinator()
    probe.program.send(SIGTERM)
    _ = try probe.program.end()
    let worker = try worker(probe.endpoint)
    EndToEndTests.wait {
      worker.errors.contains("no coordinator has answered") || !worker.isRunning
    }
    #expect(worker.errors.contains(probe.endpoint))
    let coordinator = try Coordinator(
      Program.example, in: scratch, at: probe.endpoint, arguments: Self.timing)
    #expect(try coordinator.program.end().status == 0)
    let ended = try worker.end()
    #expect(ended.status == 0)
    // Said once, however often it was tried.
    #expect(
      ended.errors.components(separatedBy: "no coordinator has answered").count == 2,
      "\(ended.errors)")
  }

  /// Workers fetch what they lack: they wait where the coordinator has lost it, and go on when it is back.
  @Test func aMissingFileIsNamedAndFoundWhenItIsThere() throws {
    let coordinator = try coordinator(try table())
    try FileManager.default.moveItem(
      atPath: scratch.path("table.csv"), toPath: scratch.path("elsewhere.csv"))
    let worker = try worker(
      coordinator.endpoint, "--data", "worker-data", "--cache", scratch.path("cache"))
    let reason = try #require(try wait(for: "data_missing", at: coordinator.endpoint))
    #expect(reason["sweep"] == "table")
    #expect(reason["detail"]?.text?.contains("table.csv") == true)
    #expect(reason["workers"] == .integer(1))
    EndToEndTests.wait { worker.errors.contains("table.csv") || !worker.isRunning }
    // Moved and not copied: what has the same size, time and inode need not be read again.
    try FileManager.default.moveItem(
      atPath: scratch.path("elsewhere.csv"), toPath: scratch.path("table.csv"))
    #expect(try coordinator.program.end().status == 0)
    let ended = try worker.end()
    #expect(ended.status == 0)
    #expect(ended.errors.contains("can be trained now"))
    // However often it was tried.
    #expect(ended.errors.components(separatedBy: "cannot train variant").count == 2)
  }

  @Test func aWorkerWithoutRoomComesBackByItself() throws {
    let path = try scratch.slowSpecification(epochs: 80_000, trials: 2_400)
    let coordinator = try coordinator(path, "--max-workers", "1")
    let first = try worker(coordinator.endpoint)
    EndToEndTests.wait {
      coordinator.program.errors.contains("worker joined") || !coordinator.program.isRunning
    }
    let second = try worker(coordinator.endpoint)
    let reason = try #require(
      try wait(for: "worker_refused", at: coordinator.endpoint, blocking: false))
    #expect(reason["detail"]?.text?.contains("--max-workers") == true)
    EndToEndTests.wait { second.errors.contains("idle: refused") || !second.isRunning }
    first.send(SIGTERM)
    #expect(try first.end().status == 0)
    #expect(try coordinator.program.end().status == 0)
    let ended = try second.end()
    #expect(ended.status == 0)
    #expect(ended.errors.components(separatedBy: "idle: refused").count == 2, "\(ended.errors)")
  }
}

extension JSONValue {
  /// The characters of a string; nil for anything else.
  fileprivate var text: String? {
    if case .string(let text) = self { text } else { nil }
  }
}
