import Foundation
import Scheduling
import SweepModel
import Testing
import ZeroMQTransport

@testable import SweepRuntime

/// What one connection, and all of them, may take.
struct LimitTests {
  private let start = Instant(.seconds(1_000))
  private let peer: [UInt8] = [0, 1, 2, 3, 4]
  private let other: [UInt8] = [0, 1, 2, 3, 5]

  private func isSendAway(_ verdict: PeerBudgets.Verdict) -> Bool {
    if case .sendAway = verdict { return true }
    return false
  }

  @Test func bucketsEmptyAndFill() {
    let bucket = Held(TokenBucket(rate: 10, seconds: 2, at: start))
    for _ in 0..<20 { #expect(bucket.with { $0.take(1, at: start) }) }
    #expect(!bucket.with { $0.take(1, at: start) })
    #expect(bucket.with { $0.take(10, at: start.advanced(by: .seconds(1))) })
    #expect(!bucket.with { $0.take(1, at: start.advanced(by: .seconds(1))) })
    // Never more than it holds, and time that goes back gives nothing.
    #expect(bucket.with { $0.take(20, at: start.advanced(by: .seconds(1_000))) })
    #expect(!bucket.with { $0.take(1, at: start) })
    #expect(!bucket.with { $0.take(1, at: start.advanced(by: .seconds(1_000))) })
  }

  @Test func floodersAreSentAwayOnceAndThenDropped() {
    let budgets = Held(PeerBudgets())
    let burst = Limits.peerMessagesPerSecond * Limits.peerBurstSeconds
    for _ in 0..<burst { #expect(budgets.with { $0.book(1, from: peer, at: start) } == .read) }
    #expect(isSendAway(budgets.with { $0.book(1, from: peer, at: start) }))
    for _ in 0..<3 {
      #expect(
        budgets.with { $0.book(1, from: peer, at: start.advanced(by: .seconds(30))) } == .drop)
    }
    #expect(budgets.with { $0.book(1, from: other, at: start) } == .read)
  }

  @Test func aSteadyStreamBelowTheLimitIsReadForEver() {
    let budgets = Held(PeerBudgets())
    var now = start
    for _ in 0..<100_000 {
      now = now.advanced(by: .microseconds(1_000_000 / Limits.peerMessagesPerSecond + 1))
      #expect(budgets.with { $0.book(4_096, from: peer, at: now) } == .read)
    }
  }

  /// However fast a worker is: what it was asked for costs it nothing.
  @Test func wantedResultsAreFree() {
    let budgets = Held(PeerBudgets())
    for _ in 0..<10_000 {
      #expect(budgets.with { $0.book(4 << 20, from: peer, at: start) } == .read)
      let verdict = budgets.with {
        $0.noteResults(4_096, repetitions: 0, size: 4 << 20, from: peer, at: start)
      }
      #expect(verdict == .read)
    }
  }

  /// What a worker sends again after it has lost its coordinator is no flood; all of it once more is.
  @Test func repeatedResultsAreLimited() {
    let budgets = Held(PeerBudgets())
    func sendAgain() -> PeerBudgets.Verdict {
      #expect(budgets.with { $0.book(1 << 19, from: peer, at: start) } == .read)
      return budgets.with {
        $0.noteResults(
          Limits.batchResults, repetitions: Limits.batchResults, size: 1 << 19, from: peer,
          at: start)
      }
    }
    for _ in 0..<Limits.unacknowledgedBatches { #expect(sendAgain() == .read) }
    #expect(isSendAway(sendAgain()))
    #expect(budgets.with { $0.book(1, from: peer, at: start) } == .drop)
  }

  /// A message with a single result that is new is news, but pays for the repetitions in it.
  @Test func halfOldMessagesCostHalf() {
    let budgets = Held(PeerBudgets())
    let size = 32 << 20
    var messages = 0
    while budgets.with({ $0.book(size, from: peer, at: start) }) == .read {
      _ = budgets.with { $0.noteResults(2, repetitions: 1, size: size, from: peer, at: start) }
      messages += 1
    }
    let burst = Limits.peerBytesPerSecond * Limits.peerBurstSeconds
    #expect(messages == 2 * (burst - size) / size + 1)
  }

  @Test func bytesCountToo() {
    let budgets = Held(PeerBudgets())
    let most = Limits.peerBytesPerSecond * Limits.peerBurstSeconds / Limits.messageBytes
    #expect(most >= 2, "the largest messages must get through")
    for _ in 0..<most {
      #expect(budgets.with { $0.book(Limits.messageBytes, from: peer, at: start) } == .read)
    }
    #expect(isSendAway(budgets.with { $0.book(Limits.messageBytes, from: peer, at: start) }))
  }

  @Test func garbageIsForgivenAFewTimes() {
    let budgets = Held(PeerBudgets())
    for _ in 1..<Limits.peerGarbage {
      #expect(budgets.with { $0.noteGarbage(from: peer, at: start) } == .read)
    }
    #expect(isSendAway(budgets.with { $0.noteGarbage(from: peer, at: start) }))
    #expect(budgets.with { $0.book(1, from: peer, at: start) } == .drop)
    // Of what takes long to read less.
    #expect(budgets.with { $0.noteGarbage(from: other, size: 4 << 20, at: start) } == .read)
    #expect(isSendAway(budgets.with { $0.noteGarbage(from: other, size: 32 << 20, at: start) }))
  }

  @Test func accountsOfTheGoneAreClosed() {
    let budgets = Held(PeerBudgets())
    for number in 0..<1_000 {
      _ = budgets.with { $0.book(1, from: [UInt8(number % 256), UInt8(number / 256)], at: start) }
    }
    #expect(budgets.value.count == 1_000)
    _ = budgets.with { $0.book(1, from: peer, at: start.advanced(by: .seconds(200))) }
    #expect(budgets.value.count == 1)
  }

  @Test func connectionsOfAKeyAreFound() throws {
    let budgets = Held(PeerBudgets())
    let key = try #require(PublicKey(bytes: Array(repeating: 7, count: 32)))
    _ = budgets.with { $0.book(1, from: peer, descriptor: 11, key: key, at: start) }
    _ = budgets.with { $0.book(1, from: other, descriptor: 12, key: nil, at: start) }
    #expect(budgets.value.connections(of: key).map(\.descriptor) == [11])
  }

  @Test func limitsOfFilesAreChecked() throws {
    let usual = try ConnectionLimits(wanted: nil, files: 1_048_576, backlog: 4_096)
    #expect(usual.workers == Limits.workers)
    #expect(usual.connections > usual.workers)
    #expect(usual.warnings.isEmpty)
    let few = try ConnectionLimits(wanted: nil, files: 256, backlog: nil)
    #expect(few.workers == 114)
    #expect(few.connections <= 256 - 96)
    #expect(few.warnings.count == 1)
    #expect(few.warnings[0].contains("114 workers"))
    let enough = try ConnectionLimits(wanted: 100, files: 256, backlog: nil)
    #expect(enough.workers == 100)
    #expect(enough.warnings.isEmpty)
    let error = #expect(throws: RuntimeError.self) {
      _ = try ConnectionLimits(wanted: 2_000, files: 1_024, backlog: nil)
    }
    #expect(error?.message.contains("ulimit -n 2378") == true, "\(String(describing: error))")
    // What the message advises is enough.
    #expect(try ConnectionLimits(wanted: 2_000, files: 2_378, backlog: nil).workers == 2_000)
    #expect(throws: RuntimeError.self) {
      _ = try ConnectionLimits(wanted: nil, files: 64, backlog: nil)
    }
    #expect(try ConnectionLimits(wanted: 2_000, files: 9_999, backlog: 128).warnings.count == 1)
  }

