import Foundation
import SweepModel
import Testing

extension Faults {
  /// Whatever is killed while models travel: every trial has its result and its model in the end.
  @Suite struct KeptModelFaultTests {
    private static let trials = 6
    /// A model of some 20 MiB with its optimizer's state: it takes a while to travel.
    private static let sweep = FaultSweep(
      trials: trials, epochs: 2, additions: "save: last", units: 1_200)
    private static let small = FaultSweep(trials: 40, epochs: 200, additions: "save: last")

    private func models(of bench: FaultBench) -> [String] {
      let folder = bench.scratch.path("seedsweep.sqlite-models/sequence/base")
      let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
      return names.map { "\(folder)/\($0)" }
    }

    /// Whether the file of a model is on its way.
    private func isArriving(_ bench: FaultBench) -> Bool {
      let folder = bench.scratch.path("seedsweep.sqlite-models/.incoming")
      let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
      return names.contains { $0.hasSuffix(".partial") }
    }

    private func expectModels(_ bench: FaultBench) throws {
      let models = models(of: bench)
      #expect(models.count == bench.sweep.trials)
      let export = try Program.run("export", "--format", "jsonl", in: bench.scratch).output
      let results = try export.split(separator: "\n").map { try JSONValue(parsing: $0.utf8) }
      for result in results {
        guard case .string(let seed)? = result["seed"] else { continue }
        let path = try #require(models.first { $0.hasSuffix("/\(seed).safetensors") })
        let shown = try Program.run("show", path, "--format", "json", in: bench.scratch)
        #expect(try shown.json["weights_sha256"] == result["weights_sha256"])
      }
      try FileManager.default.removeItem(atPath: bench.scratch.path("seedsweep.sqlite-models"))
      try bench.expectUndisturbed()
    }

    @Test func aCoordinatorIsKilledWhileModelsArrive() throws {
      let bench = try FaultBench(Self.sweep)
      var coordinator = try bench.coordinator()
      let endpoint = coordinator.endpoint
      let workers = try (0..<2).map { _ in try bench.worker(at: endpoint) }
      var kills = 0
      for _ in 0..<3 {
        wait { isArriving(bench) || !coordinator.program.isRunning }
        guard coordinator.program.isRunning else { break }
        coordinator.program.send(SIGKILL)
        _ = try coordinator.program.end()
        kills += 1
        coordinator = try bench.coordinator(at: endpoint)
      }
      #expect(kills > 0)
      let ended = try coordinator.program.end()
      #expect(ended.status == 0, "\(ended.errors)")
      try bench.dismiss(workers)
      try expectModels(bench)
    }

    @Test func aWorkerIsKilledWhileItsModelTravels() throws {
      let bench = try FaultBench(Self.sweep)
      let coordinator = try bench.coordinator()
      for _ in 0..<2 {
        let worker = try bench.worker(at: coordinator.endpoint)
        wait { isArriving(bench) }
        worker.send(SIGKILL)
        _ = try worker.end()
      }
      let worker = try bench.worker(at: coordinator.endpoint)
      let ended = try coordinator.program.end()
      #expect(ended.status == 0, "\(ended.errors)")
      try bench.dismiss([worker])
      try expectModels(bench)
    }

    @Test(arguments: ["model", "swap"]) func aWorkerThatLiesIsTurnedAway(lie: String) throws {
      let bench = try FaultBench(Self.small)
      let coordinator = try bench.coordinator()
      let liar = try bench.start([coordinator.endpoint, lie], program: Program.lyingWorker)
      let told = try liar.end()
      #expect(told.status == 1 && told.output.contains("refused"), "\(told.output) \(told.errors)")
      let worker = try bench.worker(at: coordinator.endpoint)
      let ended = try coordinator.program.end()
      #expect(ended.status == 0, "\(ended.errors)")
      #expect(ended.errors.contains("turned away"))
      try bench.dismiss([worker])
      // A right model that a false result followed stays: the trial's right result has its weights.
      try expectModels(bench)
    }

    /// Results go on where there is no room for models, and it is said once.
    @Test func aDiskWithoutRoomForModels() throws {
      let bench = try FaultBench(Self.small)
      let mount = bench.scratch.path("small")
      try FileManager.default.createDirectory(atPath: mount, withIntermediateDirectories: true)
      let mounting = try RunningProgram(
        ["-t", "tmpfs", "-o", "size=64m", "tmpfs", mount], in: bench.scratch, program: "/bin/mount"
      ).end()
      guard mounting.status == 0 else {
        print("faults: skipped aDiskWithoutRoomForModels, for want of a tmpfs: \(mounting.errors)")
        return
      }
      defer { _ = try? RunningProgram([mount], in: bench.scratch, program: "/bin/umount").end() }
      let store = "\(mount)/seedsweep.sqlite"
      let run = try bench.start(["run", bench.specification, "--store", store]).end()
      #expect(run.status == 0, "\(run.errors)")
      let notices = run.errors.components(separatedBy: "models are not kept").count - 1
      #expect(notices == 1, "\(run.errors)")
      let seed = "74298876fc8d8048"
      let fetched = try bench.start(
        ["fetch-model", seed, "--store", store, "--save", "m.safetensors"]
      ).end()
      #expect(fetched.status == 0, "\(fetched.errors)")
    }
  }
}
