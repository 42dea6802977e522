import Foundation
import SweepModel
import Testing

/// Workers use what they are given of the machine, and no more.
@Suite struct ResourceLimitTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  /// Runs a command line of a shell, in which `$0` is the program.
  private func shell(_ script: String, _ arguments: String...) throws -> Ended {
    try RunningProgram(
      ["-c", script, Program.path] + arguments, in: scratch, program: "/bin/sh"
    ).end()
  }

  private static let hasTaskset = FileManager.default.isExecutableFile(atPath: "/usr/bin/taskset")

  @Test(.enabled(if: hasTaskset, "taskset, of util-linux, is not here"))
  func affinityDecidesTheNumberOfSlots() throws {
    let coordinator = try CoordinatorProgram.start(in: scratch)
    let worker = try RunningProgram(
      ["-c", "0", Program.path, "worker", "--connect", coordinator.endpoint], in: scratch,
      program: "/usr/bin/taskset")
    var workers: [JSONValue] = []
    try wait {
      let status = try Program.run(
        "status", "--connect", coordinator.endpoint, "--format", "json", in: scratch)
      if case .array(let all)? = try status.json["workers"] { workers = all }
      return !workers.isEmpty || !worker.isRunning
    }
    let state = try #require(workers.first, "\(worker.errors)")
    #expect(state["slots"] == .integer(1))
    let origin = ProcessInfo.processInfo.activeProcessorCount > 1 ? "CPU affinity" : "online cores"
    #expect(state["slots_origin"] == .string(origin))
    #expect(worker.errors.hasPrefix("1 slot (\(origin)), memory "), "\(worker.errors)")
    worker.send(SIGTERM)
    #expect(try worker.end().status == 0)
  }

  @Test(.enabled(if: CPUGroup.canBeMade, "needs root, and a cgroup hierarchy that can be written"))
  func quotaOfACgroupDecidesTheNumberOfCores() throws {
    let group = try CPUGroup(quotaMicroseconds: 50_000)
    let ended = try shell("echo $$ > \"$1/cgroup.procs\" && exec \"$0\" doctor", group.path)
    let line = ended.output.split(separator: "\n").first { $0.hasPrefix("cores ") }
    #expect(line?.contains(" 1 (CPU quota of cgroup ") == true, "\(ended.output)\(ended.errors)")
    #expect(line?.contains(group.name) == true)
  }

  /// A model of 64 million parameters, that is, a gigabyte with gradients and the optimizer's moments.
  private func largeModel() throws -> String {
    let text = try String(contentsOfFile: Program.example, encoding: .utf8)
      .replacingOccurrences(
        of: "  - dense: {units: 10}\n",
        with: "  - dense: {units: 8000}\n  - dense: {units: 8000}\n")
    return try scratch.write(text, to: "large.yaml")
  }

  @Test func runThatDoesNotFitIntoMemorySaysSoAndTrainsNothing() throws {
    let ended = try shell("ulimit -d 400000; exec \"$0\" run \"$1\"", try largeModel())
    #expect(ended.status == 3, "\(ended.errors)")
    #expect(ended.errorLines.count == 1, "\(ended.errors)")
    #expect(ended.errors.contains("not enough memory for one worker"), "\(ended.errors)")
    #expect(ended.errors.contains("(RLIMIT_DATA)"), "\(ended.errors)")
  }

  @Test func variantThatDoesNotFitIntoAWorkerIsRejectedWithTheBytes() throws {
    let coordinator = try CoordinatorProgram.start(
      in: scratch, at: "tcp://127.0.0.1:*", try largeModel())
    let worker = try RunningProgram(
      ["worker", "--connect", coordinator.endpoint, "--memory-share", "300000000"], in: scratch)
    wait { coordinator.program.errors.contains("300000000 bytes") || !worker.isRunning }
    #expect(coordinator.program.errors.contains("300000000 bytes"), "\(coordinator.program.errors)")
    worker.send(SIGTERM)
    #expect(try worker.end().status == 0)
  }
}

/// A cgroup with a CPU quota below this process's own, for as long as it lives.
private final class CPUGroup {
  let name = "seedsweep-test-\(UUID().uuidString)"
  let path: String

  private static let parents = ["/sys/fs/cgroup/cpu", "/sys/fs/cgroup/cpu,cpuacct"]

  private static var parent: String? {
    parents.first { FileManager.default.fileExists(atPath: "\($0)/cpu.cfs_quota_us") }
      ?? parents.first { FileManager.default.fileExists(atPath: "\($0)/cgroup.procs") }
  }

  static var canBeMade: Bool {
    guard getuid() == 0, let group = try? CPUGroup(quotaMicroseconds: 100_000) else { return false }
    return FileManager.default.fileExists(atPath: "\(group.path)/cgroup.procs")
  }

  init(quotaMicroseconds: Int) throws {
    let parent = Self.parent ?? "/sys/fs/cgroup"
    path = "\(parent)/\(name)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    let (file, text) =
      FileManager.default.fileExists(atPath: "\(path)/cpu.max")
      ? ("cpu.max", "\(quotaMicroseconds) 100000") : ("cpu.cfs_quota_us", "\(quotaMicroseconds)")
    do {
      let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: "\(path)/\(file)"))
      try handle.write(contentsOf: Array(text.utf8))
      try handle.close()
    } catch {
      rmdir(path)
      throw error
    }
  }

  deinit { rmdir(path) }
}
