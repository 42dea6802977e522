import Scheduling
import SweepModel
import SweepProtocol

extension CoordinatorService {
  /// Whether a peer may submit and cancel, and ask how sweeps stand.
  func mayControl(_ peer: PeerID) -> Bool { access.roles(of: peer).contains(.client) }

  /// Acts on what came in.
  func take(_ arrival: CoordinatorAccess.Arrival) throws(RuntimeError) {
    switch arrival {
    case .nothing: break
    case .sentAway(let peer, let reason):
      try send(.refused(Refusal(.misbehaviour, reason)), to: peer)
    case .frame(let peer, let frame):
      guard let message = decode(frame) else {
        if let request = decodeRequest(frame) {
          try take(request, from: peer)
          return
        }
        if let frame, let request = try? DataRequest(encoded: frame) {
          try take(request, from: peer)
          return
        }
        if let frame, let part = try? ModelPart(encoded: frame) {
          try take(part, from: peer)
          return
        }
        monitor.metrics.rejected += 1
        try handle(.garbageReceived(from: peer))
        try take(access.noteGarbage(from: peer, size: frame?.count ?? 0, at: clock.now))
        return
      }
      let roles = access.roles(of: peer)
      // Revoked a moment ago: its connection is about to be closed.
      if roles.isEmpty { return }
      guard roles.contains(.worker) else {
        try send(
          .refused(
            Refusal(
              .misbehaviour,
              "its key is a client's: for a worker it belongs into workers/ of the coordinator's "
                + "keys (`seedsweep keys allow FILE --role worker --keys DIR`)")), to: peer)
        return
      }
      monitor.metrics.received += 1
      if let lie = models.brokenPromise(of: peer, by: message) {
        return try handle(.peerMisbehaved(peer, lie))
      }
      if case .hello(let hello) = message { latestHello = (hello, peer.key) }
      latestFrame = (peer, frame?.count ?? 0)
      defer { latestFrame = nil }
      try handle(.messageReceived(from: peer, message))
    }
  }
}
