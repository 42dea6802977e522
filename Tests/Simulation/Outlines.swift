import Scheduling

extension Simulation {
  /// Simulated time as machines are given it.
  var instant: Instant { Instant(.nanoseconds(now)) }
}

extension Instant {
  /// Rounded up, as who waits until it must not wake before it.
  var nanoseconds: Time { (offset + .nanoseconds(1) - .nanoseconds(1) / 1_000_000_000).nanoseconds }
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
    case .registered(let stamp, .results(let batch)):
      "\(stamp) results #\(batch.number.rawValue) of \(batch.results.map { $0.index.rawValue })"
    case .registered(let stamp, let report): "\(stamp) \(report)"
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
    case .refused(let refusal): "refused: \(refusal.text)"
    case .registerAgain(let stamp): "register again, \(stamp)"
    case .registered(let stamp, let order):
      switch order {
      case .lease(let grant): "\(stamp) lease \(grant.id.rawValue) of \(grant.trials)"
      case .leaseRevoked(let lease): "\(stamp) lease \(lease.rawValue) revoked"
      case .specification: "\(stamp) specification"
      case .acknowledged(let batch): "\(stamp) acknowledged #\(batch.rawValue)"
      default: "\(stamp) \(order)"
      }
    }
  }
}

extension MessageStamp: CustomStringConvertible {
  /// Epoch, incarnation and number.
  public var description: String { "e\(epoch.rawValue).\(incarnation).\(number)" }
}
