import Foundation
import Scheduling
import SweepModel
import SweepProtocol
import Testing
import ZeroMQTransport

/// Coordinators and workers of other versions, played by this test over real sockets.
@Suite struct VersionTests {
  /// A descriptor that never becomes readable.
  private let silence: Int32

  init() {
    var ends: [Int32] = [-1, -1]
    #expect(pipe(&ends) == 0)
    silence = ends[0]
  }

  private func hello(change: (inout WorkerHello) -> Void) throws -> WorkerMessage {
    let golden = "f029f8d69ec4319680f998f259818da4e3ef5141ce4106cf7203f465dd8ce661"
    var hello = WorkerHello(
      worker: try #require(WorkerID(bytes: Array(repeating: 7, count: 16))), incarnation: 1,
      host: "test", processor: "", instructionSet: "", slots: 1,
      goldenWeights: try #require(WeightsDigest(hex: golden)), held: [])
    change(&hello)
    return .hello(hello)
  }

  private func ask(_ endpoint: String, _ frame: [UInt8]) throws -> CoordinatorMessage {
    let dealer = try DealerSocket(try ZeroMQContext())
    try dealer.connect(endpoint)
    while try !dealer.send(frame) {
      _ = try dealer.wait(toSend: true, orFor: silence, timeout: .seconds(1))
    }
    while true {
      if let answer = try dealer.receive() { return try CoordinatorMessage(encoded: answer) }
      _ = try dealer.wait(orFor: silence, timeout: .seconds(1))
    }
  }

  @Test func coordinatorTurnsOtherVersionsAwayAndGoesOn() throws {
    let scratch = try Scratch()
    let coordinator = try Coordinator(Program.example, in: scratch)
    let cases: [(Refusal.Code, WorkerMessage)] = [
      (.wireProtocol, try hello { $0.wireProtocol = 99 }),
      (.contract, try hello { $0.contract = 99 }),
      (.kernels, try hello { $0.goldenWeights = WeightsDigest(hashing: "other".utf8) }),
    ]
    for (code, message) in cases {
      guard case .refused(let refusal) = try ask(coordinator.endpoint, message.encoded) else {
        Issue.record("\(code) was not turned away")
        continue
      }
      #expect(refusal.code == code)
    }
    // Whoever is unknown is told to register, and garbage changes nothing.
    let stamp = MessageStamp(epoch: CoordinatorEpoch(1), incarnation: 1, number: 1)
    let stale = WorkerMessage.registered(stamp, .heartbeat(progress: [1]))
    #expect(try ask(coordinator.endpoint, stale.encoded) == .registerAgain(stamp))
    let dealer = try DealerSocket(try ZeroMQContext())
    try dealer.connect(coordinator.endpoint)
    while try !dealer.send(Array("GET / HTTP/1.1".utf8)) {
      _ = try dealer.wait(toSend: true, orFor: silence, timeout: .seconds(1))
    }
    let worker = try RunningProgram(
      ["worker", "--connect", coordinator.endpoint, "--give-up-after", "60"], in: scratch)
    #expect(try coordinator.program.end().status == 0)
    #expect(try worker.end().status == 0)
  }

  @Test func workerThatIsTurnedAwayEndsWithTheReason() throws {
    let scratch = try Scratch()
    let router = try RouterSocket(try ZeroMQContext())
    let endpoint = try router.bind("tcp://127.0.0.1:*")
    let worker = try RunningProgram(["worker", "--connect", endpoint], in: scratch)
    var hello: RouterSocket.Reception?
    while hello == nil {
      _ = try router.wait(orFor: silence, timeout: .seconds(1))
      hello = try router.receive()
    }
    let peer = try #require(hello?.routingID)
    let refusal = CoordinatorMessage.refused(Refusal(.contract, "install another version"))
    #expect(try router.send(refusal.encoded, to: peer) == .sent)
    let ended = try worker.end()
    #expect(ended.status == 2)
    #expect(ended.errorLines.count == 1)
    #expect(ended.errors.contains("install another version"))
  }

  @Test func workerWithoutACoordinatorGivesUpWhenToldTo() throws {
    let scratch = try Scratch()
    let ended = try Program.run(
      "worker", "--connect", "tcp://127.0.0.1:9", "--give-up-after", "1", in: scratch)
    // It cannot tell from here whether the sweep was done before it came.
    #expect(ended.status == 0)
    #expect(ended.errors.contains("no coordinator answered at tcp://127.0.0.1:9"))
  }
}
