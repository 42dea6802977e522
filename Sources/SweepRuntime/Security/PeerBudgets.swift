import Scheduling
import SweepModel

/// What each connection has sent lately, so that none can keep the coordinator from the others.
///
/// Every message is booked before it is read; what brought results that were wanted is given back, for
/// leases limit that. So the limits can be low, and no worker is too fast for them.
///
/// It decides before a message is copied or decoded. A connection over its limits, or one that sends
/// what is none of ours again and again, is to be sent away: whoever works honestly is far below them.
struct PeerBudgets: Sendable {
  /// What to do with a message.
  enum Verdict: Hashable, Sendable {
    /// Read it.
    case read
    /// Send its sender away, with this reason; said once.
    case sendAway(reason: String)
    /// Its sender was sent away before: drop it.
    case drop
  }

  private struct Account {
    var messages: TokenBucket
    var bytes: TokenBucket
    var repetitions: TokenBucket
    var garbage = 0
    var isSentAway = false
    var lastHeard: Instant
    /// The connection, for ending it.
    var descriptor: Int32 = -1
    var key: PublicKey?
  }

  private var accounts: [[UInt8]: Account] = [:]
  private var nextSweep = Instant(.zero)

  /// Silence after which an account is closed: its connection is gone or has a full budget again.
  private static let memory = Duration.seconds(60)

  /// The open accounts.
  var count: Int { accounts.count }

  /// Books a message of `size` bytes from a connection.
  mutating func book(
    _ size: Int, from routingID: [UInt8], descriptor: Int32 = -1, key: PublicKey? = nil,
    at now: Instant
  ) -> Verdict {
    closeOldAccounts(at: now)
    var account = accounts[routingID] ?? Self.newAccount(at: now)
    defer { accounts[routingID] = account }
    account.lastHeard = now
    account.descriptor = descriptor
    account.key = key
    if account.isSentAway { return .drop }
    guard account.messages.take(1, at: now) else {
      account.isSentAway = true
      return .sendAway(
        reason: "more than \(Limits.peerMessagesPerSecond) messages a second without news")
    }
    guard account.bytes.take(size, at: now) else {
      account.isSentAway = true
      return .sendAway(
        reason: "more than \(Limits.peerBytesPerSecond >> 20) MiB a second without news")
    }
    return .read
  }

  /// Notes that a message of `size` bytes brought `results`, of which so many were repetitions.
  mutating func noteResults(
    _ results: Int, repetitions: Int, size: Int, from routingID: [UInt8], at now: Instant
  ) -> Verdict {
    guard var account = accounts[routingID] else { return .read }
    defer { accounts[routingID] = account }
    if account.isSentAway { return .drop }
    if repetitions < results {
      account.messages.giveBack(1)
      account.bytes.giveBack(Int(Double(size) * Double(results - repetitions) / Double(results)))
    }
    guard repetitions == 0 || account.repetitions.take(repetitions, at: now) else {
      account.isSentAway = true
      return .sendAway(
        reason:
          "more than \(Limits.peerRepetitionsPerSecond) results a second that are no news")
    }
    return .read
  }

  /// Notes that a message brought a chunk of a file that was wanted.
  mutating func noteUpload(from routingID: [UInt8]) {
    accounts[routingID]?.messages.giveBack(1)
    accounts[routingID]?.bytes.giveBack(Limits.chunkBytes)
  }

  /// Notes that a connection was sent a chunk of a file, which took no more than one request.
  mutating func noteChunk(to routingID: [UInt8]) { accounts[routingID]?.messages.giveBack(1) }

  /// Notes that a message of `size` bytes was none of ours.
  mutating func noteGarbage(
    from routingID: [UInt8], size: Int = 0, at now: Instant
  ) -> Verdict {
    var account = accounts[routingID] ?? Self.newAccount(at: now)
    defer { accounts[routingID] = account }
    if account.isSentAway { return .drop }
    account.garbage += 1 + size >> 20
    guard account.garbage >= Limits.peerGarbage else { return .read }
    account.isSentAway = true
    return .sendAway(reason: "too many messages that are none of seedsweep's")
  }

  /// The connection's descriptor; nil where nothing has come by it.
  func descriptor(of routingID: [UInt8]) -> Int32? { accounts[routingID]?.descriptor }

  /// The connections of a key's owner, in the order of their routing ids.
  func connections(of key: PublicKey) -> [(routingID: [UInt8], descriptor: Int32)] {
    accounts.filter { $0.value.key == key }
      .sorted { $0.key.lexicographicallyPrecedes($1.key) }
      .map { ($0.key, $0.value.descriptor) }
  }

  /// Whatever comes from that connection is dropped from now on.
  mutating func close(_ routingID: [UInt8], at now: Instant) {
    accounts[routingID, default: Self.newAccount(at: now)].isSentAway = true
  }

  private static func newAccount(at now: Instant) -> Account {
    Account(
      messages: TokenBucket(
        rate: Limits.peerMessagesPerSecond, seconds: Limits.peerBurstSeconds, at: now),
      bytes: TokenBucket(
        rate: Limits.peerBytesPerSecond, seconds: Limits.peerBurstSeconds, at: now),
      repetitions: TokenBucket(
        rate: Limits.peerRepetitionsPerSecond, seconds: Limits.peerBurstSeconds, at: now),
      lastHeard: now)
  }

  private mutating func closeOldAccounts(at now: Instant) {
    guard nextSweep <= now else { return }
    nextSweep = now.advanced(by: Self.memory)
    accounts = accounts.filter { now < $0.value.lastHeard.advanced(by: Self.memory) }
  }
}
