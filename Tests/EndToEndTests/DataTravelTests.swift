import Foundation
import SweepModel
import Testing

/// Data files travel from whoever has them to whoever trains with them.
@Suite struct DataTravelTests {
  /// Where the coordinator runs, a worker and a client: what one has the others have not.
  private let (coordinator, worker, client): (Scratch, Scratch, Scratch)

  init() throws { (coordinator, worker, client) = (try Scratch(), try Scratch(), try Scratch()) }

  private func write(to scratch: Scratch) throws {
    let rows = (0..<60).map { "\($0),\(2 * $0 + 1),\($0 % 3 == 0 ? "no" : "yes")" }
    try scratch.write((["a,b,answer"] + rows).joined(separator: "\n"), to: "table.csv")
    try scratch.write(
      """
      name: table
      trials: 30
      data: {kind: csv, path: table.csv, target: answer, categories: answer, standardize: true}
      model: [dense: {units: 2, activation: softmax}]
      training: {loss: sparse_categorical_crossentropy, optimizer: adam, epochs: 2}

      """, to: "table.yaml")
  }

  private func startWorker(at endpoint: String, _ arguments: String...) throws -> RunningProgram {
    try RunningProgram(
      ["worker", "--connect", endpoint, "--slots", "1", "--log-level", "info"] + arguments,
      in: worker, environment: ["HOME": worker.path("home"), "XDG_CACHE_HOME": ""])
  }

  /// The results without the seconds that they took.
  private func export(_ scratch: Scratch) throws -> [[Substring]] {
    let rows = try Program.run("export", "--store", "seedsweep.sqlite", in: scratch).output
      .split(separator: "\n").map { $0.split(separator: ",", omittingEmptySubsequences: false) }
    let seconds = try #require(rows.first?.firstIndex(of: "seconds"))
    #expect(rows.count == 31)
    return rows.map { Array($0[..<seconds]) + Array($0[(seconds + 1)...]) }
  }

  /// Ends a worker, which may have come too late to hear that the coordinator has ended.
  private func end(_ worker: RunningProgram) throws -> Ended {
    worker.send(SIGTERM)
    let ended = try worker.end()
    #expect(ended.status == 0, "\(ended.errors)")
    return ended
  }

  /// What a run on one machine gives.
  private func undisturbed() throws -> [[Substring]] {
    let scratch = try Scratch()
    try write(to: scratch)
    #expect(try Program.run("run", "table.yaml", "--workers", "1", in: scratch).status == 0)
    return try export(scratch)
  }

  private func files(_ scratch: Scratch, _ directory: String) -> [String] {
    let names = try? FileManager.default.contentsOfDirectory(atPath: scratch.path(directory))
    return (names ?? []).filter { $0 != "lock" }.sorted()
  }

  @Test func workersWithoutDataFetchThemOnceForTheirMachine() throws {
    try write(to: coordinator)
    let (program, endpoint) = try CoordinatorProgram.start(
      in: coordinator, "table.yaml", "--exit-when-done")
    let workers = try (0..<3).map { _ in try startWorker(at: endpoint) }
    let ended = try program.end()
    #expect(ended.status == 0, "\(ended.errors)")
    let logs = try workers.map(end)
    #expect(logs.filter { $0.errors.contains("fetched a data file") }.count == 1)
    #expect(files(worker, "home/.cache/seedsweep").count == 1)
    let (here, there) = (try export(coordinator), try undisturbed())
    #expect(here == there)
  }

  @Test func aWorkersOwnFileIsUsedWhereItIsTheSame() throws {
    try write(to: coordinator)
    try write(to: worker)
    let (program, endpoint) = try CoordinatorProgram.start(
      in: coordinator, "table.yaml", "--exit-when-done")
    let own = try startWorker(at: endpoint, "--data", ".")
    #expect(try program.end().status == 0)
    let quiet = try end(own)
    #expect(!quiet.errors.contains("fetched"))
    #expect(files(worker, "home").isEmpty)
    // Where it is another, it is none of the sweep's.
    try FileManager.default.removeItem(atPath: coordinator.path("seedsweep.sqlite"))
    try worker.write("a,b,answer\n1,2,no\n", to: "table.csv")
    let (again, address) = try CoordinatorProgram.start(
      in: coordinator, "table.yaml", "--exit-when-done")
    let other = try startWorker(at: address, "--data", ".", "--cache", "cache")
    #expect(try again.end().status == 0)
    let log = try end(other).errors
    #expect(log.contains("is another than the coordinator's"))
    #expect(files(worker, "cache").count == 1)
    let (here, there) = (try export(coordinator), try undisturbed())
    #expect(here == there)
  }

