import Foundation
import Logging
import Scheduling
import SweepModel
import ZeroMQTransport

/// The coordinator's socket with everything that stands between it and the world: keys, limits, the
/// gate.
///
/// Used by the coordinator's thread alone.
final class CoordinatorAccess {
  /// What came in.
  enum Arrival {
    /// A frame to decode; nil where the message had not exactly one.
    case frame(PeerID, [UInt8]?)
    /// Its sender is to be told that it is sent away; whatever it sends from now on is dropped.
    case sentAway(PeerID, reason: String)
    /// Something that is dropped.
    case nothing
  }

  /// The socket.
  let socket: RouterSocket
  /// The address that it listens at.
  let endpoint: String
  private let keeper: Gatekeeper
  private let connections: ConnectionTable
  // Held until the socket is closed: nobody is let in without it.
  private let gate: Gate
  private let log: ThrottledLog
  private var budgets = PeerBudgets()
  /// Connections that end as soon as their peers have had time to read why.
  private var departing: [(descriptor: Int32, due: Instant)] = []
  private var lastRefusals: (refused: UInt64, acceptFailures: UInt64) = (0, 0)

  private static let farewell = Duration.milliseconds(100)
  private static let gateInterval = Duration.milliseconds(250)

  /// What the gate's thread tells.
  enum Report: Sendable {
    case revoked([PublicKey])
    case failed(RuntimeError)
  }

  /// Starts the gate, then listens.
  ///
  /// - Throws: ``RuntimeError`` where the address cannot be had.
  init(
    endpoint: String, keys: CoordinatorKeys?, limits: ConnectionLimits, log: ThrottledLog,
    report: @escaping @Sendable (Report) -> Void
  ) throws(RuntimeError) {
    let keeper = Gatekeeper(directory: keys?.directory, log: log) { report(.revoked($0)) }
    let connections = ConnectionTable(most: limits.connections)
    do {
      let context = try ZeroMQContext()
      gate = try Gate(
        context, interval: Self.gateInterval,
        duties: Gate.Duties(
          admit: { keeper.admit($0) }, note: { connections.note($0) },
          tick: {
            keeper.look(isThorough: true)
            connections.tick()
          },
          failed: {
            report(.failed(RuntimeError(.environment, "nobody checks keys any more: \($0)")))
          }))
      socket = try RouterSocket(context, security: keys?.security ?? .plain, gate: gate)
      self.endpoint = try socket.bind(endpoint)
    } catch {
      throw RuntimeError(listening: error)
    }
    self.keeper = keeper
    self.connections = connections
    self.log = log
  }

  /// What the owner of the key that a peer has proved may do.
  func roles(of peer: PeerID) -> AccessRoles { keeper.roles(of: peer.key) }

  /// The keys that were turned away lately, the latest first.
  func turnedAwayKeys() -> [TurnedAwayKeys.Entry] { keeper.turnedAwayKeys() }

  /// The name of a key, or the key itself where it is no longer listed.
  func name(of key: PublicKey) -> String {
    keeper.name(of: key) ?? CurvePublicKey(bytes: key.bytes)?.z85 ?? ""
  }

  /// Reads one message; nil where none waits.
  func receive(at now: Instant) throws(ZeroMQError) -> Arrival? {
    var verdict = PeerBudgets.Verdict.read
    let reception = try socket.receive { header in
      // Who has lost the right to be here is not worth the reading.
      let key = header.key.flatMap { PublicKey(bytes: $0.bytes) }
      guard !keeper.roles(of: key).isEmpty else {
        verdict = .drop
        return false
      }
      verdict = budgets.book(
        header.size, from: header.routingID, descriptor: header.descriptor, key: key, at: now)
      return verdict == .read
    }
    guard let reception else { return nil }
    let key = reception.key.flatMap { PublicKey(bytes: $0.bytes) }
    let peer = PeerID(reception.routingID, key: key)
    switch verdict {
    case .drop: return .nothing
    case .sendAway(let reason): return sendAway(peer, reason, reception.descriptor, at: now)
    case .read:
      connections.noteMessage(of: reception.size, by: reception.descriptor)
      return .frame(peer, reception.frame)
    }
  }

