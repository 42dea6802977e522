import ZeroMQTransport

/// Decides from what becomes of a worker's or client's connections whether it can ever be let in.
///
/// libzmq connects again and again by itself, whatever the reason. What will not mend itself must be
/// said, or the process would hang in silence.
public struct HandshakeJudge: Sendable {
  private let endpoint: String
  private let keys: PeerKeys?
  private let probe: @Sendable (_ endpoint: String) -> SecurityMechanism?
  private var failuresInARow = 0

  /// Handshakes that may break off before keys are thought to be the reason: a coordinator that is
  /// being restarted breaks off a few, and one that is flooded from this machine's address some more.
  private static let mostFailures = 32

  /// A judge of connections to `endpoint`, with keys or plain. `probe` asks whoever listens there which
  /// mechanism it uses.
  public init(
    endpoint: String, keys: PeerKeys?,
    probe: @escaping @Sendable (_ endpoint: String) -> SecurityMechanism? = MechanismProbe.ask
  ) {
    self.endpoint = endpoint
    self.keys = keys
    self.probe = probe
  }

  /// Takes in what happened; the error to end with where there is no hope.
  public mutating func take(_ event: ConnectionEvent) -> RuntimeError? {
    switch event {
    case .handshakeSucceeded:
      failuresInARow = 0
      return nil
    case .denied(let status):
      // 300 is "come again later".
      guard status != 300 else { return nil }
      return RuntimeError(
        .input,
        "the coordinator at \(endpoint) does not let the key \(ownName)in: on its machine, "
          + "`seedsweep keys allow \(keys?.own.name ?? "NAME").public` with --role and --keys lets it "
          + "in, unless it was revoked")
    case .protocolFailed where event.isOtherMechanism: return otherMechanism
    case .protocolFailed, .handshakeFailed:
      failuresInARow += 1
      if isToProbe, let theirs = probe(endpoint), theirs != (keys == nil ? .null : .curve) {
        return otherMechanism
      }
      guard failuresInARow >= Self.mostFailures, let keys else { return nil }
      return RuntimeError(
        .environment,
        "the coordinator at \(endpoint) breaks off every handshake: \(keys.directory)/"
          + "coordinator.public is probably not its key, or something else listens there")
    case .accepted, .acceptFailed, .disconnected, .retrying: return nil
    }
  }

  /// After 2, 4, 8 … failures the other side is asked what it uses: two sides that use different
  /// mechanisms hang up on each other, and which of them is told why is a matter of luck.
  private var isToProbe: Bool { failuresInARow > 1 && failuresInARow.nonzeroBitCount == 1 }

  /// Keys on one side only.
  private var otherMechanism: RuntimeError {
    guard let keys else {
      return RuntimeError(
        .input,
        "the coordinator at \(endpoint) uses keys: give --keys DIR (see `seedsweep help keys`)")
    }
    return RuntimeError(
      .input,
      "the coordinator at \(endpoint) uses no keys: start it with --keys, or leave out "
        + "--keys \(keys.directory) here")
  }

  private var ownName: String { keys.map { "\($0.own.name) (\($0.own.publicKey)) " } ?? "" }
}
