import Scheduling
import SweepModel
import Testing

@testable import SweepProtocol

/// Every message between client and coordinator survives the wire, and nothing that arrives does harm.
struct ControlWireTests {
  private static let id = RequestID(bytes: Array(1...16))

  static var commands: [ControlCommand] {
    [
      .submit(
        Submission(
          file: "a b.yaml", specification: Array("name: ü\n".utf8), trials: Limits.trials,
          masterSeed: MasterSeed(.max), audit: 0.25, priority: -1_000)),
      .submit(Submission(file: "", specification: [])),
      .submit(Submission(file: "x", specification: [0, 255], masterSeed: MasterSeed(0))),
      .submit(
        Submission(
          file: "x", specification: [1],
          dataFiles: [DataFile(path: "a", size: 7, digest: FileDigest(hashing: "f".utf8))])),
      .cancel(sweep: "sequence"), .status,
      .upload(
        Upload(file: FileDigest(hashing: "f".utf8), size: 7, offset: 5, content: [1, 2])),
    ]
  }

  static var sweep: SweepStatus {
    var sweep = SweepStatus(
      name: "sequence", masterSeed: MasterSeed(.max), variants: 3, trials: 1 << 48, asked: .max)
    sweep.state = .cancelled
    sweep.recorded = 5
    sweep.diverged = 4
    sweep.failed = 3
    sweep.violations = 2
    sweep.openAudits = 1
    return sweep
  }

  static var outcomes: [ControlAnswer.Outcome] {
    var status = CoordinatorStatus()
    status.epoch = 9
    status.uptimeSeconds = 0.125
    status.store = "/tmp/ä.sqlite"
    status.isEnding = true
    status.uncommittedResults = 7
    status.waitingSubmissions = 2
    status.sweeps = [sweep, sweep]
    var limited = WorkerStatus(
      id: Array(0..<16), host: "h:1", processor: "CPU", slots: 4, leases: 2,
      trialsPerSecond: 1.5, silentSeconds: 0.5, key: "annes", isStalled: true)
    limited.resources = WorkerResources(
      slotsOrigin: "CPU affinity", memoryBytes: .max, memoryOrigin: "RLIMIT_AS")
    limited.memoryNeededBytes = 1 << 33
    limited.remainingSeconds = 0
    status.workers = [
      limited,
      WorkerStatus(
        id: Array(16..<32), host: "", processor: "", slots: 1, leases: 0, trialsPerSecond: 0,
        silentSeconds: 0, key: nil, isStalled: false),
    ]
    var full = WaitingReason(.dataDiffer, isBlocking: true)
    (full.sweep, full.variant, full.variants) = ("s", "v", 3)
    (full.workers, full.connected, full.trials) = (2, 4, 1 << 40)
    (full.host, full.key, full.address, full.detail) = ("h:1", "k", "10.0.0.1", "other data")
    (full.seconds, full.retrySeconds) = (0, 1.5)
    status.waiting = WaitingReason.Code.allCases.map { WaitingReason($0, isBlocking: false) }
    status.waiting[0] = full
    status.sweeps[0].priority = -7
    return [
      .working, .submitted(sweep, isNew: true, warnings: ["a.yaml:1:2: this: that"]),
      .cancelled(sweep), .status(status), .status(CoordinatorStatus()),
      .refused(ControlRefusal(.notAllowed, "no")),
      .filesWanted([WantedFile(file: FileDigest(hashing: "f".utf8), position: 3)]),
      .uploaded(position: 4 << 30),
    ]
  }

  @Test func everyRequestSurvives() throws {
    let id = try #require(Self.id)
    for command in Self.commands {
      let request = ControlRequest(id: id, command: command)
      #expect(try ControlRequest(encoded: request.encoded) == request)
      // No frame is both a worker's and a client's.
      #expect(throws: ProtocolError.self) { try WorkerMessage(encoded: request.encoded) }
    }
    for message in try WireTests.workerMessages {
      #expect(throws: ProtocolError.self) { try ControlRequest(encoded: message.encoded) }
    }
  }

  @Test func everyAnswerSurvives() throws {
    let id = try #require(Self.id)
    for outcome in Self.outcomes {
      let answer = ControlAnswer(id: id, outcome: outcome)
      #expect(try ControlAnswer(encoded: answer.encoded) == answer)
    }
  }

  @Test func anotherVersionIsReadAsFarAsNeedBe() throws {
    let id = try #require(Self.id)
    var request = ControlRequest(id: id, command: .status)
    request.wireProtocol = 99
    let read = try ControlRequest(encoded: request.encoded)
    #expect(read.wireProtocol == 99 && read.command == nil && read.id == id)
  }

  @Test func whatIsTooLargeIsRefused() throws {
    let id = try #require(Self.id)
    let refused: [ControlCommand] = [
      .submit(
        Submission(
          file: "x",
          specification: [UInt8](repeating: 32, count: Limits.specificationBytes + 1))),
      .submit(Submission(file: String(repeating: "x", count: 5_000), specification: [])),
      .submit(Submission(file: "x", specification: [], trials: 0)),
      .submit(Submission(file: "x", specification: [], trials: .max)),
      .cancel(sweep: String(repeating: "x", count: Limits.nameLength + 1)),
    ]
    for command in refused {
      let frame = ControlRequest(id: id, command: command).encoded
      #expect(throws: ProtocolError.self) { try ControlRequest(encoded: frame) }
    }
    let huge = [UInt8](repeating: 0, count: Limits.controlRequestBytes + 1)
    #expect(throws: ProtocolError(.tooLong(bytes: huge.count))) {
      try ControlRequest(encoded: huge)
    }
  }

  @Test func whatATerminalCouldActOnIsGone() throws {
    let id = try #require(Self.id)
    let answer = ControlAnswer(
      id: id, outcome: .refused(ControlRefusal(.input, "a\u{1B}[2Jb\nc")))
    guard case .refused(let refusal) = try ControlAnswer(encoded: answer.encoded).outcome else {
      Issue.record("another answer")
      return
    }
    #expect(refusal.text == "a [2Jb c")
  }

  /// Flipped, cut and random bytes are read or refused; they never end the process.
  @Test func spoiltFramesDoNoHarm() throws {
    let id = try #require(Self.id)
    let frames =
      Self.commands.map { ControlRequest(id: id, command: $0).encoded }
      + Self.outcomes.map { ControlAnswer(id: id, outcome: $0).encoded }
    let seed = UInt64.random(in: .min ... .max)
    var generator = LinearGenerator(state: seed)
    for _ in 0..<3_000 {
      guard var frame = frames.randomElement(using: &generator) else { continue }
      for _ in 0..<Int.random(in: 1...8, using: &generator) where !frame.isEmpty {
        let position = Int.random(in: 0..<frame.count, using: &generator)
        switch UInt8.random(in: 0..<3, using: &generator) {
        case 0: frame[position] = UInt8.random(in: 0...255, using: &generator)
        case 1: frame.removeSubrange(position...)
        default: frame.insert(UInt8.random(in: 0...255, using: &generator), at: position)
        }
      }
      _ = try? ControlRequest(encoded: frame)
      _ = try? ControlAnswer(encoded: frame)
    }
  }
}

/// Knuth's MMIX generator, high bits: repeatable from its seed.
private struct LinearGenerator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return state ^ (state >> 33)
  }
}
