import Scheduling

extension Simulation {
  /// Simulated time as machines are given it.
  var instant: Instant { Instant(.nanoseconds(now)) }
}

extension Instant {
  var nanoseconds: Time { offset.nanoseconds }
}

extension Duration {
  var nanoseconds: Time {
    components.seconds * 1_000_000_000 + components.attoseconds / 1_000_000_000
  }
}

extension WorkerMessage {
  /// The message on one short line, for traces.
  var outline: String {
    switch self {
    case .hello(let hello):
      "hello \(hello.worker) #\(hello.incarnation) holding "
        + "\(hello.held.map { "\($0.lease.rawValue)\($0.hasBegun ? "*" : ""):\($0.remaining)" })"
    case .registered(let epoch, let report):
      switch report {
      case .results(let batch):
        "e\(epoch.rawValue) results #\(batch.number.rawValue) of "
          + "\(batch.results.map { $0.index.rawValue })"
      default: "e\(epoch.rawValue) \(report)"
      }
    }
  }
}

extension CoordinatorMessage {
  /// The message on one short line, for traces.
  var outline: String {
    switch self {
    case .welcome(let welcome):
      "welcome #\(welcome.incarnation) e\(welcome.epoch.rawValue) adopting "
        + "\(welcome.adopted.map { "\($0.held.rawValue)->\($0.lease.rawValue)" })"
    case .lease(let grant): "lease \(grant.id.rawValue) of \(grant.range)"
    case .leaseRevoked(let lease): "lease \(lease.rawValue) revoked"
    case .specification: "specification"
    case .acknowledged(let batch): "acknowledged #\(batch.rawValue)"
    case .refused(let refusal): "refused: \(refusal.text)"
    default: name
    }
  }
}