  @Test func aFileThatChangedIsOneReasonAndNoLoop() throws {
    try write(to: coordinator)
    let (program, endpoint) = try CoordinatorProgram.start(in: coordinator, "table.yaml")
    try coordinator.write("a,b,answer\n1,2,no\n", to: "table.csv")
    let lost = try startWorker(at: endpoint, "--cache", "cache")
    let words = "the coordinator's file table.csv changed since the sweep was registered"
    wait { lost.errors.contains(words) && program.errors.contains(words) }
    #expect(lost.isRunning)
    #expect(files(worker, "cache").filter { !$0.hasSuffix(".partial") }.isEmpty)
    for running in [lost, program] {
      running.send(SIGTERM)
      _ = try running.end()
    }
  }

  @Test func aCacheThatCannotBeIsOneReason() throws {
    try write(to: coordinator)
    try worker.write("", to: "file")
    let (program, endpoint) = try CoordinatorProgram.start(in: coordinator, "table.yaml")
    let blocked = try startWorker(at: endpoint, "--cache", "file")
    wait { program.errors.contains("cannot make the directory file for data files") }
    let small = try startWorker(at: endpoint, "--cache", "small", "--cache-size", "100")
    // The coordinator tells of the variant once, with the reason that came first.
    wait { small.errors.contains("more than the 100 that small may hold") }
    for running in [blocked, small, program] {
      running.send(SIGTERM)
      _ = try running.end()
    }
  }

  @Test func aClientsFilesGoWithItsSubmissionAndOutliveTheCoordinator() throws {
    try write(to: client)
    let (first, endpoint) = try CoordinatorProgram.start(in: coordinator)
    let submitted = try Program.run("submit", "table.yaml", "--connect", endpoint, in: client)
    #expect(submitted.status == 0, "\(submitted.errors)")
    #expect(submitted.errors.contains("sending table.csv: "))
    #expect(files(coordinator, "seedsweep.sqlite-data").count == 1)
    // Once is enough.
    let again = try Program.run("submit", "table.yaml", "--connect", endpoint, in: client)
    #expect(again.status == 0 && again.errors.isEmpty, "\(again.errors)")
    first.send(SIGKILL)
    _ = try first.end()
    let (second, address) = try CoordinatorProgram.start(in: coordinator, "--exit-when-done")
    let trainer = try startWorker(at: address, "--cache", "cache")
    let ended = try second.end()
    #expect(ended.status == 0, "\(ended.errors)")
    _ = try end(trainer)
    let (here, there) = (try export(coordinator), try undisturbed())
    #expect(here == there)
  }

  @Test func anUploadThatIsDamagedIsSentAnewByTheSameSubmission() throws {
    try write(to: client)
    let (first, endpoint) = try CoordinatorProgram.start(in: coordinator)
    #expect(
      try Program.run("submit", "table.yaml", "--connect", endpoint, in: client).status == 0)
    first.send(SIGTERM)
    _ = try first.end()
    let kept = "seedsweep.sqlite-data/" + files(coordinator, "seedsweep.sqlite-data")[0]
    var bytes = try Data(contentsOf: URL(filePath: coordinator.path(kept)))
    bytes[bytes.count / 2] ^= 1
    try bytes.write(to: URL(filePath: coordinator.path(kept)))
    let (second, address) = try CoordinatorProgram.start(in: coordinator, "--exit-when-done")
    let trainer = try startWorker(at: address, "--cache", "cache")
    wait { trainer.errors.contains("submit the same specification again") || !trainer.isRunning }
    let again = try Program.run("submit", "table.yaml", "--connect", address, in: client)
    #expect(again.status == 0 && again.errors.contains("sending table.csv"), "\(again.errors)")
    let ended = try second.end()
    #expect(ended.status == 0, "\(ended.errors)")
    _ = try end(trainer)
    let (here, there) = (try export(coordinator), try undisturbed())
    #expect(here == there)
  }

  @Test func whatIsWrongWithAClientsFileItSeesWithItsPlace() throws {
    try write(to: client)
    try client.write("a,b,answer\n1,2,no\n1,x,yes\n", to: "table.csv")
    let (program, endpoint) = try CoordinatorProgram.start(in: coordinator)
    let refused = try Program.run("submit", "table.yaml", "--connect", endpoint, in: client)
    #expect(refused.status == 2)
    #expect(refused.errors.contains("table.yaml:3:25: data.csv.path: table.csv: line 3"))
    #expect(refused.errors.contains("`x` is no"))
    #expect(files(coordinator, "seedsweep.sqlite-data").isEmpty)
    program.send(SIGTERM)
    _ = try program.end()
  }

  @Test func moreThanTheCoordinatorKeepsIsRefusedAtOnce() throws {
    try write(to: client)
    let (program, endpoint) = try CoordinatorProgram.start(in: coordinator, "--cache-size", "100")
    let refused = try Program.run("submit", "table.yaml", "--connect", endpoint, in: client)
    #expect(refused.status == 2)
    #expect(refused.errors.contains("the coordinator keeps at most 100 of all clients"))
    program.send(SIGTERM)
    _ = try program.end()
  }
}
