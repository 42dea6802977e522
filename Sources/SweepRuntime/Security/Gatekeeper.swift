import Foundation
import Logging
import Scheduling
import SweepModel
import Synchronization
import ZeroMQTransport

/// Whom a coordinator lets in: the allow-list as it stands, and who has to wait outside.
///
/// Shared by two threads: the gate's, which asks it about each new connection and has it look at the
/// directories, and the coordinator's, which asks it about each message.
final class Gatekeeper: Sendable {
  private struct State {
    var list = AllowList()
    var folders: AllowListFingerprint?
    var files: AllowListFingerprint?
    /// Until when a key that flooded is not let in again.
    var banned: [CurvePublicKey: ContinuousClock.Instant] = [:]
    var turnedAway = TurnedAwayKeys()
  }

  private let directory: String?
  private let log: ThrottledLog
  private let state = Mutex(State())
  private let onRevocation: @Sendable ([PublicKey]) -> Void

  /// How long a key stays outside whose owner was sent away for flooding.
  static let banDuration = Duration.seconds(10)

  /// A gatekeeper by the folders of a directory of keys; nil for plain sockets, where everybody who
  /// can connect is let in. `onRevocation` is called on the gate's thread with keys that may do less
  /// than before.
  init(
    directory: String?, log: ThrottledLog, onRevocation: @escaping @Sendable ([PublicKey]) -> Void
  ) {
    self.directory = directory
    self.log = log
    self.onRevocation = onRevocation
    if directory != nil {
      look(isThorough: true)
      if state.withLock({ $0.list.entries.isEmpty }) {
        log.write("no key is let in yet: see `seedsweep help keys allow`", kind: "no keys")
      }
    }
  }

  /// What the owner of a key may do at this moment; without keys everything.
  func roles(of key: PublicKey?) -> AccessRoles {
    guard directory != nil else { return [.worker, .client] }
    guard let key, let curve = CurvePublicKey(bytes: key.bytes) else { return [] }
    return state.withLock { $0.list.roles(of: curve) }
  }

  /// The name of a key's owner, for logs.
  func name(of key: PublicKey?) -> String? {
    guard let key, let curve = CurvePublicKey(bytes: key.bytes) else { return nil }
    return state.withLock { $0.list.entries[curve]?.name }
  }

  /// Decides about a new connection.
  func admit(_ request: AuthenticationRequest) -> AuthenticationRequest.Answer {
    guard let key = request.key, directory != nil else { return .denied }
    look(isThorough: false)
    let now = ContinuousClock.now
    let (roles, isBanned, isNews) = state.withLock { state in
      if let end = state.banned[key], end <= now { state.banned[key] = nil }
      let roles = state.list.roles(of: key)
      var isNews = false
      if roles.isEmpty {
        isNews = state.turnedAway.note(key, from: request.address, at: now)
      } else {
        state.turnedAway.forget(key)
      }
      return (roles, state.banned[key] != nil, isNews)
    }
    guard !roles.isEmpty else {
      // Whoever is turned away tries again and again.
      if isNews {
        log.write(
          "a key that is not allowed was turned away: `seedsweep keys allow NAME.public --role worker "
            + "--keys \(directory ?? "DIR")` lets it in",
          kind: "unknown key", ["key": "\(key)", "address": "\(request.address)"])
      }
      return .denied
    }
    return isBanned ? .notNow : .admitted
  }

  /// The keys that were turned away lately and are not listed since, the latest first.
  func turnedAwayKeys() -> [TurnedAwayKeys.Entry] {
    state.withLock { state in
      state.turnedAway.recent(at: .now).filter { state.list.roles(of: $0.key).isEmpty }
    }
  }

  /// Keeps a key outside for a while.
  func ban(_ key: PublicKey) {
    guard let curve = CurvePublicKey(bytes: key.bytes) else { return }
    state.withLock { $0.banned[curve] = .now + Self.banDuration }
  }

  /// Reads the allow-list again where it has changed: its files too, or the folders alone, which is
  /// enough for what comes and goes and cheap enough for each connection.
  func look(isThorough: Bool) {
    guard let directory else { return }
    let mark = AllowListFingerprint(directory: directory, isThorough: isThorough)
    let isKnown = state.withLock { ($0.files, $0.folders) }
    if isThorough {
      if isKnown.0 == mark, !mark.isFresh { return }
    } else if isKnown.1 == mark {
      return
    }
    // Taken before the reading: a change during it shows at the next look.
    let folders = AllowListFingerprint(directory: directory, isThorough: false)
    let files =
      isThorough ? mark : AllowListFingerprint(directory: directory, isThorough: true)
    let list = AllowList(directory: directory)
    let (revoked, news) = state.withLock { state in
      let revoked = list.revoked(since: state.list)
      let news = list.problems.filter { !state.list.problems.contains($0) }
      state.list = list
      state.folders = folders
      state.files = files
      return (revoked, news)
    }
    for problem in news { log.write("\(problem)", kind: "key file") }
    if !revoked.isEmpty { onRevocation(revoked.compactMap { PublicKey(bytes: $0.bytes) }) }
  }
}
