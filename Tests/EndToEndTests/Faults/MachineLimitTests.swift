import Foundation
import Testing

extension Faults {
  /// Machines that run out of room: in files, and of files. (`DiskFullTests` has a full file system.)
  @Suite struct MachineLimitTests {
    /// Starts the rest of the arguments under a shell's limit.
    private func limited(_ limit: String) -> [String] {
      ["/bin/sh", "-c", "\(limit); exec \"$0\" \"$@\""]
    }

    /// The store, and its log, may grow to so many blocks of 512 bytes: as on a disk that is full. The
    /// sweep needs twice the largest.
    @Test(arguments: [40, 300, 1_000, 2_000]) func filesCannotGrow(blocks: Int) throws {
      let bench = try FaultBench(FaultSweep(trials: 12_000, epochs: 100))
      let words = limited("ulimit -f \(blocks)") + [Program.path, "run", bench.specification]
      let run = try bench.start(Array(words.dropFirst()), program: words[0]).end()
      #expect(run.status == 3, "\(run.errors)")
      #expect(run.errorLines.count { $0.hasPrefix("error: ") } == 1, "\(run.errors)")
      #expect(run.errors.contains("seedsweep.sqlite"), "\(run.errors)")
      // What is there is whole.
      let kept = try Program.run("export", "--format", "jsonl", in: bench.scratch)
      let again = try bench.start(["run", bench.specification]).end()
      #expect(again.status == 0, "\(again.errors)")
      let whole = try Program.run("export", "--format", "jsonl", in: bench.scratch).output
      if kept.status == 0 {
        // The seconds too: what was kept was not trained again.
        #expect(
          Set(whole.split(separator: "\n")).isSuperset(of: kept.output.split(separator: "\n")))
      }
      try bench.expectUndisturbed()
    }

    /// More come than the coordinator can take in: it serves those that it has.
    @Test func descriptorsRunOut() throws {
      let bench = try FaultBench()
      let coordinator = try bench.coordinator(prefix: limited("ulimit -n 200"))
      let port = try #require(UInt16(coordinator.endpoint.split(separator: ":").last ?? ""))
      let early = try bench.worker(at: coordinator.endpoint)
      wait { coordinator.program.errors.contains("worker joined") }
      var sockets: [Int32] = []
      while sockets.count < 300, let socket = LoopbackSocket.connect(to: port) {
        sockets.append(socket)
      }
      // It comes too late while they stay.
      let late = try bench.worker(at: coordinator.endpoint)
      let before = bench.recorded
      wait { bench.recorded > before || !coordinator.program.isRunning }
      for socket in sockets { close(socket) }
      let ended = try coordinator.program.end()
      #expect(ended.status == 0, "\(ended.errors)")
      try bench.dismiss([early, late])
      try bench.expectUndisturbed()
    }

    /// A worker that cannot even open its socket says so.
    @Test func workerWithoutDescriptors() throws {
      let scratch = try Scratch()
      for count in [8, 12, 31] {
        let words =
          limited("ulimit -n \(count)") + [
            Program.path, "worker", "--connect", "tcp://127.0.0.1:9", "--give-up-after", "1",
          ]
        let ended = try RunningProgram(
          Array(words.dropFirst()), in: scratch, program: words[0]
        ).end()
        #expect(ended.status == 3, "\(count): \(ended.status) \(ended.errors)")
        #expect(ended.errorLines.count == 1, "\(ended.errors)")
        #expect(ended.errors.contains("ulimit -n"), "\(ended.errors)")
      }
    }

    private static let fakeTime = ["x86_64", "aarch64"]
      .map { "/usr/lib/\($0)-linux-gnu/faketime/libfaketimeMT.so.1" }
      .first { FileManager.default.fileExists(atPath: $0) }

    /// Somebody sets the clock, back and forth by years. Debian has the library in `libfaketime`.
    @Test func wallClockJumps() throws {
      guard let library = Self.fakeTime else {
        // `scripts/test` installs it.
        #expect(ProcessInfo.processInfo.environment["CI"] != "true", "libfaketime is not installed")
        print("faults: skipped wallClockJumps, for want of `apt-get install libfaketime`")
        return
      }
      let bench = try FaultBench()
      let clock = bench.scratch.path("clock")
      let environment = [
        "LD_PRELOAD": library, "FAKETIME_TIMESTAMP_FILE": clock, "FAKETIME_NO_CACHE": "1",
        "DONT_FAKE_MONOTONIC": "1",
      ]
      try "+0d".write(toFile: clock, atomically: true, encoding: .utf8)
      // The library sets a variable of its own in the first process that it is loaded into, by which it
      // moves the environment; and from where that was at first Swift 6 finds a program's arguments.
      let prefix = ["/usr/bin/env"]
      let coordinator = try bench.coordinator(
        arguments: FaultBench.hastyTiming + ["--log-format", "json"], prefix: prefix,
        environment: environment)
      let workers = try (0..<2).map { _ in
        try bench.worker(at: coordinator.endpoint, prefix: prefix, environment: environment)
      }
      for jump in ["+4000d", "-4000d", "+1d", "-1d", "+8000d"]
      where coordinator.program.isRunning {
        let before = bench.recorded
        wait { bench.recorded > before || !coordinator.program.isRunning }
        try jump.write(toFile: clock, atomically: true, encoding: .utf8)
      }
      let ended = try coordinator.program.end()
      #expect(ended.status == 0, "\(ended.errors)")
      #expect(!ended.errors.contains("worker lost"), "\(ended.errors)")
      // The log tells that time, so the clock was really set.
      let years = Set(ended.errors.matches(of: /"time":"(\d+)-/).map(\.1))
      #expect(years.count > 1, "\(ended.errors)")
      try bench.dismiss(workers)
      try bench.expectUndisturbed()
    }
  }
}
