import Scheduling
import SweepModel
import Testing

@testable import SweepProtocol

/// Messages about data survive the wire, and none can be read as a message of another kind.
@Suite struct DataWireTests {
  private static let file = FileDigest(hashing: "file".utf8)
  private static let request = DataRequest(
    file: file, stream: .max, offset: Limits.dataFileBytes, chunks: Limits.chunkWindow)
  private static let answers: [DataAnswer] = [
    .chunk(DataChunk(file: file, stream: 0, offset: 1 << 31)),
    .unavailable(file, stream: 3, reason: "the coordinator's file ä changed"),
  ]

  @Test func theySurviveTheWire() throws {
    #expect(try DataRequest(encoded: Self.request.encoded) == Self.request)
    for answer in Self.answers { #expect(try DataAnswer(encoded: answer.encoded) == answer) }
  }

  @Test func eachIsOnlyWhatItIs() throws {
    #expect(throws: ProtocolError.self) { try WorkerMessage(encoded: Self.request.encoded) }
    #expect(throws: ProtocolError.self) { try ControlRequest(encoded: Self.request.encoded) }
    for answer in Self.answers {
      #expect(throws: ProtocolError.self) { try CoordinatorMessage(encoded: answer.encoded) }
      #expect(throws: ProtocolError.self) { try ControlAnswer(encoded: answer.encoded) }
      #expect(throws: ProtocolError.self) { try DataRequest(encoded: answer.encoded) }
    }
    for message in try WireTests.workerMessages {
      #expect(throws: ProtocolError.self) { try DataRequest(encoded: message.encoded) }
    }
    for message in WireTests.coordinatorMessages {
      #expect(throws: ProtocolError.self) { try DataAnswer(encoded: message.encoded) }
    }
  }

  @Test func whatIsBeyondTheLimitsIsRefused() throws {
    for change in [
      { $0.chunks = Limits.chunkWindow + 1 }, { $0.chunks = 0 },
      { $0.offset = Limits.dataFileBytes + 1 },
    ] as [(inout DataRequest) -> Void] {
      var request = Self.request
      change(&request)
      let frame = request.encoded
      #expect(throws: ProtocolError.self) { try DataRequest(encoded: frame) }
    }
  }

  @Test func filesOfOneNameAndPartsBeyondTheEndAreRefused() throws {
    let id = try #require(RequestID(bytes: Array(1...16)))
    let twice = [1, 2].map { DataFile(path: "a", size: $0, digest: Self.file) }
    let commands: [ControlCommand] = [
      .submit(Submission(file: "x", specification: [1], dataFiles: twice)),
      .upload(Upload(file: Self.file, size: 3, offset: 2, content: [1, 2])),
      .upload(Upload(file: Self.file, size: 3, offset: 2, content: [])),
    ]
    for command in commands {
      let frame = ControlRequest(id: id, command: command).encoded
      #expect(throws: ProtocolError.self) { try ControlRequest(encoded: frame) }
    }
  }

  @Test func damageIsSeen() throws {
    var frame = Self.request.encoded
    frame[5] ^= 1
    #expect(throws: ProtocolError.self) { try DataRequest(encoded: frame) }
  }
}