  /// Notes that a peer sent `size` bytes that are none of ours; says why it is sent away where it does
  /// so all the time.
  func noteGarbage(from peer: PeerID, size: Int, at now: Instant) -> Arrival {
    sendAway(peer, by: budgets.noteGarbage(from: peer.bytes, size: size, at: now), at: now)
  }

  /// Notes what a peer's message of `size` bytes brought; says why it is sent away where that is old
  /// news all the time.
  func noteResults(
    _ results: Int, repetitions: Int, size: Int, from peer: PeerID, at now: Instant
  ) -> Arrival {
    let verdict = budgets.noteResults(
      results, repetitions: repetitions, size: size, from: peer.bytes, at: now)
    return sendAway(peer, by: verdict, at: now)
  }

  /// Notes that a message of a peer brought a chunk of a file that was wanted.
  func noteUpload(from peer: PeerID) { budgets.noteUpload(from: peer.bytes) }

  /// Notes that a peer was sent a chunk of a file.
  func noteChunk(to peer: PeerID) { budgets.noteChunk(to: peer.bytes) }

  /// Ends the connection of a peer; it may connect again.
  func disconnect(_ peer: PeerID, _ reason: String) {
    guard let descriptor = budgets.descriptor(of: peer.bytes) else { return }
    log.write(
      "a connection is closed: \(reason)", kind: "disconnected",
      ["key": "\(peer.key.map(\.z85) ?? "none")"])
    ConnectionTable.end(descriptor)
  }

  /// Ends the connections of keys that may do less than before; they may come back for the rest.
  func dismiss(_ keys: [PublicKey], at now: Instant) {
    for key in keys {
      log.write("a key was revoked", kind: "revoked", ["key": "\(key.z85)"])
      for (routingID, descriptor) in budgets.connections(of: key) {
        if keeper.roles(of: key).isEmpty { budgets.close(routingID, at: now) }
        departing.append((descriptor, now.advanced(by: Self.farewell)))
      }
    }
  }

  /// Ends connections whose time has come; tells of those that were refused.
  func tick(at now: Instant) {
    for (descriptor, due) in departing where due <= now { ConnectionTable.end(descriptor) }
    departing.removeAll { $0.due <= now }
    let refusals = connections.refusals
    if refusals.refused > lastRefusals.refused {
      log.write(
        "connections were closed: more than can be served, strangers, or too brief too often",
        kind: "closed", ["count": "\(refusals.refused - lastRefusals.refused)"])
    }
    if refusals.acceptFailures > lastRefusals.acceptFailures {
      log.write(
        "the system refuses connections: too many open files?", kind: "not accepted",
        ["count": "\(refusals.acceptFailures - lastRefusals.acceptFailures)"])
    }
    lastRefusals = refusals
  }

  private func sendAway(_ peer: PeerID, by verdict: PeerBudgets.Verdict, at now: Instant) -> Arrival
  {
    guard case .sendAway(let reason) = verdict else { return .nothing }
    return sendAway(peer, reason, budgets.descriptor(of: peer.bytes) ?? -1, at: now)
  }

  private func sendAway(
    _ peer: PeerID, _ reason: String, _ descriptor: Int32, at now: Instant
  ) -> Arrival {
    log.write(
      "a connection is sent away: \(reason)", kind: "sent away",
      ["key": "\(peer.key.map(\.z85) ?? "none")"])
    if let key = peer.key { keeper.ban(key) }
    departing.append((descriptor, now.advanced(by: Self.farewell)))
    return .sentAway(peer, reason: reason)
  }
}

extension PublicKey {
  /// Reads forty characters of Z85; nil for anything else.
  public init?(z85: String) {
    guard let key = CurvePublicKey(z85: z85) else { return nil }
    self.init(bytes: key.bytes)
  }

  /// Forty characters, as in key files.
  public var z85: String { Z85.text(bytes) }
}
