import Foundation
import Scheduling
import Synchronization
import Testing

extension Faults {
  /// Whoever else comes to the coordinator's port while a sweep runs.
  @Suite struct StrangerTests {
    private static let silentConnections = 600

    /// What strangers say first. The third begins as ZeroMQ does, the fourth goes on so for a while.
    private static let openings: [[UInt8]] = [
      Array("GET / HTTP/1.1\r\nHost: example.org\r\n\r\n".utf8),
      Array("\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}\u{0}\u{1}".utf8),
      [0xff, 0, 0, 0, 0, 0, 0, 0, 1, 0x7f],
      [0xff, 0, 0, 0, 0, 0, 0, 0, 1, 0x7f, 3, 0] + Array("NULL".utf8)
        + [UInt8](repeating: 0, count: 48) + [4, 41, 5] + Array("READY".utf8)
        + [UInt8](repeating: 0xff, count: 64),
      [],
    ]

    @Test func garbageAndHTTPOnThePort() throws {
      var choices = FaultChoices(of: "garbageAndHTTPOnThePort")
      let bench = try FaultBench()
      let coordinator = try bench.coordinator()
      let port = try #require(UInt16(coordinator.endpoint.split(separator: ":").last ?? ""))
      let workers = try (0..<2).map { _ in try bench.worker(at: coordinator.endpoint) }
      var visits = 0
      while coordinator.program.isRunning {
        guard let socket = LoopbackSocket.connect(to: port) else { continue }
        var bytes = Self.openings[choices.below(Self.openings.count)]
        bytes += (0..<choices.below(2_000)).map { _ in UInt8(truncatingIfNeeded: choices.next()) }
        _ = LoopbackSocket.send(bytes, to: socket)
        if choices.below(8) == 0 { choices.pause(milliseconds: 1..<5) }
        close(socket)
        visits += 1
      }
      let ended = try coordinator.program.end()
      #expect(ended.status == 0, "seed \(choices.seed): \(ended.errors)")
      #expect(visits > 100)
      try bench.dismiss(workers)
      try bench.expectUndisturbed("seed \(choices.seed)")
    }

    /// A scanner that connects and says nothing must not keep workers away.
    @Test func silentConnections() throws {
      let bench = try FaultBench()
      let coordinator = try bench.coordinator()
      let port = try #require(UInt16(coordinator.endpoint.split(separator: ":").last ?? ""))
      var sockets: [Int32] = []
      defer { for socket in sockets { close(socket) } }
      while sockets.count < Self.silentConnections {
        sockets.append(try #require(LoopbackSocket.connect(to: port)))
      }
      let workers = try (0..<2).map { _ in try bench.worker(at: coordinator.endpoint) }
      let ended = try coordinator.program.end()
      #expect(ended.status == 0, "\(ended.errors)")
      try bench.dismiss(workers)
      try bench.expectUndisturbed()
    }

    private static let identity = String(repeating: "5e", count: WorkerID.length)

    /// Two processes of one identity, as a copied container would be.
    @Test func clonedIdentity() throws {
      let bench = try FaultBench()
      let coordinator = try bench.coordinator()
      let workers = try (0..<2).map { _ in
        try bench.worker(at: coordinator.endpoint, ["--identity", Self.identity])
      }
      let ended = try coordinator.program.end()
      #expect(ended.status == 0, "\(ended.errors)")
      try bench.dismiss(workers)
      try bench.expectUndisturbed()
    }

    /// The clone is told, and the sweep does not suffer. It cannot end before: the first one hangs.
    @Test func cloneIsRefused() throws {
      let bench = try FaultBench()
      let coordinator = try bench.coordinator()
      let first = try bench.start(
        [coordinator.endpoint, "hang", "--trial", "0", "--identity", Self.identity],
        program: Program.lyingWorker)
      wait { coordinator.program.errors.contains("worker joined") || !first.isRunning }
      let clone = try bench.worker(at: coordinator.endpoint, ["--identity", Self.identity]).end()
      #expect(clone.status == 2, "\(clone.errors)")
      #expect(clone.errors.contains("identity"), "\(clone.errors)")
      first.send(SIGKILL)
      let workers = try (0..<2).map { _ in try bench.worker(at: coordinator.endpoint) }
      let ended = try coordinator.program.end()
      #expect(ended.status == 0, "\(ended.errors)")
      try bench.dismiss(workers)
      try bench.expectUndisturbed()
    }
  }
}
