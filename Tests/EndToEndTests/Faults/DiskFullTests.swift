import Foundation
import Testing

extension Faults {
  /// A store on a file system of its own that is too small. (`MachineLimitTests` has files that may not
  /// grow, which needs no root.)
  @Suite struct DiskFullTests {
    /// The last checkpoint stays, and no part of the next one.
    @Test func fullDiskLosesNoModel() throws {
      let scratch = try Scratch()
      let mount = scratch.path("small")
      try FileManager.default.createDirectory(atPath: mount, withIntermediateDirectories: true)
      let mounting = try RunningProgram(
        ["-t", "tmpfs", "-o", "size=32k", "tmpfs", mount], in: scratch, program: "/bin/mount"
      ).end()
      guard mounting.status == 0 else {
        print("faults: skipped fullDiskLosesNoModel, for want of a tmpfs: \(mounting.errors)")
        return
      }
      defer { _ = try? RunningProgram([mount], in: scratch, program: "/bin/umount").end() }
      let text = try String(contentsOfFile: Program.example, encoding: .utf8)
      try scratch.write(
        text.replacingOccurrences(of: "epochs: 100", with: "epochs: 8000"), to: "long.yaml")
      let model = "\(mount)/m.safetensors"
      let train = ["train", "74298876fc8d8048", "--save", model, "--spec"]
      let first = try RunningProgram(train + [Program.example], in: scratch).end()
      #expect(first.status == 0, "\(first.errors)")
      let bytes = try Data(contentsOf: URL(fileURLWithPath: model))
      // Its history grows with its epochs.
      let longer = try RunningProgram(
        train + ["long.yaml", "--continue", model], in: scratch
      ).end()
      #expect(longer.status == 3 && longer.errorLines.count == 1, "\(longer.errors)")
      #expect(longer.errors.contains("\(model): cannot write it: No space left on device"))
      #expect(try Data(contentsOf: URL(fileURLWithPath: model)) == bytes)
      #expect(try FileManager.default.contentsOfDirectory(atPath: mount) == ["m.safetensors"])
    }

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