  @Test func adviceIsEnoughForEveryNumber() throws {
    for wanted in [1, 7, 8, 9, 63, 64, 1_000, 4_095, Limits.workers] {
      var files = 97
      while true {
        if let limits = try? ConnectionLimits(wanted: wanted, files: files, backlog: nil) {
          #expect(limits.connections <= files - 96)
          break
        }
        files += 1
      }
      let advised = 96 + wanted + 32 + wanted / 8
      #expect(advised >= files, "\(wanted)")
    }
  }

  private func pair() -> (Int32, Int32) {
    var ends: [Int32] = [-1, -1]
    #expect(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0)
    return (ends[0], ends[1])
  }

  @Test func connectionsBeyondTheLimitAreEnded() {
    let table = ConnectionTable(most: 2)
    let pairs = (0..<3).map { _ in pair() }
    defer {
      for (one, other) in pairs {
        close(one)
        close(other)
      }
    }
    for (own, _) in pairs { table.note(.accepted(descriptor: own)) }
    #expect(table.refusals.refused == 1)
    var byte: UInt8 = 1
    // The first two still work, the third one's peer sees its end.
    #expect(send(pairs[0].0, &byte, 1, 0) == 1)
    #expect(recv(pairs[2].1, &byte, 1, Int32(MSG_DONTWAIT)) == 0)
    table.note(.disconnected(descriptor: pairs[2].0))
    #expect(table.count == 2)
  }

  @Test func otherFilesAreLeftAlone() {
    let table = ConnectionTable(most: 0)
    var ends: [Int32] = [-1, -1]
    #expect(pipe(&ends) == 0)
    table.note(.accepted(descriptor: ends[1]))
    var byte: UInt8 = 1
    #expect(write(ends[1], &byte, 1) == 1)
    close(ends[0])
    close(ends[1])
  }
}

/// A value that `#expect` can call mutating methods of.
final class Held<Value> {
  var value: Value

  init(_ value: Value) { self.value = value }

  func with<Result>(_ body: (inout Value) throws -> Result) rethrows -> Result {
    try body(&value)
  }
}
