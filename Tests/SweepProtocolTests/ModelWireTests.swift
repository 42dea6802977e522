import Scheduling
import SweepModel
import Testing

@testable import SweepProtocol

/// Messages about models survive the wire, and none can be read as a message of another kind.
@Suite struct ModelWireTests {
  private static let file = FileDigest(hashing: "file".utf8)
  private static let part = ModelPart(
    job: JobID(.max), index: TrialIndex(1 << 40), file: file, size: Limits.keptModelBytes,
    offset: 1 << 31, content: [1, 2, 3])
  private static let answers: [ModelAnswer] = [
    .kept(file, position: 1 << 31, limit: Limits.keptModelBytes),
    .kept(file, position: 0, limit: 0),
    .refused(file, reason: "the disk ä is full"),
  ]

  @Test func theySurviveTheWire() throws {
    #expect(try ModelPart(encoded: Self.part.encoded) == Self.part)
    var checkpoint = Self.part
    checkpoint.isCheckpoint = true
    #expect(try ModelPart(encoded: checkpoint.encoded) == checkpoint)
    var question = Self.part
    question.content = []
    question.offset = question.size
    #expect(try ModelPart(encoded: question.encoded) == question)
    for answer in Self.answers { #expect(try ModelAnswer(encoded: answer.encoded) == answer) }
  }

  @Test func eachIsOnlyWhatItIs() throws {
    let part = Self.part.encoded
    #expect(throws: ProtocolError.self) { try WorkerMessage(encoded: part) }
    #expect(throws: ProtocolError.self) { try ControlRequest(encoded: part) }
    #expect(throws: ProtocolError.self) { try DataRequest(encoded: part) }
    #expect(throws: ProtocolError.self) { try ModelAnswer(encoded: part) }
    for answer in Self.answers {
      #expect(throws: ProtocolError.self) { try CoordinatorMessage(encoded: answer.encoded) }
      #expect(throws: ProtocolError.self) { try DataAnswer(encoded: answer.encoded) }
      #expect(throws: ProtocolError.self) { try ModelPart(encoded: answer.encoded) }
    }
    for message in try WireTests.workerMessages {
      #expect(throws: ProtocolError.self) { try ModelPart(encoded: message.encoded) }
    }
    for message in WireTests.coordinatorMessages {
      #expect(throws: ProtocolError.self) { try ModelAnswer(encoded: message.encoded) }
    }
  }

  @Test func whatIsBeyondTheLimitsIsRefused() throws {
    for change in [
      { $0.size = 0 }, { $0.size = Limits.keptModelBytes + 1 }, { $0.offset = $0.size + 1 },
      { $0.offset = $0.size - 2 },
      {
        $0.offset = 0
        $0.content = Array(repeating: 0, count: Limits.chunkBytes + 1)
      },
    ] as [(inout ModelPart) -> Void] {
      var part = Self.part
      change(&part)
      let frame = part.encoded
      #expect(throws: ProtocolError.self) { try ModelPart(encoded: frame) }
    }
    let answer = ModelAnswer.kept(Self.file, position: 2, limit: 1).encoded
    #expect(throws: ProtocolError.self) { try ModelAnswer(encoded: answer) }
  }
}
