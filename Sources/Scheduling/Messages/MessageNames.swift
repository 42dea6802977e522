extension CoordinatorMessage {
  /// The kind of the message, for logs.
  public var name: String {
    switch self {
    case .welcome: "welcome"
    case .refused: "refused"
    case .registerAgain: "register_again"
    case .heartbeat: "heartbeat"
    case .lease: "lease"
    case .leaseRevoked: "lease_revoked"
    case .specification: "specification"
    case .acknowledged: "acknowledged"
    case .finished: "finished"
    }
  }
}
