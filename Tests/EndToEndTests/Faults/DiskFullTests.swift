import Foundation
import Testing

extension Faults {
  /// A store on a file system of its own that is too small. (`MachineLimitTests` has files that may not
  /// grow, which needs no root.)
  @Suite struct DiskFullTests {
    @Test func fullDiskLosesNothing() throws {
      let bench = try FaultBench(FaultSweep(trials: 40_000, epochs: 100))
      let mount = bench.scratch.path("small")
      try FileManager.default.createDirectory(atPath: mount, withIntermediateDirectories: true)
      let mounting = try RunningProgram(
        ["-t", "tmpfs", "-o", "size=2m", "tmpfs", mount], in: bench.scratch,
        program: "/bin/mount"
      ).end()
      guard mounting.status == 0 else {
        // Nothing that could be installed helps: root may mount, and in some containers not even root.
        print("faults: skipped fullDiskLosesNothing, for want of a tmpfs: \(mounting.errors)")
        return
      }
      defer { _ = try? RunningProgram([mount], in: bench.scratch, program: "/bin/umount").end() }
      let store = "\(mount)/seedsweep.sqlite"
      let run = try bench.start(["run", bench.specification, "--store", store]).end()
      #expect(run.status == 3, "\(run.errors)")
      #expect(run.errorLines.count == 1 && run.errors.hasPrefix("error: "), "\(run.errors)")
      #expect(run.errors.contains("full") && run.errors.contains(store), "\(run.errors)")
      // What was kept is whole, and the run goes on where there is room.
      let kept = try Program.run(
        "export", "--format", "jsonl", "--store", store, in: bench.scratch)
      #expect(kept.status == 0 && !kept.output.isEmpty, "\(kept.errors)")
      let copy = bench.scratch.path("seedsweep.sqlite")
      for suffix in ["", "-wal"] where FileManager.default.fileExists(atPath: store + suffix) {
        try FileManager.default.copyItem(atPath: store + suffix, toPath: copy + suffix)
      }
      let resumed = try bench.start(["run", bench.specification]).end()
      #expect(resumed.status == 0, "\(resumed.errors)")
      // The seconds too: what was kept was not trained again.
      let whole = try Program.run("export", "--format", "jsonl", in: bench.scratch).output
      #expect(
        Set(whole.split(separator: "\n")).isSuperset(of: kept.output.split(separator: "\n")))
      try bench.expectUndisturbed()
    }
  }
}
