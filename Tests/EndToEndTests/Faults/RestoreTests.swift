import Foundation
import Testing

extension Faults {
  /// A store that is put back from an older copy while workers hold newer results.
  @Suite struct RestoreTests {
    @Test func anOlderCopyIsCompletedToTheSameBytes() throws {
      let bench = try FaultBench()
      var coordinator = try bench.coordinator()
      let endpoint = coordinator.endpoint
      let workers = try (0..<2).map { _ in try bench.worker(at: endpoint) }
      wait { bench.recorded > 0 }
      let backup = try Program.run("backup", "copy.sqlite", in: bench.scratch)
      #expect(backup.status == 0, "\(backup.errors)")
      let copied = try recorded(in: "copy.sqlite", of: bench)
      #expect(copied > 0)
      // Some of what is acknowledged from here on is not in the copy, and no worker has it any more.
      wait { bench.recorded > copied + 100 }
      coordinator.program.send(SIGKILL)
      _ = try coordinator.program.end()
      #expect(workers.allSatisfy { $0.isRunning })
      for suffix in ["", "-wal", "-shm", "-lock"] {
        try? FileManager.default.removeItem(
          atPath: bench.scratch.path("seedsweep.sqlite" + suffix))
      }
      try FileManager.default.moveItem(
        atPath: bench.scratch.path("copy.sqlite"), toPath: bench.scratch.path("seedsweep.sqlite"))
      coordinator = try bench.coordinator(at: endpoint)
      let ended = try coordinator.program.end()
      #expect(ended.status == 0, "\(ended.errors)")
      for worker in workers {
        let ended = try worker.end()
        #expect(ended.status == 0, "\(ended.errors)")
      }
      try bench.expectUndisturbed()
    }

    private func recorded(in store: String, of bench: FaultBench) throws -> UInt64 {
      let export = try Program.run(
        "export", "--format", "jsonl", "--store", store, in: bench.scratch)
      #expect(export.status == 0, "\(export.errors)")
      return UInt64(export.output.split(separator: "\n").count)
    }
  }
}
