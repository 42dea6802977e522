import Foundation
import SweepModel
import Testing

/// What a process that failed, or was killed, leaves behind.
@Suite struct LeftoverTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func directories() throws -> Set<String> {
    let names = try FileManager.default.contentsOfDirectory(atPath: temporary.path)
    return Set(names.filter { $0.hasPrefix("seedsweep-") })
  }

  /// A directory of its own, whose path is short enough for a socket.
  private let temporary = URL(fileURLWithPath: "/tmp/left-\(UInt32.random(in: 0 ... .max))")

  @Test func aKilledRunsDirectoryGoesWithTheNextAndALivingOnesStays() throws {
    try FileManager.default.createDirectory(at: temporary, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: temporary) }
    let environment = ["TMPDIR": temporary.path]
    let long = [
      "run", Program.example, "--trials", "1000000000", "--workers", "1", "--store", "long.sqlite",
    ]
    let killed = try RunningProgram(long, in: scratch, environment: environment)
    while try directories().isEmpty, killed.isRunning { usleep(10_000) }
    // Until it serves: then its lock and its socket are there.
    while !FileManager.default.fileExists(atPath: scratch.path("long.sqlite-wal")), killed.isRunning
    {
      usleep(10_000)
    }
    let left = try directories()
    try #require(left.count == 1)
    // Somebody else's directory, and a file that is not ours in one like ours.
    let foreign = temporary.appendingPathComponent("seedsweep-notes1")
    try FileManager.default.createDirectory(at: foreign, withIntermediateDirectories: true)
    try Data("mine".utf8).write(to: foreign.appendingPathComponent("diary"))

    let short = ["run", Program.example, "--trials", "2", "--workers", "1", "--store", "a.sqlite"]
    let meanwhile = try RunningProgram(short, in: scratch, environment: environment).end()
    #expect(meanwhile.status == 0, "\(meanwhile.errors)")
    #expect(try directories() == left.union(["seedsweep-notes1"]))

    killed.send(SIGKILL)
    _ = try killed.end()
    let next = try RunningProgram(short, in: scratch, environment: environment).end()
    #expect(next.status == 0, "\(next.errors)")
    #expect(try directories() == ["seedsweep-notes1"])
    #expect(FileManager.default.fileExists(atPath: foreign.appendingPathComponent("diary").path))
  }

  @Test(arguments: [6, 8, 64]) func tooFewFilesLeaveNoStore(limit: Int) throws {
    let run = try Program.run(
      "-c", "ulimit -n \(limit); exec \"$0\" \"$@\"", Program.path, "run", Program.example,
      in: scratch, program: "/bin/sh")
    #expect(run.status == 3)
    #expect(run.errorLines.count == 1, "\(run.errors)")
    let files = try FileManager.default.contentsOfDirectory(atPath: scratch.url.path)
    #expect(!files.contains { $0.hasPrefix("seedsweep.sqlite") }, "\(files)")
  }

  @Test func anAddressInUseLeavesNoStore() throws {
    let (first, address) = try CoordinatorProgram.start(
      in: scratch, Program.example, "--store", "first.sqlite")
    defer { first.send(SIGKILL) }
    let second = try Program.run(
      "coordinator", Program.example, "--listen", address, "--store", "second.sqlite",
      in: scratch)
    #expect(second.status == 3)
    #expect(second.errors.contains("another process listens there"))
    let files = try FileManager.default.contentsOfDirectory(atPath: scratch.url.path)
    #expect(!files.contains { $0.hasPrefix("second") })
  }
}
