import CZeroMQ
import SweepRuntime
import Testing
import ZeroMQTransport

/// When a process stops hoping to be let in.
struct HandshakeJudgeTests {
  private let endpoint = "tcp://10.0.0.5:7733"

  private func keys() throws -> PeerKeys {
    let directory = try TestDirectory()
    let coordinator = try KeyFile.generate(name: "coordinator").write(into: directory.url.path)
    #expect(!coordinator.public.isEmpty)
    _ = try KeyFile.generate(name: "alpha").write(into: directory.url.path)
    return try PeerKeys(directory: directory.url.path)
  }

  /// One for which `theirs` is what the other side says that it uses.
  private func newJudge(keys: PeerKeys?, theirs: SecurityMechanism? = nil) -> HandshakeJudge {
    HandshakeJudge(endpoint: endpoint, keys: keys) { _ in theirs }
  }

  @Test func aKeyThatIsNotAllowedIsSaidAtOnce() throws {
    let judge = Held(newJudge(keys: try keys()))
    let error = try #require(judge.with { $0.take(.denied(status: 400)) })
    #expect(error.kind == .input)
    #expect(error.message.contains("alpha"))
    #expect(error.message.contains("seedsweep keys allow"))
  }

  @Test func whoIsToComeAgainLaterDoes() throws {
    let judge = Held(newJudge(keys: try keys()))
    for _ in 0..<100 { #expect(judge.with { $0.take(.denied(status: 300)) } == nil) }
  }

  @Test func handshakesThatBreakOffAreCounted() throws {
    let judge = Held(newJudge(keys: try keys()))
    for _ in 0..<20 {
      for _ in 0..<31 { #expect(judge.with { $0.take(.handshakeFailed(code: 104)) } == nil) }
      #expect(judge.with { $0.take(.handshakeSucceeded) } == nil)
    }
    var error: RuntimeError?
    for _ in 0..<32 {
      #expect(error == nil)
      error = judge.with { $0.take(.handshakeFailed(code: 104)) }
    }
    #expect(error?.kind == .environment)
    #expect(error?.message.contains("coordinator.public") == true)
  }

  /// libzmq has not read why the other side hung up.
  @Test func whoHangsUpIsAskedWhetherItUsesKeys() throws {
    for (keys, theirs, words) in [
      (try keys(), .null, "uses no keys"), (nil, .curve, "give --keys DIR"),
    ] as [(PeerKeys?, SecurityMechanism, String)] {
      let judge = Held(newJudge(keys: keys, theirs: theirs))
      var error: RuntimeError?
      for _ in 0..<5 where error == nil {
        error = judge.with { $0.take(.handshakeFailed(code: 104)) }
      }
      #expect(error?.kind == .input)
      #expect(error?.message.contains(words) == true)
    }
    // The same on both sides: then it is something else.
    let same = Held(newJudge(keys: nil, theirs: .null))
    for _ in 0..<100 { #expect(same.with { $0.take(.handshakeFailed(code: 104)) } == nil) }
    let wrong = Held(newJudge(keys: try keys(), theirs: .curve))
    for _ in 0..<31 { #expect(wrong.with { $0.take(.handshakeFailed(code: 104)) } == nil) }
    #expect(wrong.with { $0.take(.handshakeFailed(code: 104)) }?.kind == .environment)
  }

  /// Plain workers wait for their coordinator whatever is at its address meanwhile.
  @Test func withoutKeysOnlyKeysAreAReason() throws {
    let judge = Held(newJudge(keys: nil))
    for _ in 0..<100 { #expect(judge.with { $0.take(.handshakeFailed(code: 104)) } == nil) }
    let mismatch = ConnectionEvent.protocolFailed(
      code: ZMQ_PROTOCOL_ERROR_ZMTP_MECHANISM_MISMATCH)
    let error = try #require(judge.with { $0.take(mismatch) })
    #expect(error.message.contains("give --keys DIR"))
    let other = Held(newJudge(keys: try keys()))
    #expect(other.with { $0.take(mismatch) }?.message.contains("uses no keys") == true)
  }
}
