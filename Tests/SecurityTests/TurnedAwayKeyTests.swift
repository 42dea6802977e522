import SweepModel
import Testing
import ZeroMQTransport

@testable import SweepRuntime

/// Keys that nobody lists, as people are told of them.
struct TurnedAwayKeyTests {
  private let now = ContinuousClock.now

  private func key(_ number: UInt8) throws -> CurvePublicKey {
    try #require(CurvePublicKey(bytes: [number] + Array(repeating: 0, count: 31)))
  }

  @Test func aKeyIsNewsOnceAndForgottenInTheEnd() throws {
    var keys = TurnedAwayKeys()
    #expect(keys.note(try key(1), from: "10.0.0.1", at: now))
    #expect(!keys.note(try key(1), from: "10.0.0.2", at: now + .seconds(60)))
    let entry = try #require(keys.recent(at: now + .seconds(60)).first)
    #expect(entry.address == "10.0.0.2" && entry.since == now)
    #expect(keys.recent(at: now + .seconds(181)).isEmpty)
    #expect(keys.note(try key(1), from: "10.0.0.1", at: now + .seconds(181)))
  }

  @Test func theyAreBoundedAndTheLatestStay() throws {
    var keys = TurnedAwayKeys()
    for number in 0..<100 { _ = keys.note(try key(UInt8(number)), from: "a", at: now) }
    #expect(keys.recent(at: now).count == Limits.recentTroubles)
    #expect(keys.recent(at: now).first?.key == (try key(99)))
    keys.forget(try key(99))
    #expect(keys.recent(at: now).first?.key == (try key(98)))
  }
}
